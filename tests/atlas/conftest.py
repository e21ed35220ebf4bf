"""The atlas of the bundled reports, and of one that means harm, each made once for all tests of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao import pipeline
from nianbao.atlas.site import write_atlas
from nianbao.publishing.manifest import read_manifest
from tests.conftest import add_report_file, report_text


def state_of(curated: Path) -> Path:
    """The folder of the tables that are published there."""
    manifest = read_manifest(curated)
    assert manifest is not None
    return curated / manifest["folder"]


@pytest.fixture(scope="session")
def bundled_state(checkout: Path) -> Path:
    """The tables of the bundled reports."""
    return state_of(checkout / "data" / "curated")


@pytest.fixture(scope="session")
def small_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of one short report, whose atlas takes a moment."""
    folder = tmp_path_factory.mktemp("small")
    add_report_file(folder / "raw", report_text())
    pipeline.run(folder / "raw", folder / "curated")
    return state_of(folder / "curated")


@pytest.fixture(scope="session")
def site(bundled_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The atlas of the bundled reports."""
    out = tmp_path_factory.mktemp("site")
    write_atlas(bundled_state, out)
    return out
