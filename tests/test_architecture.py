"""The architecture: which imports are allowed, docstrings of modules, and the contents of the lock file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPO_ROOT

MODULES = sorted(
    path
    for package in ("flows", "schemas", "nianbao")
    for path in (REPO_ROOT / package).rglob("*.py")
    if path.stat().st_size
)
VAGUE = re.compile(r"(utils?|helpers?|common|manager|misc)(\.py)?$")


def test_imports_keep_to_the_contracts() -> None:
    """Every import obeys the layers that the project declares."""
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=REPO_ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_a_module_says_what_it_is_for() -> None:
    """Every module has a docstring and a specific name."""
    assert [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []
    assert [path for path in MODULES if VAGUE.search(path.name)] == []


def test_functions_are_at_most_sixty_lines_long() -> None:
    """No function of the project, its tests or its benchmarks is longer than 60 lines."""
    folders = ("flows", "schemas", "nianbao", "benchmarks", "tests", "docs", "data_tools")
    long = [
        f"{path.relative_to(REPO_ROOT)}: {node.name}"
        for folder in folders
        for path in (REPO_ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or node.lineno) - node.lineno >= 60
    ]
    assert long == []


def test_prefect_is_imported_only_where_flows_are_made_and_served() -> None:
    """Prefect is imported by these modules of the flows and by no other."""
    importing = [
        path.relative_to(REPO_ROOT).as_posix()
        for path in MODULES
        if re.search(r"^\s*(from|import) prefect\b", path.read_text("utf-8"), re.M)
    ]
    assert importing == [
        "flows/annual.py",
        "flows/artifacts.py",
        "flows/dask.py",
        "flows/ephemeral_server.py",
        "flows/local_run.py",
        "flows/server.py",
        "flows/serving.py",
        "flows/task_runners.py",
        "flows/tasks.py",
    ]


def test_reading_a_report_imports_no_pandas() -> None:
    """Reading and extracting import neither pandas nor pandera nor pyarrow nor Prefect."""
    code = (
        "import sys, flows.cli.app, nianbao.documents.read, nianbao.extraction.extract; "
        "sys.exit(' '.join({'pandas', 'pandera', 'pyarrow', 'prefect'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"imported all the same: {done.stderr}"


def test_the_lock_names_no_registry_and_hashes_everything() -> None:
    """The lock file contains no address of a registry, and every package has hashes."""
    lock = (REPO_ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links", lock)
    pinned = re.findall(r"^([a-z0-9][\w.-]*)==\S+(.*)$", lock, re.M)
    assert len(pinned) > 50
    assert all(rest.rstrip().endswith("\\") for _, rest in pinned)


def test_the_lock_has_what_the_project_asks_for() -> None:
    """Every dependency of the project is locked at a version that its range allows."""
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((REPO_ROOT / "pyproject.toml").read_text())["project"]
    lock = (REPO_ROOT / "requirements.lock").read_text()
    for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        wanted = Requirement(line)
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        found = re.search(rf"^{re.escape(name)}==([^\s;]+)", lock, re.M)
        assert found, f"{name} is not in the lock: run `make lock`"
        assert wanted.specifier.contains(found[1]), f"{name}: {found[1]} is not {wanted.specifier}"
