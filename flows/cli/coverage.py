"""The command `coverage`: show which reports are published, late, missing or quarantined, by government and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.text import Text

from flows.cli.language import is_chinese, word
from flows.cli.messages import log_line, printable, stop
from flows.cli.options import CURATED, AsJson, Curated, Jurisdiction, Years, parse_years
from flows.cli.query import filter_jurisdiction, locations, print_json, read_rows, version_folder
from flows.cli.reporters import Body, bodies_line, filter_body, name_of, no_body_message, reporter_key
from flows.cli.terminal import WIDTH, print_lines, print_path, terminal
from nianbao.atlas.urls import COVERAGE
from nianbao.documents.model import Family
from schemas.rows import CoverageRow

# How a year is shown: a sign that every terminal has, a colour for terminals that have colours, and the word for it.
# The statuses are repeated here because the schemas import pandas; a test compares them.
SIGNS = {
    "published": ("+", "green", "published"),
    "late": ("L", "yellow", "late"),
    "missing": ("-", "red", "missing"),
    "awaited": (".", "", "not due yet"),
    "quarantined": ("x", "red", "quarantined"),
    "dissolved": ("/", "", "dissolved"),
}
MAX_REASONS = 20
MAX_NAME_WIDTH = 24


def coverage(
    family: Annotated[Family | None, typer.Option("--family", help="Only this family of reports.")] = None,
    jurisdiction: Jurisdiction = None,
    body: Body = None,
    years: Years = None,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show which reports are published, late, missing or quarantined.

    The grid has one row per government, or per body with `--body`, and one column per year.
    """
    wanted = parse_years(years)
    folder = version_folder(curated)
    of_place = filter_jurisdiction(read_rows(folder, CoverageRow), jurisdiction, folder)
    of_place = [
        row for row in of_place if family in (None, row["family"]) and (wanted is None or row["year"] in wanted)
    ]
    rows = filter_body(of_place, body)
    hidden = bodies_line(of_place, rows, body, "series")
    if not rows:
        nothing = "no such series; run `nianbao coverage` without options to see all"
        stop(no_body_message(of_place, body) if body and of_place else "; ".join(filter(None, (nothing, hidden))))
    if as_json:
        if hidden:
            log_line(hidden)
        print_json(rows)
        return
    console = terminal()
    for line in coverage_grid(rows, console.width):
        console.print(line, soft_wrap=True)
    for sentence in coverage_notes(rows):
        print_lines(console, sentence)
    if hidden:
        print_lines(console, hidden)
    for location in locations(curated, "coverage", COVERAGE):
        print_path(console, location)


def coverage_grid(rows: Sequence[CoverageRow], width: int = WIDTH) -> list[Text]:
    """Return one line per reporting body and one column per year, in blocks of as many years as fit into the width."""
    names = _names(rows)
    name_width = min(max(map(cell_len, names.values())), MAX_NAME_WIDTH)
    n_columns = max((width - name_width) // 3, 1)
    lines = []
    for family in dict.fromkeys(row["family"] for row in rows):
        own = [row for row in rows if row["family"] == family]
        years = sorted({row["year"] for row in own})
        for start in range(0, len(years), n_columns):
            lines += _block(own, years[start : start + n_columns], names, name_width)
    return lines


def coverage_notes(rows: Sequence[CoverageRow]) -> list[str]:
    """Return the reasons of late, quarantined and dissolved years, and the legend with the count of each status."""
    explained = [row for row in rows if row["status"] in ("late", "quarantined")]
    # A place that is dissolved stays dissolved: its first such year is enough.
    ended = {(row["family"], *reporter_key(row)): row for row in reversed(rows) if row["status"] == "dissolved"}
    explained += reversed(ended.values())
    lines = [f"{_describe(row)}: {row['reason']}" for row in explained[:MAX_REASONS]]
    if len(explained) > MAX_REASONS:
        lines.append(f"… and {len(explained) - MAX_REASONS} more; --json lists all reasons")
    counts = Counter(row["status"] for row in rows)
    legend = ", ".join(
        f"{counts[status]} {_status(status)} ({sign})"
        for status, (sign, _, _) in SIGNS.items()
        if counts[status] or status != "dissolved"
    )
    return [*lines, legend]


def _names(rows: Sequence[CoverageRow]) -> dict[tuple[str, str], str]:
    """Return the newest name of each body; a name that bodies of two places share is followed by the code."""
    names = {reporter_key(row): name_of(row) for row in sorted(rows, key=lambda row: row["year"])}
    counts = Counter(names.values())
    return {key: printable(f"{name} {key[0]}" if counts[name] > 1 else name) for key, name in names.items()}


def _block(
    rows: Sequence[CoverageRow], years: Sequence[int], names: dict[tuple[str, str], str], name_width: int
) -> list[Text]:
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    lines = [
        Text(f"{rows[0]['family']} {span}", style="bold"),
        Text(" " * name_width + "".join(f" {year % 100:02}" for year in years)),
    ]
    bodies: dict[tuple[str, str], dict[int, CoverageRow]] = {}
    for row in rows:
        bodies.setdefault(reporter_key(row), {})[row["year"]] = row
    for key, by_year in bodies.items():
        if not any(year in by_year for year in years):
            continue
        line = Text(names[key])
        line.truncate(name_width, overflow="ellipsis", pad=True)
        for year in years:
            sign, style, _ = SIGNS[by_year[year]["status"]] if year in by_year else (" ", "", "")
            line.append(f"  {sign}", style=style)
        line.rstrip()
        lines.append(line)
    return [*lines, Text()]


def _describe(row: CoverageRow) -> str:
    days = f" by {row['days_late']} days" if row["status"] == "late" else ""
    return f"{row['family']} {name_of(row)} {row['year']}: {_status(row['status'])}{days}"


def _status(status: str) -> str:
    """Return the word for a status in the language of the user."""
    if is_chinese():
        return "已公布" if status == "published" else word(status)
    return SIGNS[status][2]
