"""The command `diff`: show what differs between two published versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from flows.cli.messages import ExitCode, stop
from flows.cli.options import CURATED, AsJson, Curated
from flows.cli.query import curated_folder, print_json
from flows.cli.terminal import print_lines, terminal
from flows.cli.versions import reporting_version_errors
from nianbao.publishing.diff import Move, TableDiff, diff_versions, moved_indicators
from nianbao.publishing.versions import find_version, list_versions
from schemas.descriptions import table_keys

_MAX_VALUE_LENGTH = 60
# Most indicators that got observations are shown by the most frequent; every move and loss is shown.
_MAX_GAINS = 20


def diff(
    before: Annotated[
        str | None,
        typer.Argument(metavar="[BEFORE]", help="Older version: its run or a tag. Default: the one before the latest."),
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="[AFTER]", help="Newer version: its run or a tag. Default: the latest.")
    ] = None,
    table: Annotated[list[str] | None, typer.Option("--table", help="Only this table. Repeatable.")] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="Number of examples of each kind to show.")] = 3,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two published versions.

    Rows are compared by primary key, values column by column. Observations that moved to another indicator are listed.
    """
    known = table_keys()
    if unknown := set(table or ()) - set(known):
        stop(f"--table: unknown table {', '.join(sorted(unknown))}; choose from {', '.join(known)}", ExitCode.USAGE)
    with reporting_version_errors(curated):
        folder = curated_folder(curated, all_states=True)
        versions = list_versions(folder)
        if before is None and len(versions) < 2:
            stop(f"{curated}: only one version is published, there is nothing to compare it with")
        old = find_version(folder, before) if before else versions[1]
        new = find_version(folder, after) if after else versions[0]
        diffs = diff_versions(old.folder, new.folder, table or (), examples)
        of_observations = not table or "observations" in table
        moves = moved_indicators(old.folder, new.folder, examples) if of_observations else []
    if as_json:
        print_json(
            {
                "before": old.run,
                "after": new.run,
                "same": entry.same,
                **asdict(entry),
                "moves": [asdict(move) for move in moves] if entry.table == "observations" else [],
            }
            for entry in diffs
        )
        return
    console = terminal()
    console.print(f"{old.run} → {new.run}")
    for entry in diffs:
        if not entry.same:
            for line in _lines(entry):
                indent = " " * (len(line) - len(line.lstrip()))
                print_lines(console, line.lstrip(), indent, indent + "  ")
    for line in _moves(moves):
        indent = " " * (len(line) - len(line.lstrip()))
        print_lines(console, line.lstrip(), indent, indent + "  ")
    if all(entry.same for entry in diffs):
        print("no differences")


def _moves(moves: list[Move]) -> Iterator[str]:
    """Yield what a change of the catalog did to observations: each move and loss, and the most frequent gains."""
    if not moves:
        return
    moved, lost, gained = ([m for m in moves if kind(m)] for kind in (_is_moved, _is_lost, _is_gained))
    counts = (sum(move.n for move in part) for part in (moved, lost, gained))
    yield "indicators of observations: {} moved to another, {} lost theirs, {} got one".format(*counts)
    for move in [*moved, *lost, *gained[:_MAX_GAINS]]:
        examples = "; ".join(_shorten(example) for example in move.examples)
        yield f"  {move.before or 'none'} → {move.after or 'none'}: {move.n} ({examples})"
    if len(gained) > _MAX_GAINS:
        yield f"  and {len(gained) - _MAX_GAINS} more indicators that got observations"


def _is_moved(move: Move) -> bool:
    return move.before is not None and move.after is not None


def _is_lost(move: Move) -> bool:
    return move.after is None


def _is_gained(move: Move) -> bool:
    return move.before is None


def _lines(entry: TableDiff) -> Iterator[str]:
    yield (
        f"{entry.table}: {entry.n_added} rows added, {entry.n_removed} removed, {entry.n_changed} changed "
        f"({entry.n_before} → {entry.n_after})"
    )
    for change, columns in (("removed", entry.only_before), ("added", entry.only_after)):
        if columns:
            yield f"  columns {change}: {', '.join(columns)}"
    for sign, keys in (("+", entry.added), ("-", entry.removed)):
        for key in keys:
            yield f"  {sign} {key}"
    for column, n in sorted(entry.columns.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {column}: {n} values changed"
        for example in entry.examples[column]:
            yield f"    {example.key}: {_shorten(example.before)} → {_shorten(example.after)}"


def _shorten(value: Any) -> str:
    text = "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value).replace("\n", " ")
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[: _MAX_VALUE_LENGTH - 1]}…"
