"""Atlases shared by the tests: of the bundled reports and of one short report, each built once per session."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao import pipeline
from nianbao.atlas.site import write_atlas
from nianbao.publishing.manifest import read_manifest
from tests.conftest import add_report_file, report_text


def version_folder(curated: Path) -> Path:
    """Return the folder of the published version of the tables."""
    manifest = read_manifest(curated)
    assert manifest is not None
    folder: str = manifest["folder"]
    return curated / folder


@pytest.fixture(scope="session")
def bundled_version(checkout: Path) -> Path:
    """Return the folder of the tables of the bundled reports."""
    return version_folder(checkout / "data" / "curated")


@pytest.fixture(scope="session")
def small_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the tables of one short report, for a quick atlas."""
    folder = tmp_path_factory.mktemp("small")
    add_report_file(folder / "raw", report_text())
    pipeline.run(folder / "raw", folder / "curated")
    return version_folder(folder / "curated")


@pytest.fixture(scope="session")
def site(bundled_version: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the atlas of the bundled reports."""
    out = tmp_path_factory.mktemp("site")
    write_atlas(bundled_version, out)
    return out
