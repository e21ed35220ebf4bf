"""Read the manifest of the published version, and decide whether a run has anything to do. Imports nothing heavy.

A run with nothing new is the usual one. It compares names, sizes and times of the raw and of the published files and
opens none of them. What it compares with is in the manifest and, as times belong to this disk alone, in
`_cache/fingerprints.json`.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from nianbao.fingerprint import versions
from nianbao.io.files import file_stat, hash_file, write_atomically
from nianbao.io.layout import (
    CACHE,
    DELTA_LAYOUT,
    DELTA_VERSIONS,
    FILES_LAYOUT,
    FINGERPRINTS,
    MANIFEST,
    VERSIONS,
    Layout,
)
from nianbao.snapshots.scan import Files, fingerprint, scan

# The folder of raw files where fetching keeps its state (`nianbao.sources.crawl_state`).
CRAWL_STATE = ".fetch"
_FOLDER = re.compile(rf"{VERSIONS}/[0-9a-f]+")
# The bytes of the published files are compared with their hashes at least this often.
VERIFY_SECONDS = 24 * 3600


class Fingerprints(TypedDict):
    """How raw and published files looked after a run.

    `raw` is empty if the run did not read everything; `published` has size and time of change by path, and `data_files`
    the paths among them of files of Delta tables. `verified` is when the bytes of the published files were last
    compared with their hashes, in seconds.
    """

    state: dict[str, str]
    raw: str
    corrections: str
    snapshots: int
    published: dict[str, list[int]]
    data_files: list[str]
    verified: float


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many snapshots were new, were read again, were only matched and compared again, and were unchanged."""

    new: int = 0
    reread: int = 0
    rematched: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run published.

    Attributes:
        run: The name of the version, a hash of its content.
        changed: Whether anything differs from the version before.
        n_rows: The number of rows by table.
        matched: By family, how many of the levels and shares have an indicator, and how many there are.
        n_corrections: How many manual corrections were applied.
        counts: How many snapshots took which work.
        seconds: How long each step took.
    """

    run: str
    changed: bool
    n_rows: dict[str, int]
    matched: dict[str, tuple[int, int]]
    n_corrections: int
    counts: RunCounts = RunCounts()
    seconds: dict[str, float] = field(default_factory=dict)


def read_manifest(curated: Path) -> dict[str, Any] | None:
    """Return the manifest of the published version; None if nothing is published or the manifest is damaged.

    Damaged parts that only list older versions and their names are left out.
    """
    manifest = _read_json(curated / MANIFEST)
    if manifest is None or not _is_whole(manifest):
        return None
    manifest["history"] = [run for run in _typed(manifest, "history", list) if isinstance(run, str)]
    for key in ("moments", "names"):
        values = _typed(manifest, key, dict)
        manifest[key] = {name: value for name, value in values.items() if isinstance(value, str)}
    return manifest


def _is_whole(manifest: Mapping[str, Any]) -> bool:
    """Return whether a manifest names a version, its files with their hashes, and the numbers of rows."""
    try:
        return (
            isinstance(manifest["run"], str)
            and _FOLDER.fullmatch(manifest["folder"]) is not None
            and isinstance(manifest["published_at"], str)
            and all(isinstance(about["sha256"], str) and "/" not in name for name, about in manifest["files"].items())
            and all(isinstance(n_rows, int) for n_rows in manifest.get("rows", {}).values())
            and all(len(counts) == 2 for counts in manifest.get("matched", {}).values())
        )
    except (KeyError, TypeError, AttributeError):
        return False


def _typed(manifest: Mapping[str, Any], key: str, kind: type[Any]) -> Any:
    value = manifest.get(key)
    return value if isinstance(value, kind) else kind()


def up_to_date_result(raw: Path, curated: Path, corrections: Path) -> RunResult | None:
    """Return the published result if a run would publish the same again, else None.

    None also if the published files were not compared with their hashes for a day, so that a run does it.
    """
    manifest, recorded = read_manifest(curated), _read_json(curated / CACHE / FINGERPRINTS)
    if manifest is None or recorded is None or manifest.get("state") != recorded.get("state"):
        return None
    try:
        same = (
            {name: manifest["state"][name] for name in versions()} == versions()
            and recorded["corrections"] == folder_hash(corrections)
            and recorded["published"] == _published_stats(curated, manifest, recorded.get("data_files", ()))
            and recorded["raw"] == raw_fingerprint(raw)
            and _verified_lately(recorded)
        )
        return result_of(manifest, changed=False, counts=RunCounts(unchanged=recorded["snapshots"])) if same else None
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return None  # written by another version of nianbao, or damaged: a full run replaces it


@dataclass(frozen=True, slots=True)
class RunLooks:
    """What a run records: hashes of raw files and corrections, numbers, and the paths of files of Delta tables."""

    raw: str
    corrections: str
    n_snapshots: int
    verified: float
    data_files: tuple[str, ...] = ()


def record_fingerprints(curated: Path, looks: RunLooks) -> None:
    """Record how all files look after a run, for `up_to_date_result` of the next."""
    manifest = read_manifest(curated)
    if manifest is not None:
        fingerprints: Fingerprints = {
            "state": manifest.get("state", {}),
            "raw": looks.raw,
            "corrections": looks.corrections,
            "snapshots": looks.n_snapshots,
            "published": _published_stats(curated, manifest, looks.data_files),
            "data_files": list(looks.data_files),
            "verified": looks.verified,
        }
        write_atomically(curated / CACHE / FINGERPRINTS, json.dumps(fingerprints, indent=1).encode())


def recorded_data_files(curated: Path) -> tuple[str, ...]:
    """Return the paths of the files of Delta tables that the last run recorded."""
    recorded = _read_json(curated / CACHE / FINGERPRINTS) or {}
    return tuple(recorded.get("data_files", ()))


def published_layout(curated: Path) -> Layout:
    """Return the layout of the published version; files if nothing is published.

    Without a readable manifest, which the next run writes again, the files that are there tell.
    """
    manifest = read_manifest(curated)
    if manifest is None:
        return DELTA_LAYOUT if (curated / DELTA_VERSIONS).is_file() else FILES_LAYOUT
    return DELTA_LAYOUT if manifest.get("layout") == DELTA_LAYOUT else FILES_LAYOUT


def published_files_intact(curated: Path, manifest: Mapping[str, Any], *, compare_bytes: bool = False) -> bool:
    """Return whether the published files are those of the last run.

    They are compared by size and time of change, and by their hashes if `compare_bytes`.
    """
    recorded = _read_json(curated / CACHE / FINGERPRINTS)
    try:
        return (
            recorded is not None
            and recorded["state"] == manifest["state"]
            and recorded["published"] == _published_stats(curated, manifest, recorded.get("data_files", ()))
            and not (compare_bytes and _damaged(curated, manifest, recorded.get("data_files", ())))
        )
    except (OSError, KeyError, TypeError):
        return False


def last_verified(curated: Path) -> float:
    """Return when the published files were last compared with their hashes, in seconds; 0.0 if that is over a day ago.

    A time in the future, which a clock that was set back leaves, does not count either.
    """
    recorded = _read_json(curated / CACHE / FINGERPRINTS)
    return float(recorded["verified"]) if recorded is not None and _verified_lately(recorded) else 0.0


def _verified_lately(recorded: Mapping[str, Any]) -> bool:
    verified = recorded.get("verified")
    return isinstance(verified, int | float) and 0 <= time.time() - verified < VERIFY_SECONDS


def _damaged(curated: Path, manifest: Mapping[str, Any], data_files: Iterable[str]) -> bool:
    files: Mapping[str, Mapping[str, Any]] = manifest["files"]
    return any(
        hash_file(path) != about["sha256"]
        for name, about in files.items()
        for path in {(curated / place / name).resolve() for place in ("", manifest["folder"])}
    ) or any(_is_damaged(curated / path) for path in data_files if path.endswith(".parquet"))


def _is_damaged(data_file: Path) -> bool:
    """Return whether the bytes of a file of a Delta table are not those that its name says."""
    return not hash_file(data_file).startswith(data_file.stem.rpartition("-")[2])


def raw_fingerprint(raw: Path, files: Files | None = None) -> str:
    """Return a hash that changes when a raw file or the state of a crawl is added, removed or written."""
    states = scan(raw / CRAWL_STATE, "owed/") if (raw / CRAWL_STATE).is_dir() else {}
    states = {path: stat for path, stat in states.items() if path.count("/") == 1 and path.endswith(".json")}
    return fingerprint({**(scan(raw) if files is None else files), **states})


def result_of(manifest: Mapping[str, Any], *, changed: bool, counts: RunCounts) -> RunResult:
    """Return the result that a manifest describes. Raises KeyError if another version of nianbao wrote it."""
    matched = {family: (with_id, total) for family, (with_id, total) in manifest["matched"].items()}
    return RunResult(manifest["run"], changed, dict(manifest["rows"]), matched, manifest["n_corrections"], counts)


def folder_hash(folder: Path) -> str:
    """Return a hash of the manual corrections in a folder, which may be missing."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _published_stats(curated: Path, manifest: Mapping[str, Any], data_files: Iterable[str]) -> dict[str, list[int]]:
    """Return size and time of change of every published file, at both of its paths. Raises OSError."""
    paths = [*_published(curated, manifest), *(curated / path for path in data_files)]
    return {path.relative_to(curated).as_posix(): list(file_stat(path)) for path in paths}


def _published(curated: Path, manifest: Mapping[str, Any]) -> Iterable[Path]:
    for name in manifest["files"]:
        yield curated / name
        yield curated / manifest["folder"] / name


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
