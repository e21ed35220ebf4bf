"""The commands `compare`, `check` and `suggest`: they only look at tables that are there, and never import Prefect."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.query import (
    CURATED,
    AsJson,
    Curated,
    Jurisdiction,
    Row,
    filter_jurisdiction,
    locations,
    print_json,
    read_rows,
    stop,
    version_folder,
)
from flows.cli.series_grids import Series, grid, in_series, listed, number, title
from flows.cli.terminal import print_lines, print_path, printable, terminal
from nianbao.atlas.urls import FRONT, indicator_page
from nianbao.io.escape import escape_invisible
from schemas.rows import ObservationRow

# So many series are shown year by year; of more, a line each.
MOST_GRIDS = 12
_STYLES = {"fail": "red", "uncertain": "yellow"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command(epilog="Example: nianbao compare --jurisdiction 深圳市 --indicator 行政复议 --sentences")(compare)
    app.command(epilog="Example: nianbao check --check rate_of_parts --json")(check)
    app.command(epilog="Example: nianbao suggest --family work_report --at-least 5 > entries.yaml")(suggest)


def compare(
    jurisdiction: Jurisdiction = None,
    indicator: Annotated[
        list[str] | None,
        typer.Option("--indicator", help="Only this one: its id (gdp), or a part of its name (复议); again for more."),
    ] = None,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Under each series the sentences that its figures stand in.")
    ] = False,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show how figures changed from year to year: a few series year by year, many as a list, a form as its table."""
    state = version_folder(curated)
    rows, unknown = _of_indicators(read_rows(state, "comparisons"), indicator or [])
    rows = filter_jurisdiction(rows, jurisdiction)
    if not rows:
        stop(_nothing(jurisdiction, unknown or indicator or []))
    if as_json:
        print_json(rows)
        return
    console = terminal()
    from flows.cli.form_grids import part_forms

    # A cell of a form stands in its form, unless it is asked for by its id.
    by_id = set(indicator or [])
    others, forms = part_forms([row for row in rows if row["indicator_id"] not in by_id])
    others = [row for row in rows if row["indicator_id"] in by_id] + others
    series = in_series(others)
    if sentences or len(series) <= MOST_GRIDS:
        said = _sentences(state, others) if sentences else {}
        for one in series:
            console.print(title(one))
            console.print(grid(one))
            _print_sentences(console, one, said)
            console.print()
    else:
        for part in listed(series):
            console.print(part)
    for form in forms:
        for part in form.grids(console.width):
            console.print(part)
    for name in unknown:
        print_lines(console, f"{name}: there is no such indicator here")
    for line in _next(rows, series, sentences, jurisdiction):
        print_lines(console, line)
    indicators = {row["indicator_id"] for row in rows}
    _print_where(console, curated, "comparisons", indicator_page(*indicators) if len(indicators) == 1 else FRONT)


def check(
    jurisdiction: Jurisdiction = None,
    name: Annotated[str | None, typer.Option("--check", help="Only this check: rate_of_parts, restatement, …")] = None,
    status: Annotated[str | None, typer.Option("--status", help="Only this verdict: fail or uncertain.")] = None,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show what the reports say that does not add up, with both sides."""
    rows = filter_jurisdiction(read_rows(version_folder(curated), "findings"), jurisdiction)
    rows = [row for row in rows if name in (None, row["check"]) and status in (None, row["status"])]
    if as_json:
        print_json(rows)
        return
    console = terminal()
    report = ""
    for row in sorted(rows, key=lambda row: row["report_id"] or ""):
        if report != (report := row["report_id"] or ""):
            console.print(Text(printable(" ".join(filter(None, (report, row["jurisdiction_name"])))), style="bold"))
        console.print(Text(f"  {row['status']} {row['check']}", style=_STYLES.get(row["status"], "")))
        print_lines(console, row["message_zh"], "    ", "    ")
        if interval := _interval(row):
            print_lines(console, f"allowed: {interval}", "    ", "    ")
    print_lines(console, f"{len(rows)} findings, {sum(row['status'] == 'fail' for row in rows)} of them fail")
    _print_where(console, curated, "findings", FRONT)


def suggest(
    family: Annotated[str | None, typer.Option("--family", help="Only reports of this series.")] = None,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="In how many reports a wording must stand.")] = 3,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many entries at most.")] = 50,
    curated: Curated = CURATED,
) -> None:
    """Write catalog entries for wordings that have no indicator yet, most frequent first, with the evidence."""
    from nianbao.indicators.catalog import load_catalog
    from nianbao.indicators.suggest import as_entry, suggest_indicators

    rows = cast("list[ObservationRow]", read_rows(version_folder(curated), "observations"))
    suggestions = suggest_indicators(rows, load_catalog(), at_least=at_least, family=family)
    sys.stdout.write(escape_invisible("\n\n".join(as_entry(suggestion) for suggestion in suggestions[:limit]) + "\n"))
    print(f"{min(limit, len(suggestions))} of {len(suggestions)} groups of wordings", file=sys.stderr)


def _of_indicators(rows: list[Row], wanted: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows of the indicators that are meant, by id or, where none has that, by a part of the name; and what means
    none."""
    if not wanted:
        return rows, []
    names = {row["indicator_id"]: row["indicator_name_zh"] for row in rows}
    meant: set[str] = set()
    unknown = []
    for told in wanted:
        found = {told} & names.keys() or {name for name, zh in names.items() if told in zh}
        meant |= found
        if not found:
            unknown.append(told)
    return [row for row in rows if row["indicator_id"] in meant], unknown


def _sentences(state: Path, rows: Sequence[Row]) -> dict[str, Row]:
    """By observation: its sentence, and the report that says it."""
    wanted = [row[name] for row in rows for name in ("observation_id", "latest_observation_id") if row[name]]
    columns = ["observation_id", "report_id", "sentence"]
    found = read_rows(state, "observations", columns, filters=[("observation_id", "in", wanted)]) if wanted else []
    return {row["observation_id"]: row for row in found}


def _print_sentences(console: Console, series: Series, said: dict[str, Row]) -> None:
    for row in series:
        stands = said.get(row["observation_id"])
        if stands:
            console.print(Text(f"  {row['year']} {printable(row['quote'])} {stands['report_id']}", style="bold"))
            print_lines(console, stands["sentence"], "    ", "    ")
        elif row["value"] is None and row["latest_report_id"]:
            told = f"  {row['year']} {number(row['latest_value'])} told later, in {row['latest_report_id']}"
            console.print(Text(printable(told), style="bold"))
            if later := said.get(row["latest_observation_id"]):
                print_lines(console, later["sentence"], "    ", "    ")


def _next(rows: Sequence[Row], series: Sequence[Series], sentences: bool, jurisdiction: str | None) -> Iterator[str]:
    """What else can be asked."""
    if len(series) > MOST_GRIDS and not sentences:
        narrower = "--indicator 复议 (an id, or a part of a name) shows those year by year"
        places = len({row["jurisdiction_code"] for row in rows})
        yield f"{len(series)} series; " + ("--jurisdiction and " if places > 1 and not jurisdiction else "") + narrower
    elif not sentences and series:
        yield "--sentences shows where each figure stands"


def _print_where(console: Console, curated: str, table: str, page: str) -> None:
    """The last lines: where the result is."""
    for line in locations(curated, table, page):
        print_path(console, line)


def _interval(row: dict[str, Any]) -> str:
    if row["interval_low"] is None or row["interval_high"] is None:
        return ""
    return f"{number(row['interval_low'])} – {number(row['interval_high'])}"


def _nothing(jurisdiction: str | None, unknown: Sequence[str]) -> str:
    what = f" of {', '.join(sorted(unknown))}" if unknown else ""
    whose = f" for {jurisdiction}" if jurisdiction else ""
    return f"there is no comparison{what}{whose}; `nianbao compare` without options shows what there is"
