"""Format series of `comparisons` for the terminal: one series year by year, or many as a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.table import Table as Grid
from rich.text import Text

from flows.cli.language import in_language, is_chinese, word
from flows.cli.messages import printable
from flows.cli.reporters import name_of, reporter_key
from flows.cli.terminal import columns, shorten
from nianbao.atlas.numbers import IN_WAN, IN_YI, WHOLE, figure, printed_step, signed
from schemas.rows import ComparisonRow

Series = list[ComparisonRow]

_BARS = "▁▂▃▄▅▆▇█"
# Prefixes of figures that are only a bound or an approximation.
_QUALIFIER_SIGNS = {"more_than": ">", "at_least": "≥", "less_than": "<", "at_most": "≤", "approx": "~"}
_STYLES = {"fail": "red", "no": "red", "uncertain": "yellow", "pass": "green", "yes": "green"}
# A line of the list has room for the bars of this many last years, and for this much of a name.
_MAX_BARS, _MAX_NAME_WIDTH = 12, 28
# A list has at most this many lines of a body.
MAX_LINES = 40
# Fewer figures have no bars: a single bar says nothing, and two are in the table.
_MIN_BARS = 3
# Headings in Chinese, by those in English.
_HEADINGS = {
    "year": "年份",
    "as": "当时的名称",
    "value": "数值",
    "change": "比上年",
    "stated": "报告所述",
    "agrees": "相符",
    "later": "后来的数",
    "target": "目标",
    "met": "达到",
    "rank": "位次",
    "why not": "说明",
    "indicator": "指标",
    "years": "年份",
    "last figure": "最近的数",
    "series": "序列",
    "figures": "数",
}


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
    grid = _grid("", *names, right=("year", "value", "change", "stated", "later", "target", "rank"), gap=1)
    for line in lines:
        grid.add_row(" ", *(line[name] for name in names))
    return grid


def _grid(*names: str, right: tuple[str, ...] = (), gap: int = 2) -> Grid:
    """Return a table with its headings in the language of the user."""
    grid = columns(*names, right=right, gap=gap)
    if is_chinese():
        for column in grid.columns:
            column.header = _HEADINGS.get(str(column.header), column.header)
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


def figures_of(series: Series) -> int:
    """Return the number of figures of a series."""
    return sum(row["value"] is not None for row in series)


def series_list(series: Sequence[Series], limit: int = MAX_LINES) -> Iterator[Text | Grid]:
    """Yield one line per series under each government or other body: bars, years, last figure and the change to it.

    Those with most figures come first, at most `limit` of a body; those with only a target are left out.
    """
    for name, entries in _by_reporter(series):
        grid = _grid("indicator", "", "years", "last figure", "change", right=("last figure", "change"))
        for column in grid.columns:
            column.no_wrap = True
        stated = sorted(filter(figures_of, entries), key=lambda entry: -figures_of(entry))
        for entry in stated[:limit]:
            grid.add_row(*_list_cells(entry))
        if stated:
            yield Text(name, style="bold")
            yield grid
        if len(stated) > limit:
            n = len(stated) - limit
            yield Text(in_language(f"……另有{n:,}条，--json 全部列出", f"… and {n:,} shorter ones; --json lists all"))


def reporter_list(series: Sequence[Series]) -> Grid:
    """Return one line per government or other body: the years, the number of series and the number of figures."""
    grid = _grid("", "years", "series", "figures", right=("series", "figures"))
    for name, entries in _by_reporter(series):
        stated = [entry for entry in entries if figures_of(entry)]
        if stated:
            years = [row["year"] for entry in stated for row in entry if row["value"] is not None]
            n_figures = sum(map(figures_of, stated))
            grid.add_row(name, _span(min(years), max(years)), f"{len(stated):,}", f"{n_figures:,}")
    return grid


def _by_reporter(series: Sequence[Series]) -> Iterator[tuple[str, list[Series]]]:
    """Yield the family and the newest name of each reporting body, and its series."""
    groups: dict[tuple[str, ...], list[Series]] = {}
    for entry in series:
        groups.setdefault((entry[0]["family"], *reporter_key(entry[0])), []).append(entry)
    for entries in groups.values():
        newest = max((entry[-1] for entry in entries), key=lambda row: row["year"])
        yield f"{newest['family']} {printable(name_of(newest))}", entries


def _list_cells(series: Series) -> tuple[str, str, str, str, str]:
    stated = [row for row in series if row["value"] is not None]
    last = stated[-1]
    name = shorten(printable(_name(last)), _MAX_NAME_WIDTH)
    value = shorten(f"{_value(last)}{last['unit']}", 16)
    return name, bars(series, _MAX_BARS), _span(stated[0]["year"], last["year"]), value, _change(last)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last % 100:02}"


def bars(series: Series, max_years: int | None = None) -> str:
    """Return the bars of the last `max_years` years of a series.

    A year without a figure is a blank; `|` is between two years that cannot be compared: `▁▂▄|█`.
    """
    by_year: Mapping[int, float] = {row["year"]: row["value"] for row in series if row["value"] is not None}
    if len(by_year) < _MIN_BARS:
        return ""
    years = list(range(min(by_year), max(by_year) + 1))[-(max_years or 0) :]
    comparable = {row["year"] for row in series if row["comparability"] in ("comparable", "zero_base")}
    drawn = ""
    for year, bar in zip(years, sparkline([by_year.get(year) for year in years]), strict=True):
        is_broken = bool(drawn) and year in by_year and year - 1 in by_year and year not in comparable
        drawn += f"|{bar}" if is_broken else bar
    return drawn[-max_years:] if max_years else drawn


def sparkline(values: Sequence[float | None]) -> str:
    """Return one bar per value, and a blank for None: `[1, None, 3]` → `▁ █`."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    steps = len(_BARS) - 1
    scale = steps / (high - low) if high > low else 0.0
    return "".join(" " if value is None else _BARS[round((value - low) * scale)] for value in values)


def number(value: float | None, quote: str | None = None) -> str:
    """Return a figure with Chinese magnitudes and the decimals of its quote: 3.9万, 1,312.5亿, 77.0."""
    if value is None:
        return ""
    scale = IN_YI if abs(value) >= IN_YI.factor else IN_WAN if abs(value) >= IN_WAN.factor else WHOLE
    return f"{figure(value, scale, printed_step(quote))}{scale.zh}"


def _cells(row: ComparisonRow) -> dict[str, Text]:
    stated, agrees = row["reported_change_pct"], row["reported_change_agrees"] or ""
    why = "" if row["comparability"] == "comparable" else _reason(row["comparability"])
    texts = {
        "year": str(row["year"]),
        "value": _value(row),
        "change": _change(row),
        "stated": f"{stated:+g}%" if stated is not None else "",
        "agrees": in_language("无法判断", "n/a") if agrees == "not_assessable" else _verdict(agrees),
        "later": number(row["latest_value"]),
        "target": _target(row),
        "met": _verdict(row["target_met"] or ""),
        "rank": f"{row['rank_in_year']}/{row['n_ranked']}" if (row["n_ranked"] or 0) > 1 else "",
        "why not": why,
    }
    styles = {"why not": "dim", "agrees": _STYLES.get(agrees, ""), "met": _STYLES.get(row["target_met"] or "", "")}
    return {name: Text(text, style=styles.get(name, "")) for name, text in texts.items()}


def _reason(comparability: str) -> str:
    return word(comparability) if is_chinese() else comparability.replace("_", " ")


def _verdict(verdict: str) -> str:
    return word(verdict) if verdict and is_chinese() else verdict


def _name(row: ComparisonRow) -> str:
    scope = f"（{row['scope']}）" if row["scope"] else ""
    return f"{row['indicator_name_zh']}{scope}"


def _value(row: ComparisonRow) -> str:
    return _QUALIFIER_SIGNS.get(row["qualifier"] or "", "") + number(row["value"], row["quote"])


def _target(row: ComparisonRow) -> str:
    if row["target_value"] is None:
        return ""
    percent = "%" if row["target_kind"] == "change_pct" else ""
    return _QUALIFIER_SIGNS.get(row["target_qualifier"] or "", "") + number(row["target_value"]) + percent


def _change(row: ComparisonRow) -> str:
    change = row["change_pp"] if row["change_pct"] is None else row["change_pct"]
    if change is None:
        return ""
    text = signed(change).replace("−", "-")
    return f"{text}{in_language('个百分点', 'pp') if row['change_pct'] is None else '%'}"
