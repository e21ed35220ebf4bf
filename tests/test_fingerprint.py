"""Versions of the steps: all code and data that decide a result are part of its version, and little else is."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nianbao import fingerprint, pipeline
from nianbao.fingerprint import ENTRY_MODULES, step_files
from nianbao.publishing.manifest import up_to_date_result
from tests.conftest import REPO_ROOT, AddReport, add_report_file, report_text

ALL_FILES = sorted({name for module in ENTRY_MODULES.values() for name in step_files(module)})
DATA_FILES = [name for name in ALL_FILES if not name.endswith(".py")]
READ = fingerprint._read
SCRIPT = "from flows.cli.app import main; main()"
# Prints the step and a data file of the packages that it opens, for `read` and `compare`, each in a process of its own.
RECORD_OPENED = """
import os, sys
from pathlib import Path
from nianbao import pipeline
from nianbao.fingerprint import versions

root, raw, curated = map(Path, sys.argv[1:])
versions()  # opens all files itself
step = "compare"
child = os.fork()
if child == 0:
    step = "read"
else:
    os.waitpid(child, 0)
opened = set()

def record(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        opened.add(str(Path(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode())))

sys.addaudithook(record)
if step == "read":
    with pipeline.run_lock(curated):
        for batch in pipeline.list_batches(raw, curated):
            pipeline.read_batch(batch)
else:
    pipeline.run(raw, curated)
for path in sorted(opened):
    if path.startswith((f"{root}/nianbao/", f"{root}/schemas/")) and not path.endswith((".py", ".pyc")):
        print(step, Path(path).relative_to(root).as_posix(), flush=True)
"""
# Prints each module and a file that importing it loads; other packages are loaded before, once for all.
RECORD_LOADED = """
import importlib, os, sys
import bs4, lxml.html, pandas, pandera.pandas, pyarrow.compute, pyarrow.dataset, pyarrow.parquet

for name in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        importlib.import_module(name)
        for module in list(sys.modules.values()):
            if getattr(module, "__file__", None):
                print(name, module.__file__)
        break
    os.waitpid(child, 0)
"""


def clear_caches() -> None:
    """Clear all caches of the fingerprint module."""
    for function in vars(fingerprint).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def recorded(script: str, *words: object) -> dict[str, set[str]]:
    """Return what a script prints: by the first word of each line, the second ones."""
    command = [sys.executable, "-c", script, *map(str, words)]
    done = subprocess.run(command, cwd=REPO_ROOT, capture_output=True, text=True, check=True)
    found: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, set()).add(value)
    return found


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    clear_caches()
    yield
    clear_caches()


def edit(monkeypatch: pytest.MonkeyPatch, name: str, old: str = "", new: str = "# edited\n") -> None:
    """Make a file read as if `old` were replaced by `new`, or `new` appended."""

    def edited(wanted: str) -> str:
        text = READ(wanted)
        if wanted != name:
            return text
        assert old in text
        return text.replace(old, new, 1) if old else text + new

    clear_caches()
    monkeypatch.setattr(fingerprint, "_read", edited)


def changed_versions(before: dict[str, str]) -> set[str]:
    """Return the names of the versions that differ from before."""
    return {name for name, version in fingerprint.versions().items() if version != before[name]}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a folder of raw files and the folder of their tables."""
    folder = tmp_path_factory.mktemp("published")
    add_report_file(folder / "raw", report_text(2019))
    pipeline.run(folder / "raw", folder / "curated")
    return folder / "raw", folder / "curated"


@pytest.mark.parametrize("name", DATA_FILES)
def test_editing_a_data_file_makes_the_next_run_redo_the_steps_that_read_it(
    name: str, published: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editing any data file changes the versions of exactly the steps that read it, and the tables are out of date."""
    raw, curated = published
    before = fingerprint.versions()
    readers = {version for version, module in ENTRY_MODULES.items() if name in step_files(module)}
    assert up_to_date_result(raw, curated, tmp_path) is not None
    edit(monkeypatch, name)
    if name.startswith("schemas/catalog/") and "\nform:" not in (REPO_ROOT / name).read_text("utf-8"):
        readers.remove("reader_version")  # reading depends on forms alone
    assert changed_versions(before) == readers
    assert up_to_date_result(raw, curated, tmp_path) is None


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("nianbao/extraction/extract.py", {"reader_version", "tables_version"}),
        ("nianbao/snapshots/store.py", {"reader_version", "tables_version"}),
        ("nianbao/documents/read.py", {"reader_version", "tables_version"}),
        ("nianbao/indicators/match.py", {"catalog_version", "comparison_version", "tables_version"}),
        ("nianbao/comparison/promises.py", {"comparison_version", "tables_version"}),
        ("nianbao/comparison/coverage.py", {"tables_version"}),
        ("nianbao/steps/planning.py", {"tables_version"}),
        ("nianbao/publishing/publish.py", {"tables_version"}),
        ("schemas/families.py", {"reader_version", "catalog_version", "comparison_version", "tables_version"}),
    ],
)
def test_editing_a_module_redoes_the_steps_that_reach_it(
    name: str, steps: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editing a module changes the versions of exactly the steps that import it."""
    before = fingerprint.versions()
    edit(monkeypatch, name)
    assert changed_versions(before) == steps


def test_a_new_indicator_does_not_read_reports_again_and_a_changed_form_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new indicator only repeats matching and comparison, and a changed form also repeats reading."""
    before = fingerprint.versions()
    edit(monkeypatch, "schemas/catalog/info_disclosure.yaml", "\nindicators:\n", "\nindicators:\n  - {id: another}\n")
    assert changed_versions(before) == {"catalog_version", "comparison_version", "tables_version"}
    edit(monkeypatch, "schemas/catalog/info_disclosure.yaml", "\nform:\n", "\nform:\n  # edited\n")
    assert "reader_version" in changed_versions(before)


def test_data_files_outside_the_versions_are_used_only_outside_the_steps() -> None:
    """Every data file outside the versions is used only by code outside the steps, such as the atlas."""
    data = {
        path.relative_to(REPO_ROOT).as_posix()
        for package in fingerprint.PACKAGES
        for path in (REPO_ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and path.name != "py.typed"
    }
    outside = [name for name in fingerprint._files() if name.endswith(".py") and name not in ALL_FILES]
    elsewhere = {data_file for module in outside for data_file in fingerprint._data_files(module)}
    elsewhere |= {name for name in data if name.startswith(("nianbao/atlas/", "nianbao/exports/", "nianbao/review/"))}
    assert data - elsewhere <= set(DATA_FILES)


def test_no_step_opens_a_data_file_that_is_not_part_of_its_version(tmp_path: Path) -> None:
    """All data files that reading and comparing really open are part of their versions."""
    raw = tmp_path / "raw"
    for family, place in (("rule_of_law", "990100-云汀市"), ("work_report", "990121-青穗县")):
        shutil.copytree(REPO_ROOT / "data" / "raw" / family / place, raw / family / place)
    allowed = {
        "read": set(step_files(ENTRY_MODULES["reader_version"])),
        "compare": set(step_files(ENTRY_MODULES["comparison_version"])) | {"schemas/descriptions.json"},
    }
    opened = recorded(RECORD_OPENED, REPO_ROOT, raw, tmp_path / "c")
    assert opened.keys() == allowed.keys()
    for step, names in allowed.items():
        assert opened[step] <= names


def test_all_modules_that_a_step_loads_are_part_of_its_version() -> None:
    """All modules that a step really loads are part of its version."""
    loaded = recorded(RECORD_LOADED, *ENTRY_MODULES.values())
    assert loaded.keys() == set(ENTRY_MODULES.values())
    for module, paths in loaded.items():
        names = {path.removeprefix(f"{REPO_ROOT}{os.sep}") for path in paths}
        names = {name for name in names if name.startswith(("nianbao/", "schemas/"))}
        assert names
        assert names <= set(step_files(module))


def imports_by_parser(name: str) -> set[str]:
    """Return the first-party modules that a module imports, except for type checks."""
    tree = ast.parse((REPO_ROOT / name).read_text("utf-8"))
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    imported: set[str] = set()
    for node in set(ast.walk(tree)) - skipped:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in fingerprint.PACKAGES:
            imported |= {fingerprint._defining_module(node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names if alias.name.split(".")[0] in fingerprint.PACKAGES}
    return imported


def test_the_scan_finds_the_imports_that_the_parser_finds() -> None:
    """The fast scan for imports finds every import that the Python parser finds."""
    for name in ALL_FILES:
        if name.endswith(".py"):
            assert imports_by_parser(name) <= set(fingerprint._imported_modules(name)), name


def test_schemas_in_another_folder_count_by_their_content(tmp_path: Path) -> None:
    """A folder of own schemas counts by its content: a copy changes no version, an edit does."""
    shutil.copytree(REPO_ROOT / "schemas" / "catalog", tmp_path / "catalog")
    shutil.copy(REPO_ROOT / "schemas" / "families.yaml", tmp_path)

    def reader_version() -> str:
        code = "from nianbao.fingerprint import reader_version; print(reader_version())"
        environment = {**os.environ, "NIANBAO_SCHEMAS": str(tmp_path)}
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, cwd=REPO_ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert reader_version() == fingerprint.reader_version()
    with (tmp_path / "families.yaml").open("a") as file:
        file.write("# edited\n")
    assert reader_version() != fingerprint.reader_version()


def test_an_edited_family_is_found_without_force(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """The report has a title that only the edited `families.yaml` knows."""
    text = report_text(2019).replace("情况的报告", "情况的通报").replace("法治政府", "法治云汀")
    add_report(text)
    for package in ("flows", "nianbao", "schemas"):
        shutil.copytree(REPO_ROOT / package, tmp_path / "code" / package)

    def run() -> str:
        words = ["run", "--direct", "--no-fetch", "--no-atlas", "--raw", str(raw), "--curated", str(tmp_path / "c")]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "code")}
        command = [sys.executable, "-c", SCRIPT, *words]
        return subprocess.run(
            command, cwd=tmp_path / "code", env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert "0 reports, 0 observations, 1 rejects" in run()
    path = tmp_path / "code" / "schemas" / "families.yaml"
    families = path.read_text("utf-8")
    assert "    title: 法治" in families
    path.write_text(families.replace("    title: 法治", "    title: 法治云汀|法治", 1), "utf-8")
    assert "1 reports, 7 observations, 0 rejects" in run()
