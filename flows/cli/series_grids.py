"""Format series of `comparisons` for the terminal: one series year by year, or many as a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.table import Table as Grid
from rich.text import Text

from flows.cli.messages import printable
from flows.cli.reporters import name_of, reporter_key
from flows.cli.terminal import columns, shorten
from schemas.rows import ComparisonRow

Series = list[ComparisonRow]

_BARS = "▁▂▃▄▅▆▇█"
# Prefixes of figures that are only a bound or an approximation.
_QUALIFIER_SIGNS = {"more_than": ">", "at_least": "≥", "less_than": "<", "at_most": "≤", "approx": "~"}
_STYLES = {"fail": "red", "no": "red", "uncertain": "yellow", "pass": "green", "yes": "green"}
# A line of the list has room for the bars of this many last years, and for this much of a name.
_MAX_BARS, _MAX_NAME_WIDTH = 12, 28


def group_series(rows: Iterable[ComparisonRow]) -> list[Series]:
    """Return the rows of each series in the order of the years."""
    series: dict[tuple[str, ...], Series] = {}
    for row in rows:
        key = (row["family"], row["series_code"], row["body_id"], row["indicator_id"], row["scope"], row["unit"])
        series.setdefault(key, []).append(row)
    return [sorted(group, key=lambda row: row["year"]) for group in series.values()]


def series_title(series: Series) -> Text:
    """Return the name, unit, bars and indicator id of a series."""
    newest = series[-1]
    name = printable(f"{name_of(newest)} {_name(newest)}")
    return Text.assemble((name, "bold"), f" {newest['unit']} {bars(series)} {newest['indicator_id']}")


def series_grid(series: Series) -> Grid:
    """Return one line per year, with the columns that are not empty in every year."""
    lines = [_cells(row) for row in series]
    if len({(row["jurisdiction_code"], name_of(row)) for row in series}) > 1:
        lines = [line | {"as": Text(printable(_name_in_year(row)))} for line, row in zip(lines, series, strict=True)]
    names = [name for name in lines[0] if name in ("year", "value") or any(line[name].plain for line in lines)]
    grid = columns("", *names, right=("year", "value", "change", "stated", "later", "target", "rank"), gap=1)
    for line in lines:
        grid.add_row(" ", *(line[name] for name in names))
    return grid


def place_notes(series: Series) -> list[str]:
    """Return how the territory of the place changed, one line per year in which it did."""
    return [
        f"{row['year']}: {printable(row['comparability_note'])}"
        for row in series
        if row["comparability"] == "territory_changed" and row["comparability_note"]
    ]


def _name_in_year(row: ComparisonRow) -> str:
    return f"{name_of(row)} {row['jurisdiction_code']}"


def series_list(series: Sequence[Series]) -> Iterator[Text | Grid]:
    """Yield one line per series under each government or other body: bars, years, last figure and the change to it."""
    groups: dict[tuple[str, ...], list[Series]] = {}
    for entry in series:
        groups.setdefault((entry[0]["family"], *reporter_key(entry[0])), []).append(entry)
    for entries in groups.values():
        newest = max((entry[-1] for entry in entries), key=lambda row: row["year"])
        yield Text(f"{newest['family']} {printable(name_of(newest))}", style="bold")
        grid = columns("indicator", "", "years", "last figure", "change", right=("last figure", "change"))
        for column in grid.columns:
            column.no_wrap = True
        for entry in entries:
            grid.add_row(*_list_cells(entry))
        yield grid


def _list_cells(series: Series) -> tuple[str, str, str, str, str]:
    first = series[0]
    stated = [row for row in series if row["value"] is not None]
    last = stated[-1] if stated else series[-1]
    figure = shorten(f"{_value(last)}{last['unit']}", 16) if stated else ""
    years = f"{first['year']}–{series[-1]['year'] % 100:02}" if len(series) > 1 else str(first["year"])
    name = shorten(printable(_name(first)), _MAX_NAME_WIDTH)
    return name, bars(series, _MAX_BARS), years, figure, _change(last)


def bars(series: Series, max_years: int | None = None) -> str:
    """Return the bars of the last `max_years` years of a series, with a blank for a year without a figure."""
    by_year: Mapping[int, float | None] = {row["year"]: row["value"] for row in series}
    years = range(series[0]["year"], series[-1]["year"] + 1)
    return sparkline([by_year.get(year) for year in years][-(max_years or len(years)) :])


def sparkline(values: Sequence[float | None]) -> str:
    """Return one bar per value, and a blank for None: `[1, None, 3]` → `▁ █`."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    steps = len(_BARS) - 1
    scale = steps / (high - low) if high > low else 0.0
    return "".join(" " if value is None else _BARS[round((value - low) * scale)] for value in values)


def number(value: float | None) -> str:
    """Return a figure with Chinese magnitudes: 3.9万, 1,312.5亿."""
    if value is None:
        return ""
    for size, name in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.6g}{name}"
    return f"{value:,.6g}"


def _cells(row: ComparisonRow) -> dict[str, Text]:
    stated, agrees = row["reported_change_pct"], row["reported_change_agrees"] or ""
    why = "" if row["comparability"] == "comparable" else row["comparability"].replace("_", " ")
    texts = {
        "year": str(row["year"]),
        "value": _value(row),
        "change": _change(row),
        "stated": f"{stated:+g}%" if stated is not None else "",
        "agrees": "n/a" if agrees == "not_assessable" else agrees,
        "later": number(row["latest_value"]),
        "target": _target(row),
        "met": row["target_met"] or "",
        "rank": f"{row['rank_in_year']}/{row['n_ranked']}" if (row["n_ranked"] or 0) > 1 else "",
        "why not": why,
    }
    styles = {"why not": "dim"} | {name: _STYLES.get(texts[name], "") for name in ("agrees", "met")}
    return {name: Text(text, style=styles.get(name, "")) for name, text in texts.items()}


def _name(row: ComparisonRow) -> str:
    scope = f"（{row['scope']}）" if row["scope"] else ""
    return f"{row['indicator_name_zh']}{scope}"


def _value(row: ComparisonRow) -> str:
    return _QUALIFIER_SIGNS.get(row["qualifier"] or "", "") + number(row["value"])


def _target(row: ComparisonRow) -> str:
    if row["target_value"] is None:
        return ""
    percent = "%" if row["target_kind"] == "change_pct" else ""
    return _QUALIFIER_SIGNS.get(row["target_qualifier"] or "", "") + number(row["target_value"]) + percent


def _change(row: ComparisonRow) -> str:
    change = row["change_pp"] if row["change_pct"] is None else row["change_pct"]
    return "" if change is None else f"{change:+,.4g}{'pp' if row['change_pct'] is None else '%'}"
