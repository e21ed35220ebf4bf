"""The command `coverage`: which reports there are, late, missing or held back, as a grid of governments and years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.text import Text

from flows.cli.query import (
    CURATED,
    AsJson,
    Curated,
    Jurisdiction,
    Row,
    filter_jurisdiction,
    locations,
    parse_years,
    print_json,
    read_rows,
    stop,
    version_folder,
)
from flows.cli.terminal import WIDTH, print_lines, print_path, printable, terminal
from nianbao.atlas.urls import COVERAGE
from nianbao.documents.model import Family

# How a year is shown: a sign that every terminal has, a colour where there are any, and the word for it. The statuses
# stand here as words, because the schemas bring pandas along.
SIGNS = {
    "published": ("+", "green", "published"),
    "late": ("L", "yellow", "late"),
    "missing": ("-", "red", "missing"),
    "awaited": (".", "", "not due yet"),
    "quarantined": ("x", "red", "held back"),
}
MOST_LINES = 20
LONGEST_NAME = 24


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command(epilog="Example: nianbao coverage --family rule_of_law --years 2015-2024")(coverage)


def coverage(
    family: Annotated[Family | None, typer.Option("--family", help="Only this series.")] = None,
    jurisdiction: Jurisdiction = None,
    years: Annotated[str | None, typer.Option("--years", help="Only these years: 2020 or 2015-2024.")] = None,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show which reports are there, late, missing or held back, by government and year."""
    wanted = parse_years(years)
    rows = filter_jurisdiction(read_rows(version_folder(curated), "coverage"), jurisdiction)
    rows = [row for row in rows if family in (None, row["family"]) and (wanted is None or row["year"] in wanted)]
    if not rows:
        stop("there is no such series; `nianbao coverage` without options shows what there is")
    if as_json:
        print_json(rows)
        return
    console = terminal()
    for line in grid(rows, console.width):
        console.print(line, soft_wrap=True)
    for sentence in in_words(rows):
        print_lines(console, sentence)
    for told in locations(curated, "coverage", COVERAGE):
        print_path(console, told)


def grid(rows: Sequence[Row], width: int = WIDTH) -> list[Text]:
    """A line a government under its series, a column a year; as many blocks of years as the width asks for."""
    names = _names(rows)
    longest = min(max(map(cell_len, names.values())), LONGEST_NAME)
    at_once = max((width - longest) // 3, 1)
    lines = []
    for family in dict.fromkeys(row["family"] for row in rows):
        of_family = [row for row in rows if row["family"] == family]
        years = sorted({row["year"] for row in of_family})
        for start in range(0, len(years), at_once):
            lines += _block(family, of_family, years[start : start + at_once], names, longest)
    return lines


def _names(rows: Sequence[Row]) -> dict[str, str]:
    """What each government is called, with its code where two have one name."""
    names = {row["jurisdiction_code"]: row["jurisdiction_name"] for row in rows}
    times = Counter(names.values())
    return {code: printable(f"{name} {code}" if times[name] > 1 else name) for code, name in names.items()}


def _block(family: str, rows: Sequence[Row], years: Sequence[int], names: dict[str, str], longest: int) -> list[Text]:
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    lines = [
        Text(f"{family} {span}", style="bold"),
        Text(" " * longest + "".join(f" {year % 100:02}" for year in years)),
    ]
    governments: dict[str, dict[int, Row]] = {}
    for row in rows:
        governments.setdefault(row["jurisdiction_code"], {})[row["year"]] = row
    for code, by_year in governments.items():
        if not any(year in by_year for year in years):
            continue
        name = Text(names[code])
        name.truncate(longest, overflow="ellipsis", pad=True)
        for year in years:
            sign, style, _ = SIGNS[by_year[year]["status"]] if year in by_year else (" ", "", "")
            name.append(f"  {sign}", style=style)
        name.rstrip()
        lines.append(name)
    return [*lines, Text()]


def in_words(rows: Sequence[Row]) -> list[str]:
    """What the signs mean and how many there are, after the years that want a word: late, or held back."""
    wanting = [row for row in rows if row["status"] in ("late", "quarantined")]
    lines = [f"{_which(row)}: {row['reason']}" for row in wanting[:MOST_LINES]]
    if len(wanting) > MOST_LINES:
        lines.append(f"… and {len(wanting) - MOST_LINES} more; --json has the reasons of all")
    counted = Counter(row["status"] for row in rows)
    told = ", ".join(f"{counted[status]} {word} ({sign})" for status, (sign, _, word) in SIGNS.items())
    return [*lines, told]


def _which(row: Row) -> str:
    days = f" by {row['days_late']} days" if row["status"] == "late" else ""
    return f"{row['family']} {row['jurisdiction_name']} {row['year']}: {SIGNS[row['status']][2]}{days}"
