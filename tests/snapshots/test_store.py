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
    return Snapshot("", f"file:{name}", name, "", "text/plain", 0, RECEIVED, "ingest", given)


def test_bytes_and_note_lie_side_by_side(raw: Path) -> None:
    kept = SnapshotStore(raw).keep(b"abc", note(), PLACE)
    assert kept.outcome == "new"
    assert kept.snapshot.path == "rule_of_law/990100-云汀市/2019/ba7816bf8f01.txt"
    snapshot, data = read_snapshot(raw, kept.snapshot.path)
    assert data == b"abc"
    assert snapshot == kept.snapshot
    assert snapshot.fetched_at == RECEIVED


def test_the_same_bytes_are_one_snapshot_with_its_first_name(raw: Path) -> None:
    SnapshotStore(raw).keep(b"abc", note("a.txt"), PLACE)
    again = SnapshotStore(raw).keep(b"abc", note("b.txt"), PLACE)
    assert (again.outcome, again.snapshot.name) == ("known", "a.txt")
    assert len(list(snapshot_paths(raw))) == 1


def test_keeping_twice_writes_nothing(raw: Path) -> None:
    SnapshotStore(raw).keep(b"abc", note(), PLACE)
    before = {path: path.stat().st_mtime_ns for path in raw.rglob("*")}
    SnapshotStore(raw).keep(b"abc", note(), PLACE)
    assert {path: path.stat().st_mtime_ns for path in raw.rglob("*")} == before


def test_what_is_given_later_is_added(raw: Path) -> None:
    SnapshotStore(raw).keep(b"abc", note(family="rule_of_law"), PLACE)
    again = SnapshotStore(raw).keep(b"abc", note(delivered="2020"), PLACE)
    assert again.outcome == "given"
    assert dict(again.snapshot.hints) == {"family": "rule_of_law", "delivered": "2020"}


def test_a_file_without_a_place_moves_when_it_has_one(raw: Path) -> None:
    first = SnapshotStore(raw).keep(b"abc", note(), SnapshotPath(family="rule_of_law"))
    assert first.snapshot.path == "_unplaced/ba7816bf8f01.txt"
    again = SnapshotStore(raw).keep(b"abc", note(jurisdiction="云汀市"), PLACE)
    assert again.outcome == "moved"
    assert list(snapshot_paths(raw)) == ["rule_of_law/990100-云汀市/2019/ba7816bf8f01.txt"]


def test_a_name_cannot_lead_out_of_the_folder() -> None:
    assert SnapshotPath("work_report", "990100", "../../etc", 2019).folder == "work_report/990100-______etc/2019"


def test_paths_come_in_a_fixed_order_without_hidden_files(raw: Path) -> None:
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
def test_damage_is_reported_with_the_path(raw: Path, damage: object, message: str) -> None:
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
    path = SnapshotStore(raw).keep(b"abc", note(), PLACE).snapshot.path
    file = (raw / path).with_suffix(".json")
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(InvalidSnapshot, match=message):
        read_snapshot(raw, path)


def test_a_note_whose_file_is_gone_is_still_listed(raw: Path) -> None:
    path = SnapshotStore(raw).keep(b"abc", note(), PLACE).snapshot.path
    (raw / path).unlink()
    (listed,) = snapshot_paths(raw)
    with pytest.raises(InvalidSnapshot, match="the file that this note is about is missing"):
        read_snapshot(raw, listed)


def test_endings() -> None:
    assert extension_of("text/html") == ".html"
    assert extension_of("application/x-unknown") == ".bin"
