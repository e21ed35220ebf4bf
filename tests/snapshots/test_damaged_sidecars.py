"""A damaged sidecar file is reported as damaged, whatever it contains, and raises no other error."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from nianbao.snapshots.inventory import current_snapshots
from nianbao.snapshots.scan import scan
from nianbao.snapshots.store import (
    InvalidSnapshot,
    Snapshot,
    SnapshotPath,
    SnapshotStore,
    read_sidecar,
    sidecar_from_json,
)
from tests.conftest import RECEIVED

PLACE = SnapshotPath("rule_of_law", "990100", "云汀市", 2019)


def stored(raw: Path) -> tuple[Path, dict[str, Any]]:
    """Store a snapshot and return its sidecar with the values in it."""
    snapshot = Snapshot("", "file:a.txt", "a.txt", "", "text/plain", 0, RECEIVED, "ingest", {"year": "2019"})
    kept = SnapshotStore(raw).keep(b"abc", snapshot, PLACE).snapshot
    sidecar = raw / Path(kept.path).with_suffix(".json")
    values: dict[str, Any] = json.loads(sidecar.read_bytes())
    return sidecar, values


WRONG: list[tuple[str, Any]] = [
    ("sha256", "p" + "0" * 63),
    ("sha256", "0" * 63),
    ("sha256", None),
    ("sha256", 5),
    ("sha256", "A" * 64),
    ("sha256", ""),
    ("url", 5),
    ("url", None),
    ("url", ["file:a.txt"]),
    ("url", "file:\ud800"),
    ("name", {}),
    ("n_bytes", float("inf")),
    ("n_bytes", -1),
    ("n_bytes", "many"),
    ("n_bytes", True),
    ("n_bytes", 10**30),
    ("attached_to", []),
    ("media_type", ["text/plain"]),
    ("media_type", None),
    ("fetched_at", 2019),
    ("fetched_at", "0001-01-01T00:00:00+14:00"),
    ("found_by", None),
    ("given", ["year"]),
    ("given", None),
    ("received", []),
    ("received", {"final_url": "http://a.invalid/", "status": "200", "headers": {}}),
    ("mark", None),
    ("mark", {"check": "challenge"}),
    ("mark", "challenge"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_value_of_a_wrong_type_is_damage_of_one_sidecar(raw: Path, name: str, value: object) -> None:
    """A wrong value in a sidecar is reported as damage of that file, and the scan of the folder continues."""
    sidecar, values = stored(raw)
    sidecar.write_text(json.dumps(values | {name: value}), encoding="utf-8")
    with pytest.raises(InvalidSnapshot, match=sidecar.name):
        read_sidecar(raw, sidecar.relative_to(raw).as_posix())
    assert [ref.sha256 for ref in current_snapshots(raw, scan(raw), "1")] == [""]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"5",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b'"text"',
        b"{'url': 1}",
        b"\0\0",
        b"1" * 5000,
    ],
)
def test_a_file_that_is_not_a_sidecar_is_damaged(data: bytes) -> None:
    """Any content that is not a sidecar is reported as damage, also deeply nested JSON."""
    with pytest.raises(InvalidSnapshot):
        sidecar_from_json("a/b.json", data)


def test_a_flipped_bit_is_harmless_or_damage_of_one_sidecar(raw: Path) -> None:
    """A flipped bit leaves a valid snapshot or is reported as damage, never as another error."""
    sidecar, _ = stored(raw)
    original = sidecar.read_bytes()
    choose = random.Random(19)
    for _ in range(500):
        data = bytearray(original)
        data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
        try:
            snapshot = sidecar_from_json("a/b.json", bytes(data))
        except InvalidSnapshot:
            continue
        assert len(bytes.fromhex(snapshot.sha256)) == 32
        assert snapshot.address
