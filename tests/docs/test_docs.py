"""Every command and every block of code in the documentation runs, in the order of the page, on the bundled reports.

A page contains fenced blocks. `console` blocks are commands after `$ `, `python` and `sql` blocks are run, `yaml` must
be YAML, and a fence without a language is an illustration. A command that cannot run here (it needs the internet, or
serves until it is stopped) must at least exist, with the options shown: `NOT_RUN` gives the reason.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
import yaml
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao import pipeline
from nianbao.exports.views import views_sql
from nianbao.indicators.catalog import load_catalog
from nianbao.sources.registry import load_sources
from nianbao.sources.settings import load_settings
from schemas.locations import CATALOG, FAMILIES_FILE, VARIABLE
from tests.conftest import REPO_ROOT

PAGES = sorted(
    [*REPO_ROOT.glob("*.md"), *REPO_ROOT.glob("docs/**/*.md"), *REPO_ROOT.glob("config/*/README.md")],
    key=lambda page: page.as_posix(),
)
BLOCK = re.compile(r"^```(\w*|\{toctree\})\n(.*?)^```$", re.M | re.S)

# The first words of commands that are not run here, with the reason.
NOT_RUN = {
    "nianbao fetch": "needs the internet",
    "nianbao serve": "serves until it is stopped; tests/flows starts and stops it",
    "nianbao review": "serves until it is stopped; tests/review starts and stops it",
    "nianbao backfill": "downloads what is missing; tests/flows runs it on a local site",
    "nianbao run": "tests/flows runs it; the tables exist already",
    "make ": "make starts the tests; only the target must exist",
    "prefect ": "needs a server; tests/flows starts one",
    "source ": "changes the shell",
    "pip install": "needs the package registry",
    "dask ": "serves until it is stopped; tests/flows starts a cluster",
    "export ": "changes the shell",
}


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return language and code of the fenced blocks of a page."""
    return BLOCK.findall(page.read_text("utf-8"))


@pytest.fixture(scope="session")
def project(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout as a reader has it after `make run`, with the files that the pages mention."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(checkout / "data", folder / "data")
    shutil.copytree(REPO_ROOT / "config", folder / "config")
    reports = sorted(path for path in folder.glob("data/raw/rule_of_law/990100-*/*/*") if path.suffix != ".json")
    for name in ("report.html", "reports/a.html", "saved/b.html"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(next(path for path in reports if path.suffix == ".html"), folder / name)
    shutil.copytree(checkout / "data" / "curated", folder / "my" / "curated")
    publish_a_second_version(folder / "data" / "raw", folder / "data" / "curated")
    return folder


def publish_a_second_version(raw: Path, curated: Path) -> None:
    """Publish the tables once without a report and once with it, so that `nianbao diff` has two versions."""
    report = raw / "work_report" / "990121-青穗县" / "2023"
    hidden = raw.parent / "hidden"
    report.rename(hidden)
    pipeline.run(raw, curated)
    hidden.rename(report)
    pipeline.run(raw, curated)


@pytest.fixture
def inside(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to the project folder with the installed commands first on the path."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    return project


def commands() -> Iterator[tuple[Path, str]]:
    """Yield each page with each command that its console blocks show."""
    for page in PAGES:
        for language, code in blocks(page):
            if language == "console":
                joined = code.replace("\\\n", " ")
                for line in joined.splitlines():
                    if line.startswith("$ "):
                        yield page, re.sub(r"\s+#.*$", "", line[2:])


COMMANDS = [pytest.param(line, id=f"{page.relative_to(REPO_ROOT)}: {line}") for page, line in commands()]
CODE = [
    pytest.param(page, language, code, id=f"{page.relative_to(REPO_ROOT)}: {code.strip().splitlines()[0][:40]}")
    for page in PAGES
    for language, code in blocks(page)
    if language in {"python", "sql", "yaml"}
]


def parsed(line: str) -> typer.Context:
    """Parse a `nianbao` command without running it; wrong options raise."""
    words = [word for word in shlex.split(line)[1:] if word not in {">", "|"}]
    group = typer.main.get_command(app)
    command = group.get_command(None, words[0])  # type: ignore[attr-defined]
    context: typer.Context = command.make_context(words[0], words[1:], resilient_parsing=False)
    return context


def reason_not_to_run(line: str) -> str | None:
    """Return the reason why a command cannot run in a test, or None."""
    return next((why for start, why in NOT_RUN.items() if line.startswith(start.strip())), None)


def test_every_fence_has_a_known_language_or_none() -> None:
    """The pages contain no fenced block that the tests would skip because they do not know its language."""
    known = {"console", "python", "sql", "yaml", "", "{toctree}"}
    assert not [(page.name, language) for page in PAGES for language, _ in blocks(page) if language not in known]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_documented_command_runs(line: str, inside: Path) -> None:
    """A documented command has valid options and succeeds, or is listed with the reason why it cannot run here."""
    if line.startswith("nianbao"):
        parsed(line.split(" > ")[0].split(" | ")[0])
    if line.startswith("make "):
        assert re.search(rf"^{line.split()[1]}:", (REPO_ROOT / "Makefile").read_text("utf-8"), re.M)
    if reason_not_to_run(line):
        return
    if not line.startswith("nianbao") or ">" in line or "|" in line:
        completed = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert completed.returncode == 0, completed.stderr
        return
    result = CliRunner().invoke(app, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output


RECIPES = [block for block in CODE if block.values[1] == "sql" or "data/curated" in str(block.values[2])]


@pytest.mark.parametrize(("page", "language", "code"), CODE)
def test_a_block_of_code_runs(page: Path, language: str, code: str, inside: Path) -> None:
    """Every Python block runs, every SQL block returns rows and every YAML block parses."""
    if language == "yaml":
        assert yaml.safe_load(code)
    else:
        run_block(page, language, code, Path("data/curated"))


@pytest.mark.parametrize(("page", "language", "code"), RECIPES)
def test_a_recipe_runs_from_another_folder(
    page: Path, language: str, code: str, inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block about the tables runs elsewhere, with the full path of the tables in place of `data/curated`."""
    monkeypatch.chdir(tmp_path)
    curated = inside / "data" / "curated"
    run_block(page, language, code.replace("data/curated", curated.as_posix()), curated)


def run_block(page: Path, language: str, code: str, curated: Path) -> None:
    """Run a Python block, or a SQL block with the views, which must return rows."""
    if language == "sql":
        with duckdb.connect() as database:
            database.execute(views_sql(curated))
            assert database.execute(code).fetchall()
    else:
        exec(compile(code, page.name, "exec"), {})


@pytest.fixture
def notebook(inside: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the code cells of the notebook, where it lies in the project."""
    folder = inside / "docs" / "tutorials"
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MPLBACKEND", "agg")
    cells = json.loads((REPO_ROOT / "docs" / "tutorials" / "notebook.ipynb").read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_the_notebook_runs_where_it_is_and_prints_what_it_shows(
    notebook: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """All code cells run in order, and print the saved output."""
    names: dict[str, Any] = {}
    for cell in notebook:
        exec(compile("".join(cell["source"]), "notebook.ipynb", "exec"), names)
        saved = ["".join(output["text"]) for output in cell["outputs"] if output["output_type"] == "stream"]
        assert capsys.readouterr().out == "".join(saved)


def test_the_chart_of_the_notebook_connects_comparable_years_only(notebook: list[dict[str, Any]]) -> None:
    """The saved notebook shows the chart; it has a line for each comparable pair of years and none else, from zero."""
    names: dict[str, Any] = {}
    for cell in notebook:
        exec(compile("".join(cell["source"]), "notebook.ipynb", "exec"), names)
    years = [list(line.get_xdata()) for line in names["axes"].lines if line.get_linestyle() == "-"]
    rows = names["series"].to_dict("records")
    comparable = [[row["previous_year"], row["year"]] for row in rows if row["comparability"] == "comparable"]
    assert [pair for pair in years if len(pair) > 1] == comparable != []
    assert [row["year"] for row in rows if row["comparability"] == "definition_changed"] == [2023]
    assert names["axes"].get_ylim()[0] == 0
    assert any("image/png" in output.get("data", {}) for cell in notebook for output in cell["outputs"])


LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_every_link_between_pages_leads_somewhere() -> None:
    """Every relative link of the documentation leads to an existing file."""
    dead = [
        (page.name, link)
        for page in PAGES
        for link in LINK.findall(page.read_text("utf-8"))
        if not link.startswith(("http:", "https:", "mailto:")) and not (page.parent / link).exists()
    ]
    assert not dead


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_loads_nothing_from_other_servers(tmp_path: Path) -> None:
    """Sphinx builds the site without warnings, and no page loads a script, image or style from elsewhere."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "-d",
        str(tmp_path / "trees"),
        "docs",
        str(tmp_path / "site"),
    ]
    completed = subprocess.run(command, cwd=REPO_ROOT, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 10
    external = re.compile(
        r"<(?:script|img|iframe)[^>]+src=\"(https?:[^\"]+)|<link[^>]+rel=\"stylesheet\"[^>]+href=\"(https?:[^\"]+)"
    )
    assert not [found.group() for page in pages for found in external.finditer(page.read_text("utf-8"))]


def yaml_blocks(page: str) -> list[str]:
    """Return the YAML blocks of a how-to page."""
    return [code for language, code in blocks(REPO_ROOT / "docs" / "how-to" / page) if language == "yaml"]


def test_the_examples_of_a_source_and_of_settings_load(tmp_path: Path) -> None:
    """The documented source and settings load, and the setting for private addresses has an effect."""
    source, settings = yaml_blocks("get-reports.md")
    (tmp_path / "source.yaml").write_text(source, "utf-8")
    assert len(load_sources(tmp_path)) == 1
    (tmp_path / "settings.txt").write_text(settings, "utf-8")
    assert load_settings(tmp_path / "settings.txt").allow_private_addresses


def test_the_example_of_an_indicator_is_accepted_by_the_catalog(tmp_path: Path) -> None:
    """Adding the documented entry to the catalog adds exactly that indicator."""
    (block,) = yaml_blocks("add-an-indicator.md")
    folder = tmp_path / "catalog"
    shutil.copytree(CATALOG, folder)
    entry = block.removeprefix("indicators:\n")
    page = folder / "rule_of_law.emergency.yaml"
    page.write_text(page.read_text("utf-8").rstrip() + "\n" + entry, "utf-8")
    assert set(load_catalog.__wrapped__(folder).indicators) - set(load_catalog().indicators) == {
        "legal_service_stations"
    }


def test_the_example_of_a_family_is_accepted(tmp_path: Path) -> None:
    """With the documented family added, a report of that family is recognised."""
    entry, catalog = yaml_blocks("add-a-family.md")
    family = yaml.safe_load(catalog)["family"]
    definitions = tmp_path / "definitions"
    shutil.copytree(CATALOG, definitions / "catalog")
    (definitions / "catalog" / f"{family}.yaml").write_text(catalog, "utf-8")
    text = FAMILIES_FILE.read_text("utf-8") + entry.removeprefix("families:")
    (definitions / "families.yaml").write_text(text, "utf-8")
    code = """
from nianbao.documents.read import read_document
from nianbao.indicators.catalog import load_catalog
load_catalog()
text = "云汀市2022年国民经济和社会发展统计公报\\n" + "初步核算，全年地区生产总值1542.3亿元，比上年增长3.1%。\\n" * 9
print(read_document(text.encode(), media_type="text/plain").metadata.family)
"""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, VARIABLE: str(definitions)}
    result = subprocess.run(command, cwd=REPO_ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.strip() == family, result.stderr
