"""The command `fetch`: what it prints, how it exits, and which sites it never requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao.sources.client import Client, Clock
from tests.sources.conftest import FakeClock
from tests.sources.site import Reply, Site, article, put_trs


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a web site on this machine."""
    with Site() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the client of the command a clock that does not wait."""
    plain = Client.__init__

    def quick(self: Client, *args: Any, **more: Any) -> None:
        plain(self, *args, **{**more, "clock": Clock(sleep=FakeClock().sleep)})

    monkeypatch.setattr(Client, "__init__", quick)


class Command:
    """`nianbao fetch` in a folder with one source and settings."""

    def __init__(self, folder: Path) -> None:
        """Prepare the folder with default settings."""
        self.folder = folder
        self.sources: list[str] = []
        (folder / "sources").mkdir()
        self.settings("contact: you@example.org\nallow_private_addresses: true\n")

    def settings(self, text: str) -> None:
        """Write the settings file."""
        (self.folder / "settings.yaml").write_text(text)

    def source(self, name: str, list_url: str, *, enabled: bool = True) -> None:
        """Add a source to the sources file."""
        self.sources.append(
            f"  - id: {name}\n    jurisdiction: 云汀市\n    family: rule_of_law\n    list: {list_url}\n"
            f"    system: trs\n    enabled: {str(enabled).lower()}\n    verified: false\n"
        )
        (self.folder / "sources" / "a.yaml").write_text("sources:\n" + "".join(self.sources))

    def __call__(self, *words: str) -> Any:
        """Run the command with more options and return its result."""
        folders = ["--raw", str(self.folder / "raw"), "--sources", str(self.folder / "sources")]
        return CliRunner().invoke(app, ["fetch", *words, *folders, "--settings", str(self.folder / "settings.yaml")])


@pytest.fixture
def fetch(tmp_path: Path) -> Command:
    """Return the command `fetch` in a folder with default settings."""
    return Command(tmp_path)


def test_enabled_sources_are_fetched_and_counted(site: Site, fetch: Command) -> None:
    """`fetch` stores the reports of enabled sources, counts the outcomes, and a second fetch stores nothing new."""
    fetch.source("one", put_trs(site, (2020, 2021)))
    fetch.source("other", site.url("/never/"), enabled=False)
    first, second = fetch(), fetch("--all-pages")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2 new, 0 changed, 0 unchanged, 0 withheld, 0 failed, 0 hosts stopped" in first.output
    assert "0 new, 0 changed, 2 unchanged" in second.output
    assert "one: new: " in first.output
    assert site.asked("/never/") == 0


def test_without_enabled_sources_nothing_is_requested(fetch: Command) -> None:
    """Without an enabled source, `fetch` succeeds and prints a notice."""
    fetch.source("other", "http://www.example.invalid/", enabled=False)
    result = fetch()
    assert (result.exit_code, "no source is enabled" in result.output) == (0, True)


def test_a_site_that_refuses_programs_fails_a_named_source_and_suggests_ingest(site: Site, fetch: Command) -> None:
    """A site that refuses programs fails a source that is named, with the advice to save pages and ingest them."""
    fetch.source("one", put_trs(site, (2020,)))
    site.routes["/trs/fzzf/"] = lambda _: Reply(412)
    result = fetch("one")
    assert result.exit_code == 1
    assert "refuses programs" in result.output
    assert "nianbao ingest" in result.output
    assert fetch().exit_code == 0  # not asked for by name: counted in the last line


def test_json_has_one_object_per_page(site: Site, fetch: Command) -> None:
    """`fetch --json` prints one object per page with source, outcome and year."""
    fetch.source("one", put_trs(site, (2020,)))
    (row,) = [json.loads(line) for line in fetch("--json").stdout.splitlines()]
    assert (row["source"], row["outcome"], row["year"]) == ("one", "new", 2020)


def test_only_the_selected_years_are_fetched(site: Site, fetch: Command) -> None:
    """`--years` limits the fetched reports to a year or a range."""
    fetch.source("one", put_trs(site, (2019, 2020, 2021)))
    assert "1 new" in fetch("--years", "2020").output
    assert "2 new" in fetch("--years", "2019-2021").output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--years", "20"), "write 2020 or 2015-2024"),
        (("--years", "2021-2019"), "write 2020 or 2015-2024"),
        (("nobody",), "unknown source 'nobody'; known are one"),
        (("--contact", "me"), "neither an email address nor a web address"),
    ],
)
def test_wrong_usage(fetch: Command, words: tuple[str, ...], message: str) -> None:
    """Wrong years, unknown sources and an invalid contact are usage errors with advice."""
    fetch.source("one", "http://www.example.invalid/")
    result = fetch(*words)
    assert (result.exit_code, message in result.output) == (2, True)


def test_without_a_contact_nothing_is_requested(site: Site, fetch: Command) -> None:
    """Without a contact nothing is requested; one in the settings or on the command line suffices."""
    fetch.settings("allow_private_addresses: true\n")
    fetch.source("one", put_trs(site, (2020,)))
    result = fetch()
    assert (result.exit_code, "'contact' is empty" in result.output, site.log) == (2, True, [])
    assert fetch("--contact", "you@example.org").exit_code == 0


def test_private_addresses_are_refused_unless_a_setting_allows_them(site: Site, fetch: Command) -> None:
    """A source on a private address is not requested, and the error names the setting that allows it."""
    fetch.settings("contact: you@example.org\n")
    fetch.source("one", put_trs(site, (2020,)))
    result = fetch("one")
    assert (result.exit_code, "allow_private_addresses" in result.output, site.log) == (1, True, [])


def test_two_hosts_are_fetched_concurrently(site: Site, fetch: Command) -> None:
    """The sources of two hosts are fetched in one call."""
    with Site() as other:
        fetch.source("one", put_trs(site, (2020,)))
        fetch.source("two", put_trs(other, (2021,)).replace("127.0.0.1", "localhost"))
        assert "2 new" in fetch().output


def test_the_list_of_sources(fetch: Command) -> None:
    """`fetch --list` prints each source with its place, family, system and state."""
    fetch.source("one", "http://www.example.invalid/", enabled=False)
    result = fetch("--list")
    assert result.output.splitlines()[:2] == [
        "one: 云汀市, rule_of_law, trs (not enabled, not verified)",
        "    http://www.example.invalid/",
    ]
    assert result.output.splitlines()[2].startswith("1 sources, 0 enabled; ")


def test_a_fetched_report_is_published(site: Site, fetch: Command) -> None:
    """A report stored by `fetch` is published by the next run."""
    from nianbao import pipeline

    fetch.source("one", put_trs(site, (2020,)))
    site.put("/trs/fzzf/2020.html", article(2020))
    fetch()
    assert pipeline.run(fetch.folder / "raw", fetch.folder / "curated").n_rows["reports"] == 1


def test_a_second_fetch_into_the_same_folder_fails(site: Site, fetch: Command) -> None:
    """While a fetch is running, a second one into the folder fails and requests nothing."""
    from filelock import FileLock

    fetch.source("one", put_trs(site, (2020,)))
    (fetch.folder / "raw" / ".fetch").mkdir(parents=True)
    with FileLock(fetch.folder / "raw" / ".fetch" / "lock"):
        result = fetch()
    assert (result.exit_code, "another fetch into this folder is running" in result.output, site.log) == (1, True, [])


def test_the_fetch_after_a_killed_one_continues(site: Site, fetch: Command) -> None:
    """After a killed fetch, complete reports are kept and the next fetch gets only the missing one."""
    import subprocess
    import sys
    import time

    from nianbao.snapshots.store import read_snapshot, snapshot_paths

    list_url = put_trs(site, (2020, 2021))
    fetch.settings("contact: you@example.org\nallow_private_addresses: true\npause_seconds: 0\n")
    fetch.source("one", list_url)
    whole = article(2020).encode()

    def slow(_: str) -> Reply:
        def blocks() -> Iterator[bytes]:
            yield whole[:300]
            time.sleep(150)

        return Reply(200, chunks=blocks())

    good = site.routes["/trs/fzzf/2020.html"]
    site.routes["/trs/fzzf/2020.html"] = slow
    words = ["fetch", "one", "--raw", "raw", "--sources", "sources", "--settings", "settings.yaml"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from flows.cli.app import main; main()", *words], cwd=fetch.folder
    )
    try:
        for _ in range(6000):
            if site.asked("/trs/fzzf/2020.html") and any(snapshot_paths(fetch.folder / "raw")):
                break
            time.sleep(0.02)
        else:
            pytest.fail("the fetch got nowhere")
        time.sleep(0.1)
    finally:
        process.kill()
        process.wait()
    raw = fetch.folder / "raw"
    assert [read_snapshot(raw, path)[0].hints["year"] for path in snapshot_paths(raw)] == ["2021"]
    site.routes["/trs/fzzf/2020.html"] = good
    result = fetch("one")
    assert "1 new, 0 changed, 1 unchanged" in result.output
    assert len(list(snapshot_paths(raw))) == 2
