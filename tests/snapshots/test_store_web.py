"""Snapshots from the web: what their sidecars contain, which version is current, and what an exclusion means."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nianbao.snapshots.inventory import current_snapshot_paths
from nianbao.snapshots.store import (
    ATTACHMENT,
    Exclusion,
    HttpResponseInfo,
    InvalidSnapshot,
    Snapshot,
    SnapshotPath,
    SnapshotStore,
    read_snapshot,
    sidecar_as_json,
    snapshot_paths,
)
from tests.conftest import RECEIVED

PAGE = "http://www.example.invalid/2020.html"
HERE = SnapshotPath("rule_of_law", "990100", "云汀市", 2020)
NOTE = Snapshot("", PAGE, "2020.html", "", "text/html", 0, RECEIVED, "list http://www.example.invalid/")


def test_a_sidecar_of_a_web_page_survives_a_round_trip(raw: Path) -> None:
    """Response, attachment and exclusion of a web page are read back as they were written."""
    note = replace(
        NOTE,
        received=HttpResponseInfo(f"{PAGE}?a=1", 200, {"etag": '"1"', "content-type": "text/html"}),
        attached_to="http://www.example.invalid/page.html",
        exclusion=Exclusion("challenge", "the site asks for a browser check"),
    )
    kept = SnapshotStore(raw).keep(b"x", note, SnapshotPath())
    assert read_snapshot(raw, kept.snapshot.path) == (kept.snapshot, b"x")


def test_a_sidecar_of_a_local_file_has_no_web_fields() -> None:
    """The sidecar of a local file has only the fields of local files."""
    assert list(json.loads(sidecar_as_json(NOTE))) == [
        "url", "name", "sha256", "media_type", "n_bytes", "fetched_at", "found_by", "given",
    ]  # fmt: skip


def test_the_newest_version_is_current_and_older_ones_are_kept(raw: Path) -> None:
    """Of two versions of a URL, the newer is current, and both files are kept."""
    store = SnapshotStore(raw)
    store.keep(b"first", NOTE, HERE)
    second = store.keep(b"second", replace(NOTE, fetched_at=RECEIVED + timedelta(days=1)), HERE)
    assert list(current_snapshot_paths(raw)) == [second.snapshot.path]
    assert len(list(snapshot_paths(raw))) == 2


def test_an_exclusion_is_current_until_a_newer_response(raw: Path) -> None:
    """A challenge is current until its URL gives a report; a later one is current together with it."""
    store = SnapshotStore(raw)

    def keep(data: bytes, days: int, exclusion: Exclusion | None) -> str:
        note = replace(NOTE, fetched_at=RECEIVED + timedelta(days=days), exclusion=exclusion)
        return store.keep(data, note, SnapshotPath() if exclusion else HERE).snapshot.path

    challenge = Exclusion("challenge", "the site asks for a browser check")
    keep(b"token 1", 0, challenge)
    again = keep(b"token 2", 1, challenge)
    assert list(current_snapshot_paths(raw)) == [again]
    report = keep(b"the report", 2, None)
    assert list(current_snapshot_paths(raw)) == [report]
    later = keep(b"token 3", 3, challenge)
    assert list(current_snapshot_paths(raw)) == sorted([later, report])


def test_an_attachment_is_a_version_of_its_page(raw: Path) -> None:
    """A newer attachment replaces its page as the current version."""
    store = SnapshotStore(raw)
    store.keep(b"the page", NOTE, HERE)
    later = replace(NOTE, url=f"{PAGE}.pdf", attached_to=PAGE, fetched_at=RECEIVED + timedelta(days=1))
    attachment = store.keep(b"the file", later, HERE)
    assert list(current_snapshot_paths(raw)) == [attachment.snapshot.path]


def test_local_files_of_one_name_are_not_versions_of_each_other(raw: Path) -> None:
    """Two local files with the same name are both current."""
    store = SnapshotStore(raw)
    for data in (b"one", b"two"):
        store.keep(data, replace(NOTE, url="file:a.txt"), HERE)
    assert len(list(current_snapshot_paths(raw))) == 2


def test_an_excluded_file_does_not_replace_a_report(raw: Path) -> None:
    """A challenge and an attached table do not replace the report; the challenge is listed."""
    store = SnapshotStore(raw)
    report = store.keep(b"report", NOTE, HERE).snapshot.path
    later = replace(NOTE, fetched_at=RECEIVED + timedelta(days=1))
    challenge = store.keep(
        b"wait", replace(later, exclusion=Exclusion("challenge", "no")), SnapshotPath()
    ).snapshot.path
    store.keep(b"table", replace(later, exclusion=Exclusion(ATTACHMENT, "attached")), HERE)
    assert sorted(current_snapshot_paths(raw)) == sorted([report, challenge])


def test_a_snapshot_with_a_damaged_sidecar_is_listed(raw: Path) -> None:
    """A snapshot with a damaged sidecar is listed, so that the run can reject it."""
    kept = SnapshotStore(raw).keep(b"report", NOTE, HERE)
    (raw / kept.snapshot.path).with_suffix(".json").write_text("{")
    assert list(current_snapshot_paths(raw)) == [kept.snapshot.path]


def test_an_exclusion_is_lifted_and_never_put_on_a_report(raw: Path) -> None:
    """Storing excluded bytes as a report lifts the exclusion, which later attempts do not restore."""
    store = SnapshotStore(raw)
    store.keep(b"bytes", replace(NOTE, exclusion=Exclusion("smaller", "half as long")), SnapshotPath())
    lifted = store.keep(b"bytes", NOTE, HERE)
    assert (lifted.outcome, lifted.snapshot.exclusion, lifted.snapshot.path.split("/")[0]) == (
        "moved",
        None,
        "rule_of_law",
    )
    assert (
        store.keep(b"bytes", replace(NOTE, exclusion=Exclusion("smaller", "again")), SnapshotPath()).snapshot.exclusion
        is None
    )


def test_an_invalid_response_in_a_sidecar_is_refused(raw: Path) -> None:
    """A sidecar with an invalid HTTP status is reported as damage."""
    kept = SnapshotStore(raw).keep(b"report", replace(NOTE, received=HttpResponseInfo(PAGE, 200, {})), HERE)
    path = (raw / kept.snapshot.path).with_suffix(".json")
    path.write_text(path.read_text().replace('"status": 200', '"status": "fine"'))
    with pytest.raises(InvalidSnapshot, match="received"):
        read_snapshot(raw, kept.snapshot.path)
