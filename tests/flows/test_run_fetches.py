"""`nianbao run` fetches the enabled sources first, as a flow and with --direct."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app
from tests.conftest import REPO_ROOT
from tests.sources.site import Site, article

Nianbao = Callable[..., Result]
RUN = ("run", "--direct", "--raw", "raw", "--curated", "curated")


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a web site on this machine."""
    with Site() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with settings for a site on this machine."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    settings = "contact: you@example.org\nallow_private_addresses: true\npause_seconds: 0\nattempts: 1\n"
    (tmp_path / "config" / "fetching.yaml").write_text(settings)
    return tmp_path


def put_sources(project: Path, *urls: str, enabled: bool = True) -> None:
    """Configure a source for each URL."""
    (project / "config" / "sources" / "a.yaml").write_text(
        "sources:\n"
        + "".join(
            f"  - id: s{n}\n    jurisdiction: 云汀市\n    family: rule_of_law\n    verified: false\n"
            f"    enabled: {str(enabled).lower()}\n    reports:\n      - year: 2020\n        url: {url}\n"
            for n, url in enumerate(urls)
        )
    )


@pytest.fixture
def nianbao(project: Path, monkeypatch: pytest.MonkeyPatch) -> Nianbao:
    """Return a function that runs a command in the project folder."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("NO_PROXY", "*")
    return lambda *words: CliRunner().invoke(app, list(words))


def in_a_process(project: Path, *words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a separate process, because Prefect reads its settings when it is imported."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PYTHONPATH": str(REPO_ROOT),
        "NO_PROXY": "*",
        "PREFECT_HOME": str(home),
    }
    command = [sys.executable, "-c", "from flows.cli.app import main; main()", *words]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def rejects(project: Path) -> list[dict[str, str]]:
    """Return the rows of the published table `rejects`."""
    rows: list[dict[str, str]] = parquet.read_table(project / "curated" / "rejects.parquet").to_pylist()
    return rows


def test_enabled_sources_are_fetched_and_published_and_failures_are_rejects(
    site: Site, project: Path, nianbao: Nianbao
) -> None:
    """`run` fetches enabled sources, publishes their reports and records a failure; `--no-fetch` skips it."""
    site.put("/a.html", article(2020))
    put_sources(project, site.url("/a.html"), site.url("/gone.html"))
    result = nianbao(*RUN)
    assert result.exit_code == 0, result.stderr
    assert "fetched: 1 new, 0 changed, 0 unchanged, 0 withheld, 1 failed, 0 hosts stopped" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("1 reports, ")
    (reject,) = rejects(project)
    assert (reject["stage"], reject["check"], reject["source_url"]) == (
        "fetch", "report_not_fetched", site.url("/gone.html"),
    )  # fmt: skip
    site.log.clear()
    again = nianbao(*RUN, "--no-fetch")
    assert (again.exit_code, site.log, "fetched" in again.stdout) == (0, [], False)
    assert "nothing changed since run" in again.stdout


def test_coverage_says_why_a_report_is_missing(site: Site, project: Path, nianbao: Nianbao) -> None:
    """The coverage row of a report that could not be fetched is missing and names the HTTP status."""
    put_sources(project, site.url("/gone.html"))
    assert nianbao(*RUN).exit_code == 0
    (row,) = parquet.read_table(project / "curated" / "coverage.parquet").to_pylist()
    assert (row["jurisdiction_name"], row["year"], row["status"]) == ("云汀市", 2020, "missing")
    assert (row["check"], "404" in row["reason"]) == ("report_not_fetched", True)


def test_without_enabled_sources_fetching_is_not_mentioned(project: Path, nianbao: Nianbao) -> None:
    """Without an enabled source, `run` neither mentions fetching nor creates its folder."""
    put_sources(project, "http://www.example.invalid/a.html", enabled=False)
    (project / "raw").mkdir()
    result = nianbao(*RUN)
    assert (result.exit_code, "fetch" in result.stdout + result.stderr) == (0, False)
    assert not (project / "raw" / ".fetch").exists()


def test_without_a_contact_the_run_fails_with_a_hint_and_requests_nothing(
    site: Site, project: Path, nianbao: Nianbao
) -> None:
    """Without a contact, `run` is a usage error that names the setting and `--no-fetch`."""
    put_sources(project, site.url("/a.html"))
    (project / "config" / "fetching.yaml").write_text("allow_private_addresses: true\n")
    result = nianbao(*RUN)
    assert (result.exit_code, site.log, result.stdout) == (2, [], "")
    assert "config/fetching.yaml: 'contact' is empty" in result.stderr
    assert "--no-fetch" in result.stderr


@pytest.mark.slow
def test_the_flow_fetches_first(site: Site, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The Prefect flow also fetches first and records the failed page as a reject."""
    site.put("/a.html", article(2020))
    put_sources(project, site.url("/a.html"), site.url("/gone.html"))
    words = [word for word in RUN if word != "--direct"]
    result = in_a_process(project, *words, home=tmp_path_factory.getbasetemp() / "prefect")
    assert result.returncode == 0, result.stderr
    assert "fetched: 1 new, 0 changed, 0 unchanged, 0 withheld, 1 failed, 0 hosts stopped" in result.stdout
    assert [row["stage"] for row in rejects(project)] == ["fetch"]
