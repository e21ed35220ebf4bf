"""The published states that are kept: which there are, under which names, and which may go."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from nianbao.io.files import write_atomically
from nianbao.publishing.manifest import MANIFEST, read_manifest

VERSIONS = "_versions"
RUNS_KEPT = 5


class UnknownVersion(Exception):
    """A state that is asked for and is not kept; the message says which are."""


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A state that is kept. `published_at` is empty where it was published before that was noted."""

    run: str
    published_at: str
    names: tuple[str, ...]
    folder: Path
    n_reports: int
    n_observations: int


def list_versions(curated: Path) -> list[PublishedVersion]:
    """The states that are kept, the newest first. Raises NoSuchState where nothing is published."""
    manifest = _manifest(curated)
    states = []
    for run in manifest.get("history", []):
        folder = curated / VERSIONS / run
        if folder.is_dir():
            names = tuple(sorted(name for name, named in manifest.get("names", {}).items() if named == run))
            counts = [
                parquet.read_metadata(folder / f"{name}.parquet").num_rows for name in ("reports", "observations")
            ]
            states.append(PublishedVersion(run, manifest.get("moments", {}).get(run, ""), names, folder, *counts))
    return states


def find_version(curated: Path, told: str) -> PublishedVersion:
    """The state that a name, a run or the beginning of one means. Raises NoSuchState."""
    states = list_versions(curated)
    found = [state for state in states if told == state.run or told in state.names]
    found = found or [state for state in states if len(told) >= 4 and state.run.startswith(told)]
    if len(found) != 1:
        known = ", ".join(" ".join((state.run, *state.names)) for state in states)
        raise UnknownVersion(f"{told!r} is no state of {curated}; kept are {known}")
    return found[0]


def tag_version(curated: Path, name: str, told: str | None) -> PublishedVersion:
    """Give a state, the newest where none is told, a name under which it stays until the name is given to another.

    To be called by who holds the folder. Raises NoSuchState.
    """
    state = find_version(curated, told) if told else list_versions(curated)[0]
    manifest = _manifest(curated)
    write_manifest(curated, {**manifest, "names": {**manifest.get("names", {}), name: state.run}})
    return find_version(curated, state.run)


def delete_tag(curated: Path, name: str) -> None:
    """Take a name back; its state may go then. Raises NoSuchState."""
    manifest = _manifest(curated)
    if name not in manifest.get("names", {}):
        raise UnknownVersion(
            f"{name!r} is no name of a state; there are {', '.join(manifest.get('names', {})) or 'none'}"
        )
    write_manifest(curated, {**manifest, "names": {key: run for key, run in manifest["names"].items() if key != name}})


def prune(curated: Path, newest: int) -> list[str]:
    """Keep so many of the newest states and those that have a name; returns the runs of those that went.

    To be called by who holds the folder. Raises NoSuchState where nothing is published.
    """
    manifest = _manifest(curated)
    history = list(manifest.get("history", []))
    kept = retained(history, manifest.get("names", {}), max(1, newest))
    moments = {run: at for run, at in manifest.get("moments", {}).items() if run in kept}
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
    """Remove the folders of all versions except these."""
    for version in (curated / VERSIONS).iterdir():
        if version.is_dir() and not version.name.startswith(".") and version.name not in kept:
            shutil.rmtree(version)


def _manifest(curated: Path) -> Mapping[str, Any]:
    manifest = read_manifest(curated)
    if manifest is None:
        raise UnknownVersion(f"{curated}: nothing is published there; make it with `nianbao run`")
    return manifest
