"""Fixtures for many tests: small reports of an invented government, and the real reports if available."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from nianbao import pipeline
from nianbao.documents.read import read_document
from nianbao.snapshots.store import Snapshot, SnapshotPath, SnapshotStore, StoreResult

# A deadline per example would measure how busy the machine is.
settings.register_profile("nianbao", deadline=None)
settings.load_profile("nianbao")

# What commands print is in the language of the user: here English, whoever runs the tests.
os.environ["LC_ALL"] = "C.UTF-8"

REPO_ROOT = Path(__file__).parent.parent
RECEIVED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

AddReport = Callable[..., StoreResult]


def report_text(year: int = 2019, place: str = "云汀市", permits: int = 1234) -> str:
    """Return a rule-of-law report of an invented government; `permits` is one of its numbers."""
    return (
        f"{place}人民政府关于{year}年法治政府建设情况的报告\n"
        f"云汀府〔{year + 1}〕6号\n"
        f"{year}年，{place}认真推进法治政府建设，现将情况报告如下。\n"
        "一、主要工作\n"
        "（一）深化放管服改革\n"
        f"全年办理行政许可{permits}件，比上年增长7.2%。取消行政审批事项33项。\n"
        "（二）化解矛盾纠纷\n"
        "受理行政复议申请120宗，办结118宗，办结率98.3%。\n"
        f"二、{year + 1}年工作打算\n"
        f"{year + 1}年，力争行政许可事项网上办理率达到95%以上。\n"
        f"{place}人民政府\n"
        f"{year + 1}年1月18日\n"
    )


def add_report_file(raw: Path, text: str | bytes, name: str = "a.txt", **given: str) -> StoreResult:
    """Put a text into `raw` as a snapshot, where the reader places it."""
    data = text.encode() if isinstance(text, str) else text
    note = Snapshot("", f"file:{name}", name, "", "text/plain", len(data), RECEIVED, "ingest", given)
    place = SnapshotPath()
    if isinstance(text, str):
        about = read_document(data, media_type="text/plain").metadata
        if about.family and about.jurisdiction:
            unit = about.jurisdiction
            place = SnapshotPath(about.family.value, unit.code, unit.name, about.report_year)
    return SnapshotStore(raw).keep(data, note, place)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Return an empty folder for raw files."""
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def add_report(raw: Path) -> AddReport:
    """Return a function that puts a text into `raw` as a snapshot: `add_report(text, name="a.txt", **given)`."""
    return partial(add_report_file, raw)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as `make run` leaves it, with the bundled reports and their tables; copy it to change it."""
    folder = tmp_path_factory.mktemp("a folder that isn't plain")
    bundled = REPO_ROOT / "data" / "raw"
    for note in bundled.rglob("*.json"):
        if (
            note.relative_to(bundled).parts[1].startswith("99")
        ):  # the codes of invented governments; others are the user's own
            place = folder / "data" / "raw" / note.parent.relative_to(bundled)
            place.mkdir(parents=True, exist_ok=True)
            for file in note.parent.glob(f"{note.stem}.*"):
                shutil.copy(file, place)
    pipeline.run(folder / "data" / "raw", folder / "data" / "curated")
    return folder


@pytest.fixture(scope="session")
def object_storage() -> Iterator[str]:
    """Yield the address of an object storage server on loopback."""
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(object_storage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Create an empty bucket, the environment that leads to it and a separate cache for this machine."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": object_storage,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
        "XDG_CACHE_HOME": str(tmp_path / "one"),
    }.items():
        monkeypatch.setenv(name, value)
    storage = boto3.client("s3")
    storage.create_bucket(Bucket="nianbao")
    yield
    for page in storage.get_paginator("list_objects_v2").paginate(Bucket="nianbao"):
        for found in page.get("Contents", []):
            storage.delete_object(Bucket="nianbao", Key=found["Key"])
    storage.delete_bucket(Bucket="nianbao")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of real reports, which lies outside the repository."""
    folder = Path(os.environ.get("NIANBAO_CORPUS", REPO_ROOT.parent / "shared" / "corpus"))
    if not (folder / "manifest.csv").is_file():
        pytest.skip("no real reports here: set NIANBAO_CORPUS to a folder of them with its manifest.csv")
    return folder
