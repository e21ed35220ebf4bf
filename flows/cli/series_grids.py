"""Series of `comparisons` for the eye: one in a table, a year a line; many in a list, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table as Grid
from rich.text import Text

from flows.cli.terminal import columns, printable, shorten

Row = dict[str, Any]
Series = list[Row]

_BARS = "▁▂▃▄▅▆▇█"
# How a figure that is only a bound is shown.
_MARKS = {"more_than": ">", "at_least": "≥", "less_than": "<", "at_most": "≤", "approx": "~"}
_STYLES = {"fail": "red", "no": "red", "uncertain": "yellow", "pass": "green", "yes": "green"}
# A list has room for so many years of bars, the last, and for so much of a name.
_MOST_BARS, _LONGEST_NAME = 12, 28


def in_series(rows: Iterable[Row]) -> list[Series]:
    """The rows of each series, in the order of the years."""
    keys = ("family", "jurisdiction_code", "indicator_id", "scope", "unit")
    series: dict[tuple[Any, ...], Series] = {}
    for row in rows:
        series.setdefault(tuple(row[key] for key in keys), []).append(row)
    return [sorted(group, key=lambda row: row["year"]) for group in series.values()]


def title(series: Series) -> Text:
    """What a series is, and how it went."""
    first = series[0]
    name = printable(f"{first['jurisdiction_name']} {_name(first)}")
    return Text.assemble((name, "bold"), f" {first['unit']} {bars(series)} {first['indicator_id']}")


def grid(series: Series) -> Grid:
    """A line a year; of the columns those that have something to say."""
    lines = [_cells(row) for row in series]
    names = [name for name in lines[0] if name in ("year", "value") or any(line[name].plain for line in lines)]
    made = columns("", *names, right=("year", "value", "change", "stated", "later", "target", "rank"), gap=1)
    for line in lines:
        made.add_row(" ", *(line[name] for name in names))
    return made


def listed(series: Sequence[Series]) -> Iterator[Text | Grid]:
    """Under each government a line a series: how it went, its last figure, and the change to that."""
    groups: dict[tuple[str, str], list[Series]] = {}
    for one in series:
        groups.setdefault((one[0]["family"], one[0]["jurisdiction_name"]), []).append(one)
    for (family, name), own in groups.items():
        yield Text(f"{family} {printable(name)}", style="bold")
        made = columns("indicator", "", "years", "last figure", "change", right=("last figure", "change"))
        for column in made.columns:
            column.no_wrap = True
        for one in own:
            stated = [row for row in one if row["value"] is not None]
            last = stated[-1] if stated else one[-1]
            figure = shorten(f"{_value(last)}{last['unit']}", 16) if stated else ""
            span = f"{one[0]['year']}–{one[-1]['year'] % 100:02}" if len(one) > 1 else str(one[0]["year"])
            made.add_row(
                shorten(printable(_name(one[0])), _LONGEST_NAME), bars(one, _MOST_BARS), span, figure, _change(last)
            )
        yield made


def bars(series: Series, most: int | None = None) -> str:
    """The bars of a series, a blank for a year without a figure; of a long one the last."""
    by_year: Mapping[int, float | None] = {row["year"]: row["value"] for row in series}
    years = range(series[0]["year"], series[-1]["year"] + 1)
    return sparkline([by_year.get(year) for year in years][-(most or len(years)) :])


def sparkline(values: Sequence[float | None]) -> str:
    """Bars for a series of values, a blank for a year without one: `[1, None, 3]` → `▁ █`."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    steps = len(_BARS) - 1
    scale = steps / (high - low) if high > low else 0.0
    return "".join(" " if value is None else _BARS[round((value - low) * scale)] for value in values)


def number(value: float | None) -> str:
    """A figure as people say it: 3.9万, 1,312.5亿."""
    if value is None:
        return ""
    for size, name in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.6g}{name}"
    return f"{value:,.6g}"


def _cells(row: Row) -> dict[str, Text]:
    stated, agrees = row["reported_change_pct"], row["reported_change_agrees"] or ""
    why = "" if row["comparability"] == "comparable" else row["comparability"].replace("_", " ")
    told = {
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
    styles = {"why not": "dim"} | {name: _STYLES.get(told[name], "") for name in ("agrees", "met")}
    return {name: Text(text, style=styles.get(name, "")) for name, text in told.items()}


def _name(row: Row) -> str:
    scope = f"（{row['scope']}）" if row["scope"] else ""
    return f"{row['indicator_name_zh']}{scope}"


def _value(row: Row) -> str:
    return _MARKS.get(row["qualifier"], "") + number(row["value"])


def _target(row: Row) -> str:
    if row["target_value"] is None:
        return ""
    percent = "%" if row["target_kind"] == "change_pct" else ""
    return _MARKS.get(row["target_qualifier"], "") + number(row["target_value"]) + percent


def _change(row: Row) -> str:
    change = row["change_pp"] if row["change_pct"] is None else row["change_pct"]
    return "" if change is None else f"{change:+,.4g}{'pp' if row['change_pct'] is None else '%'}"
