"""The published state as its manifest tells it, and whether there is anything to do. Nothing heavy is imported.

A run with nothing new is the usual one. It looks at names, sizes and times of the raw files and of the published ones,
and opens none of them: what it compares with stands in the manifest and, of times, which belong to this disk alone, in
`_pieces/seen.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nianbao.fingerprint import versions
from nianbao.io.files import write_atomically
from nianbao.snapshots.scan import Files, fingerprint, scan

MANIFEST = "manifest.json"
FINGERPRINTS = "_pieces/seen.json"
# Where fetching remembers what the sites owe (`nianbao.sources.crawl_state`).
CRAWL_STATE = ".fetch"


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many snapshots were new, were read again, were only matched and compared again, and were as before."""

    new: int = 0
    reread: int = 0
    rematched: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run published: rows by table, whether anything differs from before, by family how many of the levels and
    shares have an indicator, and how many there are, and how many corrections by hand went in; what it had to do for
    that, and how long each step took."""

    run: str
    changed: bool
    n_rows: dict[str, int]
    matched: dict[str, tuple[int, int]]
    n_corrections: int
    counts: RunCounts = RunCounts()
    seconds: dict[str, float] = field(default_factory=dict)


def read_manifest(curated: Path) -> dict[str, Any] | None:
    """The manifest of the published state; None where nothing was published, or where it is damaged."""
    return _read_json(curated / MANIFEST)


def up_to_date_result(raw: Path, curated: Path, corrections: Path) -> RunResult | None:
    """What is published, where a run would publish the same again; None where there is something to do."""
    manifest, seen = read_manifest(curated), _read_json(curated / FINGERPRINTS)
    if manifest is None or seen is None or manifest.get("state") != seen.get("state"):
        return None
    try:
        same = (
            {name: manifest["state"][name] for name in versions()} == versions()
            and seen["corrections"] == folder_hash(corrections)
            and seen["published"] == _stamps(curated, manifest)
            and seen["raw"] == raw_fingerprint(raw)
        )
        return result_of(manifest, changed=False, counts=RunCounts(unchanged=seen["snapshots"])) if same else None
    except (OSError, KeyError, TypeError):
        return None  # not as this version writes it: the whole way finds out, and writes it anew


def record_fingerprints(curated: Path, fingerprint: str, corrections: str, n_snapshots: int) -> None:
    """Note how everything looks after a run, for `nothing_new` of the next."""
    manifest = read_manifest(curated)
    if manifest is not None:
        seen = {
            "state": manifest.get("state"),
            "raw": fingerprint,
            "corrections": corrections,
            "snapshots": n_snapshots,
            "published": _stamps(curated, manifest),
        }
        write_atomically(curated / FINGERPRINTS, json.dumps(seen, indent=1).encode())


def published_files_intact(curated: Path, manifest: dict[str, Any]) -> bool:
    """Whether the published files are those of the last run by size and time, without reading them."""
    seen = _read_json(curated / FINGERPRINTS)
    try:
        return (
            seen is not None and seen["state"] == manifest["state"] and seen["published"] == _stamps(curated, manifest)
        )
    except (OSError, KeyError, TypeError):
        return False


def raw_fingerprint(raw: Path, files: Files | None = None) -> str:
    """A hash that changes when a raw file, or what is remembered of what the sites owe, comes, goes or is written."""
    owed = scan(raw / CRAWL_STATE, "owed/") if (raw / CRAWL_STATE).is_dir() else {}
    notes = {path: stamp for path, stamp in owed.items() if path.count("/") == 1 and path.endswith(".json")}
    return fingerprint({**(scan(raw) if files is None else files), **notes})


def result_of(manifest: dict[str, Any], *, changed: bool, counts: RunCounts) -> RunResult:
    """What a manifest tells of its state. Raises KeyError where it was not written by this version."""
    matched = {family: (with_id, total) for family, (with_id, total) in manifest["matched"].items()}
    return RunResult(manifest["run"], changed, dict(manifest["rows"]), matched, manifest["n_corrections"], counts)


def folder_hash(folder: Path) -> str:
    """A hash of the corrections by hand in a folder; of none, that of nothing."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _stamps(curated: Path, manifest: dict[str, Any]) -> dict[str, list[int]]:
    """Size and time of change of every published file, at its stable path and in its version. Raises OSError."""
    stamps = {}
    for path in _published(curated, manifest):
        about = path.stat()
        stamps[path.relative_to(curated).as_posix()] = [about.st_size, about.st_mtime_ns]
    return stamps


def _published(curated: Path, manifest: dict[str, Any]) -> Iterable[Path]:
    for name in manifest["files"]:
        yield curated / name
        yield curated / manifest["folder"] / name


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None
