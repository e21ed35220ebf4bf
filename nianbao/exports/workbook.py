"""The compared tables as a workbook for Excel: a sheet a government, and behind each cell the sentence it came from.

Everything that a report says is written as text, never as a formula or a link of its own.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from nianbao.exports.rows import Row, read_rows
from nianbao.io.escape import escape_invisible
from nianbao.io.files import write_atomically
from schemas.vocabulary import QUALIFIERS

# What Excel itself holds: longer texts and more rows it would refuse, and a file with more links it calls damaged.
LONGEST_TEXT = 32_000
MOST_ROWS = 1_000_000
MOST_LINKS = 60_000
# A workbook with the clock in it would differ from run to run.
CREATED = datetime(2000, 1, 1, tzinfo=UTC)

ABOUT, DATA, PROMISES, DOUBTS = "说明", "数据", "目标", "疑点"
# How a figure that is no exact number is marked, after the values of QUALIFIERS.
MARKS = {"exact": "", "approx": "约", "more_than": "超", "less_than": "近", "at_least": "≥", "at_most": "≤"}
assert set(MARKS) == set(QUALIFIERS)
REASONS = {
    "gap": "前一年或本年没有数据",
    "unit_changed": "单位或币种改变",
    "definition_changed": "口径改变",
    "bound": "约数或上下限，不能相比",
    "zero_base": "前一年为零",
    "period_mismatch": "不是全年的数",
}

_PLACE_COLUMNS = (("指标", 26), ("indicator", 30), ("范围", 12), ("单位", 10))
_DATA_COLUMNS = (
    ("jurisdiction_name", "地区", 16),
    ("indicator_name_zh", "指标", 24),
    ("name_en", "indicator", 24),
    ("scope", "范围", 10),
    ("year", "年", 7),
    ("qualifier", "约", 9),
    ("value", "值", 18),
    ("unit", "单位", 10),
    ("previous_year", "上一年", 8),
    ("previous_value", "上年值", 18),
    ("change_pct", "变化%", 10),
    ("change_pp", "变化（百分点）", 10),
    ("reported_change_pct", "报告所称变化%", 10),
    ("reported_change_agrees", "是否相符", 12),
    ("comparability", "可比性", 16),
    ("comparability_note", "说明", 24),
    ("latest_value", "以后报告的数", 18),
    ("quote", "原文数字", 16),
    ("sentence", "原文", 80),
    ("report_id", "报告", 28),
    ("title", "题名", 36),
    ("source_url", "来源", 36),
)
_PROMISE_COLUMNS = (
    ("jurisdiction_name", "地区", 16),
    ("indicator_name_zh", "指标", 24),
    ("scope", "范围", 10),
    ("year", "年", 7),
    ("target_kind", "目标种类", 12),
    ("target_qualifier", "约", 9),
    ("target_value", "目标", 18),
    ("target_value_high", "上限", 18),
    ("unit", "单位", 10),
    ("actual_value", "结果", 18),
    ("target_met", "是否达到", 10),
    ("target_quote", "目标原文", 16),
    ("actual_quote", "结果原文", 16),
    ("target_report_id", "提出目标的报告", 28),
    ("actual_report_id", "报告结果的报告", 28),
)
_DOUBT_COLUMNS = (
    ("jurisdiction_name", "地区", 16),
    ("report_year", "年", 7),
    ("check", "检查", 20),
    ("status", "结论", 14),
    ("message_zh", "疑点", 80),
    ("message_en", "in English", 80),
    ("left_text", "一处", 16),
    ("right_text", "另一处", 16),
    ("interval_low", "容许下限", 16),
    ("interval_high", "容许上限", 16),
    ("report_id", "报告", 28),
)


class CannotExport(Exception):
    """There is nothing to put in a workbook, or more than a workbook holds."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a workbook holds."""

    n_jurisdictions: int
    n_rows: int


def write_workbook(state: Path, out: Path, jurisdictions: Collection[str] = ()) -> Exported:
    """Write the tables in `state` to the file `out`, whole or not at all; of some `jurisdictions` (codes) only.

    Raises CannotExport, and OSError where a table is missing or the file cannot be written.
    """
    tables = read_rows(state, jurisdictions)
    if not tables.compared:
        raise CannotExport("there is no figure to export; is it the right folder, and the right --jurisdiction?")
    if len(tables.compared) > MOST_ROWS:
        raise CannotExport(f"{len(tables.compared):,} rows are more than Excel holds; choose some with --jurisdiction")
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "年报 nianbao", "created": CREATED})
        formats = _Formats(book)
        by_place = _by_place(tables.compared)
        names = _sheet_names(by_place)
        about = book.add_worksheet(ABOUT)
        line_of = {id(row): line for line, row in enumerate(tables.compared, start=1)}
        for place, rows in by_place.items():
            _write_place(book.add_worksheet(names[place]), rows, tables.categories, line_of, formats)
        _write_list(book.add_worksheet(DATA), _DATA_COLUMNS, tables.compared, formats)
        _write_list(book.add_worksheet(PROMISES), _PROMISE_COLUMNS, tables.promises, formats)
        _write_list(book.add_worksheet(DOUBTS), _DOUBT_COLUMNS, tables.doubts, formats)
        _write_about(about, names, by_place, formats)
    write_atomically(out, data.getvalue())
    return Exported(len(by_place), len(tables.compared))


class _Formats:
    """The formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._numbers: dict[tuple[int, str, bool], Format] = {}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.text = book.add_format({"valign": "top"})
        self.group = book.add_format({"bold": True, "bg_color": "#EEF1F5"})
        self.missing = book.add_format({"bg_color": "#F3F3F3", "font_color": "#777777", "align": "right"})
        self.link = book.add_format({"font_color": "#1F4E79", "underline": 1})

    def number(self, decimals: int, mark: str = "", doubtful: bool = False) -> Format:
        """A number with so many decimals, after a mark of its own where it is only a bound."""
        key = (decimals, mark, doubtful)
        if key not in self._numbers:
            shown = f'"{mark}"' + "#,##0" + ("." + "0" * decimals if decimals else "")
            made = {"num_format": f"{shown};{shown.replace('#', '-#', 1)}", "valign": "top"}
            self._numbers[key] = self._book.add_format(made | ({"bg_color": "#FFF4DC"} if doubtful else {}))
        return self._numbers[key]


def _by_place(compared: Sequence[Row]) -> dict[str, list[Row]]:
    places: dict[str, list[Row]] = defaultdict(list)
    for row in compared:
        places[row["jurisdiction_code"]].append(row)
    return dict(sorted(places.items()))


def _sheet_names(by_place: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """A name for the sheet of each government: its own, or its code where another has that; at most 31 signs."""
    names: dict[str, str] = {}
    for code, rows in by_place.items():
        name = "".join(sign for sign in rows[0]["jurisdiction_name"] if sign not in "[]:*?/\\'")[:31]
        names[code] = name if name and name not in {*names.values(), ABOUT, DATA, PROMISES, DOUBTS} else code
    return names


def _write_place(
    sheet: Worksheet,
    rows: Sequence[Row],
    categories: Mapping[str, str],
    line_of: Mapping[int, int],
    formats: _Formats,
) -> None:
    """The matrix of one government: a line a series, a column a year, each value linked to its line in DATA."""
    years = range(min(row["year"] for row in rows), max(row["year"] for row in rows) + 1)
    for column, (head, width) in enumerate(_PLACE_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, formats.head)
    first = len(_PLACE_COLUMNS)
    sheet.set_column(first, first + len(years) - 1, 12)
    for column, year in enumerate(years, start=first):
        sheet.write_number(0, column, year, formats.head)
    sheet.freeze_panes(1, first)
    _print_whole(sheet)
    series: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        group = (row["family"], categories[row["indicator_id"]])
        series[(*group, row["indicator_id"], row["scope"], row["unit"])].append(row)
    line, links, shown = 0, MOST_LINKS, ("", "")
    for key, of_series in sorted(series.items()):
        if key[:2] != shown:
            shown = (key[0], key[1])
            line += 1
            for column in range(first + len(years)):
                sheet.write_string(line, column, " · ".join(shown) if column == 0 else "", formats.group)
        line += 1
        targets = [line_of[id(row)] + 1 for row in of_series[:links]]
        links -= len(targets)
        _write_series(sheet, line, of_series, years.start, targets, formats)


def _write_series(
    sheet: Worksheet, line: int, rows: Sequence[Row], first_year: int, targets: Sequence[int], formats: _Formats
) -> None:
    """One line of a matrix; `targets` are the lines in DATA of the first of its values."""
    power, unit = _shown_in(rows[0]["unit"], [row["value"] for row in rows])
    decimals = max(_decimals(row["value"], power) for row in rows)
    about = (rows[0]["indicator_name_zh"], rows[0]["name_en"], rows[0]["scope"], unit)
    for column, text in enumerate(about):
        sheet.write_string(line, column, _text(text), formats.text)
    for year in range(rows[0]["year"], rows[-1]["year"]):  # what has a figure is written over
        sheet.write_string(line, len(about) + year - first_year, "—", formats.missing)
    for row, target in zip_longest(rows, targets):
        column = len(about) + row["year"] - first_year
        reason = REASONS.get(row["comparability"])
        if row["value"] is None:
            sheet.write_string(line, column, "—", formats.missing)
        else:
            if target is not None:  # the link is the cell's; what is written after it is what the cell shows
                sheet.write_url(line, column, f"internal:'{DATA}'!A{target}", formats.link, "·")
            shown_as = formats.number(decimals, MARKS[row["qualifier"]], doubtful=reason is not None)
            sheet.write_number(line, column, _scaled(row["value"], power), shown_as)
        if reason:
            note = row["comparability_note"]
            sheet.write_comment(line, column, f"{reason}；{_text(note)}" if note else reason)


def _write_list(
    sheet: Worksheet, columns: Sequence[tuple[str, str, int]], rows: Sequence[Row], formats: _Formats
) -> None:
    """A line a row, with a filter over the heads."""
    for column, (_, head, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, formats.head)
    sheet.freeze_panes(1, 0)
    _print_whole(sheet)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    for line, row in enumerate(rows, start=1):
        for column, (name, _, _) in enumerate(columns):
            value = row[name]
            if value is None:
                continue
            if isinstance(value, int | float):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, _text(value))


def _print_whole(sheet: Worksheet) -> None:
    """As wide as a page, with its heads on each."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_about(
    sheet: Worksheet, names: Mapping[str, str], by_place: Mapping[str, Sequence[Row]], formats: _Formats
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    _print_whole(sheet)
    lines: list[tuple[str, str]] = [
        ("每个地区一张表", "一行一个指标，一列一年；点击数字到“数据”表中的原文。"),
        ("One sheet a government", f"A row an indicator, a column a year; a number leads to its sentence in {DATA}."),
        ("黄色", "不能与前一年相比，批注写明原因 · not comparable with the year before; the note says why"),
        ("—", "没有这一年的数 · no figure for the year"),
        ("约 超 近 ≥ ≤", "报告的数不是确数 · the report states a bound or an approximation"),
    ]
    sheet.write_string(0, 0, "年报 nianbao", formats.title)
    for line, (left, right) in enumerate(lines, start=2):
        sheet.write_string(line, 0, left, formats.text)
        sheet.write_string(line, 1, right, formats.text)
    start = len(lines) + 3
    sheets = [(names[code], f"{len(rows):,} 个数") for code, rows in by_place.items()]
    sheets += [(DATA, "全部，一行一个数"), (PROMISES, "上年提出的目标与结果"), (DOUBTS, "报告中对不上的数")]
    for line, (name, what) in enumerate(sheets, start=start):
        sheet.write_url(line, 0, f"internal:'{name}'!A1", formats.link, name)
        sheet.write_string(line, 1, what, formats.text)


def _shown_in(unit: str, values: Iterable[float | None]) -> tuple[int, str]:
    """The power of ten and the unit that a line is shown in: 元 as 亿元 or 万元, everything else as it is."""
    sizes = sorted(abs(value) for value in values if value)
    if unit in {"元", "美元"} and sizes:
        middle = sizes[len(sizes) // 2]
        for power, word in ((8, "亿"), (4, "万")):
            if middle >= 10**power:
                return power, word + unit
    return 0, unit


def _scaled(value: float, power: int) -> float:
    """The value in that power of ten; decimal, so that 1312.5 stays 1312.5."""
    return float(Decimal(repr(value)).scaleb(-power))


def _decimals(value: float | None, power: int) -> int:
    if value is None:
        return 0
    exponent = Decimal(repr(_scaled(value, power))).normalize().as_tuple().exponent
    return min(max(-int(exponent), 0), 6)


def _text(value: object) -> str:
    text = escape_invisible(str(value))
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
