"""A session of review: propose an edit, show it, write it if nobody else changed the file meanwhile, and undo it.

A file is changed only under a lock, and only if it is byte for byte what the proposal was made for. Two reviewers, in
one program or in two, therefore never overwrite each other: the slower one sees what changed and decides again.
"""

from __future__ import annotations

import secrets
import tempfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock

from nianbao.comparison.corrections import Correction, load_corrections
from nianbao.indicators.catalog import Catalog, load_catalog
from nianbao.io.files import FileStat, file_stat, write_atomically
from nianbao.review.decisions import (
    CatalogChange,
    catalog_change,
    correction_entries,
    corrections_of,
    is_decided,
)
from nianbao.review.items import Decision, DecisionRefused, Item
from nianbao.review.patches import (
    PatchRefused,
    add_to_list,
    append_entries,
    close_list,
    diff,
    named_entries,
    open_list,
    undo,
)
from nianbao.review.published import PublishedQueue
from schemas.config_error import ConfigError
from schemas.forms import read_catalog

# The file that gets new corrections, and the lock file of a folder.
FILE, LOCK = "review.yaml", ".review.lock"
_KEPT = 500
# A file of corrections from which the only entry was removed; such a file is removed too.
_EMPTY = "corrections: []\n"
_LIST = "corrections"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit that has been shown and not written: the file before and after; None is a missing file.

    Attributes:
        redo: Makes the proposal again, for the file as it is then.
    """

    proposal_id: str
    path: Path
    before: bytes | None
    after: bytes | None
    title: str
    item_id: str
    redo: Callable[[], Proposal]
    undoes: str = ""

    @property
    def lines(self) -> list[str]:
        """The lines of the diff."""
        return diff(_text(self.before), _text(self.after), self.path.name)


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that was written."""

    edit_id: str
    path: Path
    before: bytes | None
    after: bytes
    title: str
    item_id: str


class FileChanged(Exception):
    """The file is no longer what the proposal was made for; `lines` is what others changed, `again` a new proposal."""

    def __init__(self, lines: Sequence[str], again: Proposal) -> None:
        """Keep what others changed and the new proposal."""
        super().__init__("the file was changed by somebody else")
        self.lines, self.again = lines, again


class ReviewSession:
    """The decisions of a running review."""

    def __init__(self, queue: PublishedQueue, corrections: Path, catalog: Path) -> None:
        """Review a queue; write into the folders of corrections and of the catalog."""
        self.queue, self._corrections, self._catalog = queue, corrections, catalog
        self._proposals: OrderedDict[str, Proposal] = OrderedDict()
        self._entries: tuple[list[FileStat], dict[tuple[str, str], dict[str, Any]]] | None = None
        self.edits: list[Edit] = []

    def decided(self, items: Sequence[Item]) -> set[str]:
        """Return the ids of the items that a person has decided about, by the files as they are now."""
        by_quote: defaultdict[tuple[str, str], list[Correction]] = defaultdict(list)
        for correction in self._load_corrections():
            by_quote[correction.report_id, correction.quote].append(correction)
        done: set[str] = set()
        for item in items if by_quote else ():
            near = [c for r in item.readings for c in by_quote.get((r.report_id, r.quote), ())]
            if near and is_decided(item, near, self.queue.applied):
                done.add(item.item_id)
        wordings = [item for item in items if item.wording is not None]
        return done | (self._decided_wordings(wordings) if wordings else set())

    def _decided_wordings(self, items: Sequence[Item]) -> set[str]:
        """Return the proposals of which the catalog has a value now, or that it excludes."""
        entries = self._catalog_entries()
        done = set()
        for item in items:
            wording = item.wording
            entry = entries.get((wording.id_key, wording.target), {}) if wording is not None else {}
            if wording is not None and (
                wording.head in entry.get("without", ()) or set(wording.values) & set(entry.get(wording.list_key, ()))
            ):
                done.add(item.item_id)
        return done

    def _catalog_entries(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the entries of the catalog files as they are now, by the key and name that identify them."""
        files = sorted(self._catalog.glob("*.yaml"))
        stats = [file_stat(path) for path in files]
        if self._entries is None or self._entries[0] != stats:
            entries: dict[tuple[str, str], dict[str, Any]] = {}
            for path in files:
                for entry in named_entries(path.read_text("utf-8")):
                    for key in ("id", "noun"):
                        if key in entry:
                            entries.setdefault((key, str(entry[key])), entry)
            self._entries = (stats, entries)
        return self._entries[1]

    def history(self, item: Item) -> list[Correction]:
        """Return the corrections of an item's readings, by the files as they are now."""
        corrections = self._load_corrections()
        return [found for reading in item.readings for found in corrections_of(reading, corrections)]

    def propose(self, item: Item, decision: Decision) -> Proposal:
        """Return the edit that a decision means; nothing is written.

        Raises:
            DecisionRefused: The decision is incomplete, or somebody else has decided.
            PatchRefused: The file cannot be edited safely, or would no longer be valid.
        """
        if item.wording is not None:
            path, before, after = self._catalog_edit(catalog_change(item, decision))
        else:
            path, before, after = self._corrections_edit(item, decision)
        title = f"{decision.action.value}: {item.title_zh}"
        return self._keep(
            Proposal(_new_id(), path, before, after, title, item.item_id, partial(self.propose, item, decision))
        )

    def propose_undo(self, edit_id: str) -> Proposal:
        """Return the edit that takes an earlier one back, keeping what others wrote since."""
        edit = next((edit for edit in self.edits if edit.edit_id == edit_id), None)
        if edit is None:
            raise DecisionRefused("this edit was undone already, or made by another session")
        current = _read(edit.path)
        after: bytes | None = edit.before
        if current != edit.after:
            before = _text(edit.before)
            if edit.path.parent == self._corrections:
                before = open_list(before, _LIST)
            left = close_list(undo(_text(current), before, _text(edit.after)), _LIST)
            after = None if left == _EMPTY else left.encode()
            if after is not None:
                self._check(edit.path, after)
        title = f"undo: {edit.title}"
        return self._keep(
            Proposal(
                _new_id(), edit.path, current, after, title, edit.item_id, partial(self.propose_undo, edit_id), edit_id
            )
        )

    def write(self, proposal_id: str) -> Proposal:
        """Write a proposal.

        Raises:
            FileChanged: The file has changed since the proposal was shown; nothing is written.
            DecisionRefused: The proposal is unknown, or the decision no longer applies to the changed file.
        """
        proposal = self._proposals.pop(proposal_id, None)
        if proposal is None:
            raise DecisionRefused("this edit was written already, or is too old; decide again")
        proposal.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(proposal.path.parent / LOCK):
            current = _read(proposal.path)
            if current == proposal.before:
                self._replace(proposal)
                return proposal
        theirs = diff(_text(proposal.before), _text(current), proposal.path.name)
        raise FileChanged(theirs, proposal.redo())

    def _replace(self, proposal: Proposal) -> None:
        if proposal.after is None:
            proposal.path.unlink()
        else:
            write_atomically(proposal.path, proposal.after)
        if proposal.undoes:
            self.edits = [edit for edit in self.edits if edit.edit_id != proposal.undoes]
        elif proposal.after is not None:
            edit = Edit(_new_id(), proposal.path, proposal.before, proposal.after, proposal.title, proposal.item_id)
            self.edits.append(edit)

    def _corrections_edit(self, item: Item, decision: Decision) -> tuple[Path, bytes | None, bytes | None]:
        corrections = self._load_corrections()
        entries = correction_entries(item, decision, corrections, self.queue.applied)
        # Corrections apply in the order of files, and each expects what those before it leave.
        earlier = {c.source.rpartition(":")[0] for r in item.readings for c in corrections_of(r, corrections)}
        path = self._corrections / max(earlier | {FILE})
        before = _read(path)
        after = append_entries(_text(before), _LIST, entries).encode()
        self._check(path, after)
        return path, before, after

    def _catalog_edit(self, change: CatalogChange) -> tuple[Path, bytes | None, bytes | None]:
        for path in sorted(self._catalog.glob("*.yaml")):
            before = path.read_bytes()
            if f"{change.target.id_key}: {change.target.name}" in _text(before):
                try:
                    after = add_to_list(_text(before), change.target, change.value, change.comment).encode()
                except PatchRefused as error:
                    if "no entry has" in str(error):
                        continue
                    raise
                self._check(path, after)
                return path, before, after
        raise PatchRefused(f"no file of the catalog has {change.target.id_key}: {change.target.name}")

    def _check(self, path: Path, after: bytes) -> None:
        """Refuse an edit after which the folder would be invalid."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / path.parent.name
            folder.mkdir()
            for file in sorted(path.parent.glob("*.yaml")):
                (folder / file.name).write_bytes(file.read_bytes())
            (folder / path.name).write_bytes(after)
            try:
                if path.parent == self._catalog:
                    _load_edited_catalog(folder)
                else:
                    load_corrections(folder, self._loaded_catalog)
            except ConfigError as error:
                raise PatchRefused(f"the edit would be wrong: {str(error).replace(f'{folder}/', '')}") from error

    @property
    def _loaded_catalog(self) -> Catalog:
        return load_catalog(self._catalog)

    def _load_corrections(self) -> list[Correction]:
        return load_corrections(self._corrections, self._loaded_catalog) if self._corrections.is_dir() else []

    def _keep(self, proposal: Proposal) -> Proposal:
        self._proposals[proposal.proposal_id] = proposal
        while len(self._proposals) > _KEPT:
            self._proposals.popitem(last=False)
        return proposal


def _load_edited_catalog(folder: Path) -> None:
    try:
        load_catalog.__wrapped__(folder)
    finally:
        read_catalog.cache_clear()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _text(data: bytes | None) -> str:
    return "" if data is None else data.decode("utf-8")


def _new_id() -> str:
    return secrets.token_urlsafe(12)
