"""The published states that are kept: which there are, under which names, and which may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from nianbao.storage.publish import VERSIONS, forget_versions, still_kept, write_manifest
from nianbao.storage.state import read_manifest


class NoSuchState(Exception):
    """A state that is asked for and is not kept; the message says which are."""


@dataclass(frozen=True, slots=True)
class State:
    """A state that is kept. `published_at` is empty where it was published before that was noted."""

    run: str
    published_at: str
    names: tuple[str, ...]
    folder: Path
    n_reports: int
    n_observations: int


def list_states(curated: Path) -> list[State]:
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
            states.append(State(run, manifest.get("moments", {}).get(run, ""), names, folder, *counts))
    return states


def find_state(curated: Path, told: str) -> State:
    """The state that a name, a run or the beginning of one means. Raises NoSuchState."""
    states = list_states(curated)
    found = [state for state in states if told == state.run or told in state.names]
    found = found or [state for state in states if len(told) >= 4 and state.run.startswith(told)]
    if len(found) != 1:
        known = ", ".join(" ".join((state.run, *state.names)) for state in states)
        raise NoSuchState(f"{told!r} is no state of {curated}; kept are {known}")
    return found[0]


def name_state(curated: Path, name: str, told: str | None) -> State:
    """Give a state, the newest where none is told, a name under which it stays until the name is given to another.

    To be called by who holds the folder. Raises NoSuchState.
    """
    state = find_state(curated, told) if told else list_states(curated)[0]
    manifest = _manifest(curated)
    write_manifest(curated, {**manifest, "names": {**manifest.get("names", {}), name: state.run}})
    return find_state(curated, state.run)


def forget_name(curated: Path, name: str) -> None:
    """Take a name back; its state may go then. Raises NoSuchState."""
    manifest = _manifest(curated)
    if name not in manifest.get("names", {}):
        raise NoSuchState(f"{name!r} is no name of a state; there are {', '.join(manifest.get('names', {})) or 'none'}")
    write_manifest(curated, {**manifest, "names": {key: run for key, run in manifest["names"].items() if key != name}})


def prune(curated: Path, newest: int) -> list[str]:
    """Keep so many of the newest states and those that have a name; returns the runs of those that went.

    To be called by who holds the folder. Raises NoSuchState where nothing is published.
    """
    manifest = _manifest(curated)
    history = list(manifest.get("history", []))
    kept = still_kept(history, manifest.get("names", {}), max(1, newest))
    moments = {run: at for run, at in manifest.get("moments", {}).items() if run in kept}
    write_manifest(curated, {**manifest, "history": kept, "moments": moments})
    forget_versions(curated, kept)
    return [run for run in history if run not in kept]


def _manifest(curated: Path) -> Mapping[str, Any]:
    manifest = read_manifest(curated)
    if manifest is None:
        raise NoSuchState(f"{curated}: nothing is published there; make it with `nianbao run`")
    return manifest
