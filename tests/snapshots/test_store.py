"""Snapshots are stored once under their hash and never change; damage is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nianbao.documents.media_types import extension_of
from nianbao.snapshots.store import (
    InvalidSnapshot,
    Snapshot,
    SnapshotPath,
    SnapshotStore,
    read_snapshot,
    snapshot_paths,
)
from tests.conftest import RECEIVED

PLACE = SnapshotPath("rule_of_law", "990100", "云汀市", 2019)


def note(name: str = "a.txt", **given: str) -> Snapshot:
    """Return the description of a snapshot that was ingested from a file."""
    return Snapshot("", f"file:{name}", name, "", "text/plain", 0, RECEIVED, "ingest", given)


def test_a_file_and_its_sidecar_are_stored_together(raw: Path) -> None:
    """A file is stored under its place and hash with a sidecar, and both are read back unchanged."""
    kept = SnapshotStore(raw).keep(b"abc", note(), PLACE)
    assert kept.outcome == "new"
    assert kept.snapshot.path == "rule_of_law/990100-云汀市/2019/ba7816bf8f01.txt"
    snapshot, data = read_snapshot(raw, kept.snapshot.path)
    assert data == b"abc"
    assert snapshot == kept.snapshot
    assert snapshot.fetched_at == RECEIVED


def test_the_same_bytes_are_one_snapshot_with_its_first_name(raw: Path) -> None:
    """The same bytes under another name are not stored again and keep their first name."""
    SnapshotStore(raw).keep(b"abc", note("a.txt"), PLACE)
    again = SnapshotStore(raw).keep(b"abc", note("b.txt"), PLACE)
    assert (again.outcome, again.snapshot.name) == ("known", "a.txt")
    assert len(list(snapshot_paths(raw))) == 1


def test_storing_twice_writes_nothing(raw: Path) -> None:
    """Storing the same file again changes no file."""
    SnapshotStore(raw).keep(b"abc", note(), PLACE)
    before = {path: path.stat().st_mtime_ns for path in raw.rglob("*")}
    SnapshotStore(raw).keep(b"abc", note(), PLACE)
    assert {path: path.stat().st_mtime_ns for path in raw.rglob("*")} == before


def test_later_hints_are_added(raw: Path) -> None:
    """Hints given when a file is stored again are added to those it has."""
    SnapshotStore(raw).keep(b"abc", note(family="rule_of_law"), PLACE)
    again = SnapshotStore(raw).keep(b"abc", note(delivered="2020"), PLACE)
    assert again.outcome == "given"
    assert dict(again.snapshot.hints) == {"family": "rule_of_law", "delivered": "2020"}


def test_a_file_without_a_place_moves_when_it_has_one(raw: Path) -> None:
    """An unplaced file moves to its folder when a hint gives its place."""
    first = SnapshotStore(raw).keep(b"abc", note(), SnapshotPath(family="rule_of_law"))
    assert first.snapshot.path == "_unplaced/ba7816bf8f01.txt"
    again = SnapshotStore(raw).keep(b"abc", note(jurisdiction="云汀市"), PLACE)
    assert again.outcome == "moved"
    assert list(snapshot_paths(raw)) == ["rule_of_law/990100-云汀市/2019/ba7816bf8f01.txt"]


def test_a_name_cannot_lead_out_of_the_folder() -> None:
    """Path separators in the name of a place are replaced."""
    assert SnapshotPath("work_report", "990100", "../../etc", 2019).folder == "work_report/990100-______etc/2019"


def test_paths_come_in_a_fixed_order_without_hidden_files(raw: Path) -> None:
    """Snapshots are listed in sorted order, without unfinished files and other files of the folder."""
    store = SnapshotStore(raw)
    for data in (b"c", b"a", b"b"):
        store.keep(data, note(), PLACE)
    (raw / "rule_of_law" / ".writing-x").write_bytes(b"half")
    (raw / "README.md").write_text("about this folder")
    paths = list(snapshot_paths(raw))
    assert len(paths) == 3
    assert paths == sorted(paths)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda file: file.write_bytes(b"abd"), "its hash is"),
        (lambda file: file.unlink(), "cannot be read"),
        (lambda file: file.with_suffix(".json").unlink(), "the note is missing"),
        (lambda file: file.with_suffix(".json").write_text("{"), "the note cannot be read"),
        (lambda file: file.with_suffix(".json").write_text("{}"), "the note lacks or misstates"),
        (lambda file: file.with_suffix(".json").write_text("[1]"), "the note lacks or misstates"),
    ],
)
def test_damage_is_reported_with_its_reason(raw: Path, damage: object, message: str) -> None:
    """A changed, missing or undescribed file is reported with the reason."""
    path = SnapshotStore(raw).keep(b"abc", note(), PLACE).snapshot.path
    damage(raw / path)  # type: ignore[operator]
    with pytest.raises(InvalidSnapshot, match=message):
        read_snapshot(raw, path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fetched_at": "2026-03-01T08:00:00"}, "no time zone"),
        ({"fetched_at": "yesterday"}, "misstates"),
        ({"given": {"colour": "red"}}, "colour"),
        ({"given": None}, "misstates"),
    ],
)
def test_an_impossible_value_in_a_sidecar_is_reported(raw: Path, change: dict[str, object], message: str) -> None:
    """A time without a zone or an unknown hint in a sidecar is reported."""
    path = SnapshotStore(raw).keep(b"abc", note(), PLACE).snapshot.path
    file = (raw / path).with_suffix(".json")
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(InvalidSnapshot, match=message):
        read_snapshot(raw, path)


def test_a_sidecar_without_its_file_is_listed(raw: Path) -> None:
    """A sidecar whose file is missing is listed and reported, not skipped."""
    path = SnapshotStore(raw).keep(b"abc", note(), PLACE).snapshot.path
    (raw / path).unlink()
    (listed,) = snapshot_paths(raw)
    with pytest.raises(InvalidSnapshot, match="the file that this note is about is missing"):
        read_snapshot(raw, listed)


def test_file_extensions() -> None:
    """Known media types have their extension, and unknown ones have `.bin`."""
    assert extension_of("text/html") == ".html"
    assert extension_of("application/x-unknown") == ".bin"
