"""Atlases shared by the tests: of the bundled reports and of one short report, each built once per session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from benchmarks.atlas import make_tables
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


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without logging."""

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve an atlas below some path of a static web server; yield its base URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(site.parent))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
        server.shutdown()


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
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the tables of generated reports of several governments, in prose and in forms."""
    return version_folder(make_tables(tmp_path_factory.mktemp("tables"), 90, "full"))


@pytest.fixture(scope="session")
def several(version: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the atlas of several governments."""
    out = tmp_path_factory.mktemp("several")
    write_atlas(version, out)
    return out


@pytest.fixture(scope="session")
def site(bundled_version: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the atlas of the bundled reports."""
    out = tmp_path_factory.mktemp("site")
    write_atlas(bundled_version, out)
    return out
