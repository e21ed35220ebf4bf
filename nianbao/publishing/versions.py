"""List, tag and prune the published versions that are kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nianbao.io.files import write_atomically
from nianbao.io.layout import DELTA, MANIFEST, VERSIONS
from nianbao.publishing.delta import table_folder, vacuum
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.read_tables import count_rows, is_delta, pinned_versions

RUNS_KEPT = 5
# How many characters of a run identify it.
SHORTEST_PREFIX = 4


class UnknownVersion(Exception):
    """A version that does not exist or is not kept; the message names those that are."""


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version that is kept; `published_at` is empty if it was published before that was recorded."""

    run: str
    published_at: str
    names: tuple[str, ...]
    folder: Path
    n_reports: int
    n_observations: int


def list_versions(curated: Path) -> list[PublishedVersion]:
    """Return the versions that are kept, the newest first. Raises UnknownVersion if nothing is published."""
    manifest = _manifest(curated)
    versions = []
    for run in manifest.get("history", []):
        folder = curated / VERSIONS / run
        if folder.is_dir():
            names = tuple(sorted(name for name, named in manifest.get("names", {}).items() if named == run))
            counts = [count_rows(folder, name) for name in ("reports", "observations")]
            versions.append(PublishedVersion(run, manifest.get("moments", {}).get(run, ""), names, folder, *counts))
    return versions


def find_version(curated: Path, name: str) -> PublishedVersion:
    """Return the version with this tag, run, or unique beginning of a run. Raises UnknownVersion."""
    versions = list_versions(curated)
    found = [version for version in versions if name == version.run or name in version.names]
    if not found and len(name) >= SHORTEST_PREFIX:
        found = [version for version in versions if version.run.startswith(name)]
    if len(found) != 1:
        known = ", ".join(" ".join((version.run, *version.names)) for version in versions)
        raise UnknownVersion(f"{name!r} is not a version of {curated}; kept are {known}")
    return found[0]


def tag_version(curated: Path, tag: str, name: str | None) -> PublishedVersion:
    """Tag a version, by default the latest; a tagged version is kept until its tag moves to another.

    The caller must hold the lock of the folder. Raises UnknownVersion.
    """
    version = find_version(curated, name) if name else list_versions(curated)[0]
    manifest = _manifest(curated)
    write_manifest(curated, {**manifest, "names": {**manifest.get("names", {}), tag: version.run}})
    return find_version(curated, version.run)


def delete_tag(curated: Path, tag: str) -> None:
    """Delete a tag, so that its version may be removed. Raises UnknownVersion."""
    manifest = _manifest(curated)
    tags = manifest.get("names", {})
    if tag not in tags:
        raise UnknownVersion(f"{tag!r} is not a tag of a version; there are {', '.join(tags) or 'none'}")
    write_manifest(curated, {**manifest, "names": {name: run for name, run in tags.items() if name != tag}})


def prune(curated: Path, newest: int) -> list[str]:
    """Remove all versions except the newest ones and tagged ones; returns the runs that were removed.

    The caller must hold the lock of the folder. Raises UnknownVersion if nothing is published.
    """
    manifest = _manifest(curated)
    history = list(manifest.get("history", []))
    kept = retained(history, manifest.get("names", {}), max(1, newest))
    moments = {run: moment for run, moment in manifest.get("moments", {}).items() if run in kept}
    write_manifest(curated, {**manifest, "history": kept, "moments": moments})
    remove_versions(curated, kept)
    return [run for run in history if run not in kept]


def retained(history: Sequence[str], names: Mapping[str, str], newest: int = RUNS_KEPT) -> list[str]:
    """Return the runs to keep of a history that begins with the newest: the first `newest`, and those with a tag."""
    return [run for n, run in enumerate(history) if n < newest or run in names.values()]


def write_manifest(curated: Path, manifest: Mapping[str, Any]) -> None:
    """Replace the manifest atomically."""
    write_atomically(curated / MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())


def remove_versions(curated: Path, kept: Collection[str]) -> None:
    """Remove all versions except these, and the files of Delta tables that only they had."""
    folders = [path for path in (curated / VERSIONS).iterdir() if path.is_dir() and not path.name.startswith(".")]
    removed = [folder for folder in folders if folder.name not in kept]
    former = _pins(removed)
    for folder in removed:
        shutil.rmtree(folder)
    pins = _pins(folder for folder in folders if folder.name in kept)
    for table, versions in former.items():
        if table in pins and not versions <= pins[table]:
            vacuum(table_folder(curated, table), pins[table])
    if former and not pins:  # the last version of Delta tables
        shutil.rmtree(curated / DELTA, ignore_errors=True)


def _pins(folders: Iterable[Path]) -> dict[str, set[int]]:
    """Return the versions of each Delta table that these versions of all tables need."""
    pins: dict[str, set[int]] = {}
    for folder in folders:
        if is_delta(folder):
            for table, version in pinned_versions(folder).items():
                pins.setdefault(table, set()).add(version)
    return pins


def _manifest(curated: Path) -> Mapping[str, Any]:
    manifest = read_manifest(curated)
    if manifest is None:
        raise UnknownVersion(f"{curated}: nothing is published there; make it with `nianbao run`")
    return manifest
