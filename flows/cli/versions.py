"""The commands about published states: `states`, `diff`, `keep` and `prune`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.query import CURATED, USAGE, AsJson, Curated, curated_folder, print_json, reporting_errors, stop
from flows.cli.terminal import print_lines, printable, terminal
from nianbao.publishing.object_storage import is_remote

if TYPE_CHECKING:
    from nianbao.publishing.diff import TableDiff

_LONGEST = 60


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command(epilog="Example: nianbao states")(states)
    app.command(epilog="Example: nianbao diff --table observations; nianbao diff before-the-catalog-of-May")(diff)
    app.command(epilog="Example: nianbao keep before-the-catalog-of-May")(keep)
    app.command(epilog="Example: nianbao prune --keep 2")(prune)


def states(curated: Curated = CURATED, as_json: AsJson = False) -> None:
    """List the published states that are kept, the newest first."""
    from nianbao.publishing.versions import list_versions

    with _telling(curated):
        kept = list_versions(curated_folder(curated, all_states=True))
    if as_json:
        print_json({**asdict(state), "folder": str(state.folder)} for state in kept)
        return
    console = terminal()
    for state in kept:
        when = state.published_at or "no time noted"
        names = "".join(f", {name}" for name in state.names)
        told = f"{state.run}  {when}  {state.n_reports} reports, {state.n_observations} observations{names}"
        print_lines(console, told)


def diff(
    before: Annotated[
        str | None,
        typer.Argument(metavar="[A]", help="A state: its run, or its name. None: the one before the newest."),
    ] = None,
    after: Annotated[str | None, typer.Argument(metavar="[B]", help="The other state. None: the newest.")] = None,
    table: Annotated[list[str] | None, typer.Option("--table", help="Only this table; give it again for more.")] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="How many of each kind to show.")] = 3,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two published states: rows, values and ids, table by table."""
    from nianbao.publishing.diff import diff_versions
    from nianbao.publishing.versions import find_version, list_versions
    from schemas.descriptions import table_keys

    known = table_keys()
    if unknown := set(table or ()) - set(known):
        stop(f"--table {', '.join(sorted(unknown))}: there is no such table; there are {', '.join(known)}", USAGE)
    with _telling(curated):
        folder = curated_folder(curated, all_states=True)
        kept = list_versions(folder)
        if before is None and len(kept) < 2:
            stop(f"{curated}: only one state is kept, there is nothing to compare it with")
        one = find_version(folder, before) if before else kept[1]
        other = find_version(folder, after) if after else kept[0]
        found = diff_versions(one.folder, other.folder, table or (), examples)
    if as_json:
        print_json({"before": one.run, "after": other.run, "same": seen.same, **asdict(seen)} for seen in found)
        return
    console = terminal()
    console.print(f"{one.run} → {other.run}")
    for seen in found:
        if not seen.same:
            for line in _lines(seen):
                indent = " " * (len(line) - len(line.lstrip()))
                print_lines(console, line.lstrip(), indent, indent + "  ")
    if all(seen.same for seen in found):
        print("nothing differs")


def _lines(seen: TableDiff) -> Iterator[str]:
    yield (
        f"{seen.table}: {seen.n_added} rows added, {seen.n_removed} removed, {seen.n_changed} changed "
        f"({seen.n_before} → {seen.n_after})"
    )
    for what, columns in (("no more", seen.only_before), ("new", seen.only_after)):
        if columns:
            yield f"  columns {what}: {', '.join(columns)}"
    for what, keys in (("+", seen.added), ("-", seen.removed)):
        for key in keys:
            yield f"  {what} {key}"
    for column, n in sorted(seen.columns.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {column}: {n} values"
        for change in seen.examples[column]:
            yield f"    {change.key}: {_shown(change.before)} → {_shown(change.after)}"


def _shown(value: Any) -> str:
    text = "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value).replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def keep(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to keep it under.")],
    state: Annotated[str | None, typer.Option("--state", help="Its run, or another name. None: the newest.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take the name back; its state may go then.")] = False,
    curated: Curated = CURATED,
) -> None:
    """Keep a published state under a name, whatever is published or pruned afterwards."""
    from nianbao.publishing.versions import delete_tag, tag_version

    with _holding(curated) as folder:
        if forget:
            delete_tag(folder, name)
            print(printable(f"{name}: no name of a state any more"))
        else:
            print(printable(f"{name}: {tag_version(folder, name, state).run}"))


def prune(
    newest: Annotated[int, typer.Option("--keep", min=1, help="How many of the newest states stay.")],
    curated: Curated = CURATED,
) -> None:
    """Remove old published states; the newest and those with a name stay."""
    from nianbao.publishing import versions as version_store

    with _holding(curated) as folder:
        gone = version_store.prune(folder, newest)
        print(f"{len(gone)} removed, {len(version_store.list_versions(folder))} kept")


@contextmanager
def _holding(curated: str) -> Iterator[Path]:
    """The folder of tables, in which no run publishes meanwhile."""
    from nianbao.pipeline import RunInProgress, run_lock

    if is_remote(curated):
        stop(f"{curated}: states on object storage are listed and compared, but not named or removed from here")
    if not Path(curated).is_dir():
        stop(f"{curated}: nothing is published there; make it with `nianbao run`")
    with _telling(curated):
        try:
            with run_lock(Path(curated)):
                yield Path(curated)
        except RunInProgress as error:
            stop(str(error))


@contextmanager
def _telling(curated: str) -> Iterator[None]:
    """End with one line where something is not there."""
    from nianbao.publishing.versions import UnknownVersion

    try:
        with reporting_errors(curated):
            yield
    except UnknownVersion as error:
        stop(str(error))
