"""Select the rows of a table by who reports in a place: its government or another body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from flows.cli.messages import printable
from flows.cli.query import ReporterRow
from nianbao.places.names import reporter_name
from schemas.vocabulary import LAST_YEAR

ALL_BODIES = "all"
Body = Annotated[
    str | None,
    typer.Option(
        "--body",
        help="A department, town or zone instead of the government: a name (司法局), a slug (sfj), a kind "
        "(department, township, zone), or `all`.",
    ),
]
# An error lists up to this many of the bodies that there are.
_MAX_LISTED = 8


def reporter_key(row: ReporterRow) -> tuple[str, str]:
    """Return what identifies who reports through all years: the series code of the place, and the body."""
    return row["series_code"], row["body_id"]


def name_of(row: ReporterRow) -> str:
    """Return the full name of who reports: 云汀市, 云汀市司法局."""
    return reporter_name(row["jurisdiction_name"] or "", row["body_name"])


def filter_body(rows: list[ReporterRow], wanted: str | None) -> list[ReporterRow]:
    """Return the rows of the governments for None, else those of the bodies of a slug, a kind or a name.

    A name is that of a body in full, a short or former name of it or, if there is none, a part of it.
    """
    if wanted is None:
        return [row for row in rows if not row["body_id"]]
    if wanted == ALL_BODIES:
        return [row for row in rows if row["body_id"]]
    exact = [row for row in rows if wanted in (row["body_id"], row["body_kind"], row["body_name"])]
    # A department that was reformed has one slug under several names.
    slugs = {row["body_id"] for row in exact if row["body_name"] == wanted and row["body_id"]}
    if slugs:
        return [row for row in rows if row["body_id"] in slugs]
    if exact:
        return exact
    slugs = _slugs_of_name(wanted)
    named = [row for row in rows if row["body_id"] in slugs]
    return named or [row for row in rows if wanted in row["body_name"]]


def _slugs_of_name(name: str) -> set[str]:
    """Return the slugs that a short or former name of a department had and has: 市场监管局, 工商局."""
    from nianbao.places.bodies import read_body

    bodies = [read_body(name), read_body(name, LAST_YEAR)]
    return {body.slug for body in bodies if body is not None and body.slug}


def bodies_line(rows: Iterable[ReporterRow], shown: Sequence[ReporterRow], body: str | None, what: str) -> str | None:
    """Return a line that says how many bodies are not shown, and how to show them; None if there are none.

    Args:
        rows: The rows of governments and bodies.
        shown: The rows that are shown.
        body: The value of `--body`.
        what: What is counted: `series`.
    """
    if body is not None:
        return None
    keys = {reporter_key(row) for row in shown}
    hidden = [row for row in rows if row["body_id"] and reporter_key(row) not in keys]
    if not hidden:
        return None
    n_bodies = len({reporter_key(row) for row in hidden})
    names = ("family", "series_code", "body_id", "indicator_id", "scope", "unit")
    n_series = len({tuple(row.get(name) for name in names) for row in hidden})
    example = printable(next(row["body_name"] for row in hidden))
    bodies = "body" if n_bodies == 1 else "bodies"
    return (
        f"not shown: {n_series} {what} of {n_bodies} other {bodies} (departments, towns, zones); use --body all or "
        f"--body {example}"
    )


def no_body_message(rows: Iterable[ReporterRow], body: str) -> str:
    """Return the error about a body that no row has, with the bodies that there are."""
    names = sorted({row["body_name"] for row in rows if row["body_id"]})
    known = f"; there are {', '.join(map(printable, names[:_MAX_LISTED]))}" if names else "; only governments report"
    return f"no body {body!r} in these tables{known}"
