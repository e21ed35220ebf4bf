"""The command `compare`: show how figures changed from year to year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.form_grids import split_forms
from flows.cli.language import in_language
from flows.cli.messages import log_line, printable, stop
from flows.cli.options import CURATED, AsJson, Curated, Jurisdiction
from flows.cli.query import (
    filter_jurisdiction,
    locations,
    print_json,
    read_rows,
    read_rows_with,
    version_folder,
)
from flows.cli.reporters import (
    Body,
    bodies_line,
    filter_body,
    no_body_message,
    reporter_key,
)
from flows.cli.series_grids import (
    Series,
    figures_of,
    group_series,
    number,
    place_notes,
    reporter_list,
    series_grid,
    series_list,
    series_title,
)
from flows.cli.terminal import print_lines, print_path, terminal
from nianbao.atlas.urls import FRONT, indicator_page
from schemas.rows import ComparisonRow, ObservationRow

# Up to this many series are shown year by year; more are shown as a list, one line per series, and very many as a list
# of who has them.
MAX_GRIDS, MAX_LISTED = 12, 60
# The grade of figures that are shown only on request.
_UNSURE = "C"


def compare(
    jurisdiction: Jurisdiction = None,
    body: Body = None,
    indicator: Annotated[
        list[str] | None,
        typer.Option("--indicator", help="Only this indicator: its id (gdp) or a part of its name (复议). Repeatable."),
    ] = None,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Show the sentences that state the figures under each series.")
    ] = False,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show how figures changed from year to year.

    Few series are shown year by year, many as a list of the longest, and very many, without options, as a list of who
    has them.
    The cells of a form are shown as the table that they come from.
    Figures of the grades A and B are shown; JSON has those of grade C too.
    The figures of governments are shown, those of departments, towns and zones with `--body`.
    """
    names = indicator or []
    folder = version_folder(curated)
    rows, unknown = _filter_indicators(read_rows(folder, ComparisonRow), names)
    of_place = filter_jurisdiction(rows, jurisdiction, folder)
    rows = filter_body(of_place, body)
    hidden = bodies_line(of_place, rows, body, "series")
    if not rows:
        nothing = _nothing_found(jurisdiction, unknown or names)
        stop(no_body_message(of_place, body) if body and of_place else "; ".join(filter(None, (nothing, hidden))))
    if as_json:
        if hidden:
            log_line(hidden)
        print_json(rows)
        return
    n_unsure = sum(row["grade"] == _UNSURE for row in rows)
    rows = [row for row in rows if row["grade"] != _UNSURE]
    console = terminal()
    selected = bool(jurisdiction or body or names or sentences)
    series = _print_figures(console, rows, names, folder if sentences else None, selected=selected)
    for name in unknown:
        print_lines(console, f"{name}: no such indicator in these tables")
    for line in (*_hints(rows, series, sentences, jurisdiction), *([hidden] if hidden else [])):
        print_lines(console, line)
    if n_unsure:
        print_lines(console, f"{n_unsure} figures of grade C are not shown; --json has them")
    indicators = {row["indicator_id"] for row in rows}
    page = indicator_page(*indicators) if len(indicators) == 1 else FRONT
    for line in locations(curated, "comparisons", page):
        print_path(console, line)


def _print_figures(
    console: Console, rows: Sequence[ComparisonRow], names: Sequence[str], quoted: Path | None, *, selected: bool
) -> list[Series]:
    """Print figures as grids or lists, and forms as tables; return the series outside forms.

    `names` are the indicators asked for, `quoted` is the folder whose sentences are shown, if they are, and very many
    figures are shown briefly unless they were `selected`.
    """
    # A cell of a form is shown in its form, unless it was asked for by its id.
    others, forms = split_forms([row for row in rows if row["indicator_id"] not in names])
    others = [row for row in rows if row["indicator_id"] in names] + others
    series = group_series(others)
    if not selected and len(series) + len(forms) > MAX_LISTED:
        console.print(reporter_list(group_series(rows)))
        return series
    if quoted or len(series) <= MAX_GRIDS:
        _print_grids(console, series, _sentences(quoted, others) if quoted else {})
    else:
        for block in series_list(series):
            console.print(block)
    for form in forms:
        for block in form.grids(console.width):
            console.print(block)
    return series


def _filter_indicators(rows: list[ComparisonRow], wanted: Sequence[str]) -> tuple[list[ComparisonRow], list[str]]:
    """Return the rows of the wanted indicators, and the names that match none.

    A name is an id or, if no indicator has that id, a part of the Chinese name.
    """
    if not wanted:
        return rows, []
    names = {row["indicator_id"]: row["indicator_name_zh"] for row in rows}
    selected: set[str] = set()
    unknown = []
    for name in wanted:
        matches = {name} & names.keys() or {indicator for indicator, name_zh in names.items() if name in name_zh}
        selected |= matches
        if not matches:
            unknown.append(name)
    return [row for row in rows if row["indicator_id"] in selected], unknown


def _sentences(folder: Path, rows: Sequence[ComparisonRow]) -> dict[str, ObservationRow]:
    """Return the sentence and report of each observation that the rows refer to, by observation id."""
    ids = (id_ for row in rows for id_ in (row["observation_id"], row["latest_observation_id"]))
    wanted = {id_ for id_ in ids if id_}
    columns = ("observation_id", "report_id", "sentence")
    return read_rows_with(folder, ObservationRow, columns, "observation_id", wanted)


def _print_grids(console: Console, series: Sequence[Series], sentences: dict[str, ObservationRow]) -> None:
    for entry in series:
        console.print(series_title(entry))
        console.print(series_grid(entry))
        for note in place_notes(entry):
            print_lines(console, note, "  ", "    ")
        for row in entry:
            _print_sentence(console, row, sentences)
        console.print()


def _print_sentence(console: Console, row: ComparisonRow, sentences: dict[str, ObservationRow]) -> None:
    if source := sentences.get(row["observation_id"] or ""):
        heading = f"  {row['year']} {printable(row['quote'] or '')} {source['report_id']}"
    elif row["value"] is None and row["latest_report_id"]:
        later = in_language("见于后来的", "stated later, in")
        heading = printable(f"  {row['year']} {number(row['latest_value'])} {later} {row['latest_report_id']}")
        source = sentences.get(row["latest_observation_id"] or "")
    else:
        return
    console.print(Text(heading, style="bold"))
    if source:
        print_lines(console, source["sentence"], "    ", "    ")


def _hints(
    rows: Sequence[ComparisonRow], series: Sequence[Series], sentences: bool, jurisdiction: str | None
) -> Iterator[str]:
    """Yield a line that says which options narrow or extend what is shown."""
    if len(series) > MAX_GRIDS and not sentences:
        n_places = len({reporter_key(row) for row in rows})
        options = "--jurisdiction and " if n_places > 1 and not jurisdiction else ""
        n_indicators = len({entry[0]["indicator_id"] for entry in series})
        n_targets = sum(not figures_of(entry) for entry in series)
        only = f", {n_targets} of them only targets" if n_targets else ""
        yield (
            f"{len(series):,} series of {n_indicators:,} indicators{only};"
            f" use {options}--indicator 复议 (an id or a part of a name) to see single years"
        )
    elif not sentences and series:
        yield "use --sentences to see the sentence behind each figure"


def _nothing_found(jurisdiction: str | None, indicators: Sequence[str]) -> str:
    of = f" of {', '.join(sorted(indicators))}" if indicators else ""
    place = f" for {jurisdiction}" if jurisdiction else ""
    return f"no comparison{of}{place}; run `nianbao compare` without options to see all"
