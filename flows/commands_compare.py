"""The commands `compare`, `check` and `suggest`: they only look at tables that are there, and never import Prefect."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from flows.published import of_jurisdiction, print_json, read_rows, stop

CURATED = Path("data/curated")
_BARS = "▁▂▃▄▅▆▇█"
# How a figure that is only a bound is shown.
_MARKS = {"more_than": ">", "at_least": "≥", "less_than": "<", "at_most": "≤", "approx": "~"}

Curated = Annotated[Path, typer.Option("--curated", help="The folder of tables.", file_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", help="Only this one: 深圳市盐田区, 盐田区 or 440308.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command(epilog="Example: nianbao compare --jurisdiction 深圳市 --indicator gdp")(compare)
    app.command(epilog="Example: nianbao check --check rate_of_parts --json")(check)
    app.command(epilog="Example: nianbao suggest --family work_report --at-least 5 > entries.yaml")(suggest)


def compare(
    jurisdiction: Jurisdiction = None,
    indicator: Annotated[
        list[str] | None, typer.Option("--indicator", help="Only this indicator's id; give it again for more.")
    ] = None,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show the year-over-year table, a sparkline a series; a nationally set form in its own rows and columns."""
    wanted = set(indicator or [])
    rows = [row for row in read_rows(curated, "comparisons") if not wanted or row["indicator_id"] in wanted]
    unknown = wanted - {row["indicator_id"] for row in rows}
    rows = of_jurisdiction(rows, jurisdiction)
    if not rows:
        stop(_nothing(jurisdiction, unknown or wanted))
    if as_json:
        print_json(rows)
        return
    console = _console()
    from flows.form_grids import part_forms

    others, grids = (rows, []) if wanted else part_forms(rows)
    for series in _series(others):
        console.print(_grid(series))
    for grid in grids:
        console.print(grid)


def check(
    jurisdiction: Jurisdiction = None,
    name: Annotated[str | None, typer.Option("--check", help="Only this check: rate_of_parts, restatement, …")] = None,
    status: Annotated[str | None, typer.Option("--status", help="Only this verdict: fail or uncertain.")] = None,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show what the reports say that does not add up, with both sides."""
    rows = of_jurisdiction(read_rows(curated, "findings"), jurisdiction)
    rows = [row for row in rows if name in (None, row["check"]) and status in (None, row["status"])]
    if as_json:
        print_json(rows)
        return
    grid = Grid("check", "verdict", "report", "what", "allowed")
    for row in rows:
        grid.add_row(row["check"], row["status"], row["report_id"], row["message_zh"], _interval(row))
    _console().print(grid)
    print(f"{len(rows)} findings, {sum(row['status'] == 'fail' for row in rows)} of them fail")


def suggest(
    family: Annotated[str | None, typer.Option("--family", help="Only reports of this series.")] = None,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="In how many reports a wording must stand.")] = 3,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many entries at most.")] = 50,
    curated: Curated = CURATED,
) -> None:
    """Write catalog entries for wordings that have no indicator yet, most frequent first, with the evidence."""
    from nianbao.indicators.catalog import load_catalog
    from nianbao.indicators.suggest import as_entry, suggest_indicators

    rows = read_rows(curated, "observations")
    suggestions = suggest_indicators(rows, load_catalog(), at_least=at_least, family=family)
    sys.stdout.write("\n\n".join(as_entry(suggestion) for suggestion in suggestions[:limit]) + "\n")
    print(f"{min(limit, len(suggestions))} of {len(suggestions)} groups of wordings", file=sys.stderr)


def sparkline(values: Sequence[float | None]) -> str:
    """Bars for a series of values, a blank for a year without one: `[1, None, 3]` → `▁ █`."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    steps = len(_BARS) - 1
    scale = steps / (high - low) if high > low else 0.0
    return "".join(" " if value is None else _BARS[round((value - low) * scale)] for value in values)


def _grid(series: Sequence[dict[str, Any]]) -> Grid:
    first = series[0]
    years = range(series[0]["year"], series[-1]["year"] + 1)
    by_year = {row["year"]: row for row in series}
    line = sparkline([by_year[year]["value"] if year in by_year else None for year in years])
    scope = f"（{first['scope']}）" if first["scope"] else ""
    title = f"{first['jurisdiction_name']} {first['indicator_name_zh']}{scope} {first['unit']} {line}"
    grid = Grid("year", "value", "change", "stated", "agrees", "target", "met", "rank", "why not", title=title)
    for row in series:
        change = row["change_pp"] if row["change_pct"] is None else row["change_pct"]
        unit = "pp" if row["change_pct"] is None else "%"
        rank = f"{row['rank_in_year']}/{row['n_in_year']}" if row["rank_in_year"] else ""
        why = "" if row["comparability"] == "comparable" else row["comparability"]
        grid.add_row(
            str(row["year"]),
            _MARKS.get(row["qualifier"], "") + _number(row["value"]),
            f"{change:+.2f}{unit}" if change is not None else "",
            f"{row['reported_change_pct']:+g}%" if row["reported_change_pct"] is not None else "",
            row["reported_change_agrees"] or "",
            _number(row["target_value"]),
            row["target_met"] or "",
            rank,
            why,
        )
    return grid


def _series(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    keys = ("family", "jurisdiction_code", "indicator_id", "scope", "unit")
    series: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        series.setdefault(tuple(row[key] for key in keys), []).append(row)
    return [sorted(group, key=lambda row: row["year"]) for group in series.values()]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    for size, name in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.6g}{name}"
    return f"{value:,.6g}"


def _interval(row: dict[str, Any]) -> str:
    if row["interval_low"] is None or row["interval_high"] is None:
        return ""
    return f"{_number(row['interval_low'])} – {_number(row['interval_high'])}"


def _nothing(jurisdiction: str | None, unknown: set[str]) -> str:
    what = f" of {', '.join(sorted(unknown))}" if unknown else ""
    whose = f" for {jurisdiction}" if jurisdiction else ""
    return f"there is no comparison{what}{whose}; `nianbao compare` without options shows what there is"


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 160)
