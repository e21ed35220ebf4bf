"""The wheel is complete: installed into a clean environment, it reads the bundled reports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import REPO_ROOT

pytestmark = pytest.mark.slow

SOURCES = ("flows", "nianbao", "schemas", "pyproject.toml", "README.md", "LICENSE")


def run(*command: str | Path, folder: Path) -> str:
    """Run a command in a folder, without anything of this checkout on its path, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel built from a copy of the sources, without a network."""
    folder = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        source = REPO_ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    run(*pip, "--wheel-dir", "dist", ".", folder=folder)
    (built,) = (folder / "dist").glob("nianbao-*.whl")
    return built


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of a new environment: this wheel, and the dependencies that are installed already."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, symlinks=True)
    programs = folder / "bin"
    (site_packages,) = (folder / "lib").glob("python*/site-packages")
    install = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--no-deps", "--no-index"]
    run(*install, wheel, folder=folder)
    # Path files of a folder added by a path file are not read, so the editable install of this checkout stays out.
    (site_packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return programs


def test_the_wheel_contains_every_data_file(wheel: Path) -> None:
    """Every tracked file of the packages is in the wheel."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    listed = run("git", "ls-files", "flows", "nianbao", "schemas", folder=REPO_ROOT).splitlines()
    assert not [name for name in listed if name not in inside]


def test_the_wheel_reads_the_bundled_reports_outside_the_repository(clean: Path, tmp_path: Path) -> None:
    """The wheel in a clean environment reads the bundled reports, draws the atlas and shows a comparison."""
    shutil.copytree(REPO_ROOT / "data" / "raw", tmp_path / "raw")
    where = run(clean / "python", "-c", "import flows, nianbao, schemas; print(nianbao.__file__)", folder=tmp_path)
    assert Path(where.strip()).is_relative_to(clean.parent)
    run(clean / "nianbao", "run", "--direct", "--raw", "raw", "--curated", "curated", "--strict", folder=tmp_path)
    manifest = json.loads((tmp_path / "curated" / "manifest.json").read_text("utf-8"))
    assert (tmp_path / "curated" / manifest["folder"] / "comparisons.parquet").is_file()
    assert (tmp_path / "curated" / "atlas" / "index.html").is_file()
    shown = run(clean / "nianbao", "compare", "--curated", "curated", "--indicator", "gdp", folder=tmp_path)
    assert "地区生产总值" in shown
