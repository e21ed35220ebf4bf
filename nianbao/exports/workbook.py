"""Excel workbook of the comparisons: one sheet per reporting body, each value linked to its sentence.

Text of reports is always written as text, never as a formula or a link.
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

from nianbao.exports.errors import ExportError
from nianbao.exports.rows import ComparisonWithSource, ReporterKey, read_rows
from nianbao.io.escape import escape_invisible
from nianbao.io.files import write_atomically
from nianbao.places.names import reporter_name

# Limits of Excel: it rejects longer texts and more rows, and reports a file with more links per sheet as damaged.
MAX_TEXT_LENGTH = 32_000
MAX_ROWS = 1_000_000
MAX_LINKS = 60_000
# A fixed time, so that the same tables give the same bytes.
CREATED = datetime(2000, 1, 1, tzinfo=UTC)

ABOUT, DATA, PROMISES, FINDINGS = "说明", "数据", "目标", "疑点"
# The mark before a value, by its qualifier.
MARKS = {"exact": "", "approx": "约", "more_than": "超", "less_than": "近", "at_least": "≥", "at_most": "≤"}
# The note of a cell, by the comparability of its value.
REASONS = {
    "gap": "前一年或本年没有数据",
    "unit_changed": "单位或币种改变",
    "definition_changed": "口径改变",
    "bound": "约数或上下限，不能相比",
    "zero_base": "前一年为零",
    "period_mismatch": "不是全年的数",
    "territory_changed": "区划调整，前后辖区不同",
    "part_of_whole": "部分与整体，不能相比",
    "stock_and_flow": "存量与增量，不能相比",
    "base_unknown": "报告未写明起点年份",
    "basis_changed": "基数或口径调整",
    "contradicted": "与报告所述的数或增减不符",
    "unlikely": "变化异常，有待核实",
}

_MATRIX_COLUMNS = (("指标", 26), ("indicator", 30), ("范围", 12), ("单位", 10))
_DATA_COLUMNS = (
    ("jurisdiction_name", "地区", 16),
    ("body_name", "机构", 16),
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
    ("body_name", "机构", 16),
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
_FINDING_COLUMNS = (
    ("jurisdiction_name", "地区", 16),
    ("body_name", "机构", 16),
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


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """The number of reporting bodies and values in a workbook."""

    n_reporters: int
    n_rows: int


def write_workbook(version_folder: Path, out: Path, reporters: Collection[ReporterKey] | None = None) -> ExportSummary:
    """Write a version of the tables to a workbook, atomically.

    Args:
        version_folder: Folder of the tables.
        out: The file to write.
        reporters: The reporting bodies to select; the governments for None.

    Raises:
        ExportError: There is nothing to export, or more than Excel can hold.
        OSError: A table cannot be read or the file cannot be written.
    """
    tables = read_rows(version_folder, reporters)
    if not tables.comparisons:
        raise ExportError("no figures to export; check the folder, --jurisdiction and --body")
    if len(tables.comparisons) > MAX_ROWS:
        raise ExportError(
            f"{len(tables.comparisons):,} rows exceed the limit of Excel; select some with --jurisdiction"
        )
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "年报 nianbao", "created": CREATED})
        formats = _Formats(book)
        by_key = _by_reporter(tables.comparisons)
        names = _sheet_names(by_key)
        about = book.add_worksheet(ABOUT)
        line_of = {id(row): line for line, row in enumerate(tables.comparisons, start=1)}
        for key, rows in by_key.items():
            _write_matrix(book.add_worksheet(names[key]), rows, tables.categories, line_of, formats)
        _write_list(book.add_worksheet(DATA), _DATA_COLUMNS, tables.comparisons, formats)
        _write_list(book.add_worksheet(PROMISES), _PROMISE_COLUMNS, tables.promises, formats)
        _write_list(book.add_worksheet(FINDINGS), _FINDING_COLUMNS, tables.findings, formats)
        _write_about(about, names, by_key, formats)
    write_atomically(out, data.getvalue())
    return ExportSummary(len(by_key), len(tables.comparisons))


class _Formats:
    """The cell formats of one workbook, each created once."""

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
        """Return the format of a number with `decimals` decimals, after `mark`; `doubtful` cells are yellow."""
        key = (decimals, mark, doubtful)
        if key not in self._numbers:
            pattern = f'"{mark}"' + "#,##0" + ("." + "0" * decimals if decimals else "")
            style = {"num_format": f"{pattern};{pattern.replace('#', '-#', 1)}", "valign": "top"}
            self._numbers[key] = self._book.add_format(style | ({"bg_color": "#FFF4DC"} if doubtful else {}))
        return self._numbers[key]


def _by_reporter(rows: Sequence[ComparisonWithSource]) -> dict[ReporterKey, list[ComparisonWithSource]]:
    by_key: dict[ReporterKey, list[ComparisonWithSource]] = defaultdict(list)
    for row in rows:
        by_key[row["series_code"], row["body_id"]].append(row)
    return dict(sorted(by_key.items()))


def _sheet_names(by_key: Mapping[ReporterKey, Sequence[ComparisonWithSource]]) -> dict[ReporterKey, str]:
    """Return a sheet name per reporting body, at most 31 characters: its newest name, or its key if that is taken."""
    names: dict[ReporterKey, str] = {}
    taken = {ABOUT, DATA, PROMISES, FINDINGS}
    for key, rows in by_key.items():
        newest = max(rows, key=lambda row: row["year"])
        full_name = reporter_name(newest["jurisdiction_name"], newest["body_name"])
        name = "".join(character for character in full_name if character not in "[]:*?/\\'")[:31]
        names[key] = name if name and name not in taken else ".".join(filter(None, key))[:31]
        taken.add(names[key])
    return names


def _write_matrix(
    sheet: Worksheet,
    rows: Sequence[ComparisonWithSource],
    categories: Mapping[str, str],
    line_of: Mapping[int, int],
    formats: _Formats,
) -> None:
    """Write one reporting body: one row per series, one column per year, each value linked to its row in DATA."""
    years = range(min(row["year"] for row in rows), max(row["year"] for row in rows) + 1)
    for column, (head, width) in enumerate(_MATRIX_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, formats.head)
    first = len(_MATRIX_COLUMNS)
    sheet.set_column(first, first + len(years) - 1, 12)
    for column, year in enumerate(years, start=first):
        sheet.write_number(0, column, year, formats.head)
    sheet.freeze_panes(1, first)
    _set_up_printing(sheet)
    series: dict[tuple[str, ...], list[ComparisonWithSource]] = defaultdict(list)
    for row in rows:
        group = (row["family"], categories[row["indicator_id"]])
        series[(*group, row["indicator_id"], row["scope"], row["unit"])].append(row)
    line, links_left, group_shown = 0, MAX_LINKS, ("", "")
    for key, series_rows in sorted(series.items()):
        if key[:2] != group_shown:
            group_shown = (key[0], key[1])
            line += 1
            for column in range(first + len(years)):
                sheet.write_string(line, column, " · ".join(group_shown) if column == 0 else "", formats.group)
        line += 1
        targets = [line_of[id(row)] + 1 for row in series_rows[:links_left]]
        links_left -= len(targets)
        _write_series(sheet, line, series_rows, years.start, targets, formats)


def _write_series(
    sheet: Worksheet,
    line: int,
    rows: Sequence[ComparisonWithSource],
    first_year: int,
    targets: Sequence[int],
    formats: _Formats,
) -> None:
    """Write one row of a matrix; `targets` are the rows in DATA of its first values, as many as may have a link."""
    power, unit = _display_unit(rows[0]["unit"], [row["value"] for row in rows])
    decimals = max(_decimals(row["value"], power) for row in rows)
    labels = (rows[0]["indicator_name_zh"], rows[0]["name_en"], rows[0]["scope"], unit)
    for column, text in enumerate(labels):
        sheet.write_string(line, column, _text(text), formats.text)
    for year in range(rows[0]["year"], rows[-1]["year"]):  # years with a value are overwritten below
        sheet.write_string(line, len(labels) + year - first_year, "—", formats.missing)
    for row, target in zip_longest(rows, targets):
        column = len(labels) + row["year"] - first_year
        reason = REASONS.get(row["comparability"])
        if row["value"] is None:
            sheet.write_string(line, column, "—", formats.missing)
        else:
            if target is not None:  # the link stays when the number overwrites its text
                sheet.write_url(line, column, f"internal:'{DATA}'!A{target}", formats.link, "·")
            cell_format = formats.number(decimals, MARKS[row["qualifier"] or "exact"], doubtful=reason is not None)
            sheet.write_number(line, column, _scaled(row["value"], power), cell_format)
        if reason:
            note = row["comparability_note"]
            sheet.write_comment(line, column, f"{reason}；{_text(note)}" if note else reason)


def _write_list(
    sheet: Worksheet,
    columns: Sequence[tuple[str, str, int]],
    rows: Sequence[Mapping[str, object]],
    formats: _Formats,
) -> None:
    """Write one line per row, with a filter on the heads."""
    for column, (_, head, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, formats.head)
    sheet.freeze_panes(1, 0)
    _set_up_printing(sheet)
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


def _set_up_printing(sheet: Worksheet) -> None:
    """Fit the sheet to the width of a page and repeat the heads on each."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_about(
    sheet: Worksheet,
    names: Mapping[ReporterKey, str],
    by_key: Mapping[ReporterKey, Sequence[ComparisonWithSource]],
    formats: _Formats,
) -> None:
    """Write the key to the signs and the list of sheets."""
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    _set_up_printing(sheet)
    lines: list[tuple[str, str]] = [
        ("每个地区、机构一张表", "一行一个指标，一列一年；点击数字到“数据”表中的原文。"),
        (
            "One sheet per place or body",
            f"One row per indicator, one column per year; click a number for its sentence in {DATA}.",
        ),
        ("黄色", "不能与前一年相比，批注写明原因 · not comparable with the previous year; the note gives the reason"),
        ("—", "没有这一年的数 · no figure for this year"),
        ("约 超 近 ≥ ≤", "报告的数不是确数 · the report states a bound or an approximation"),
    ]
    sheet.write_string(0, 0, "年报 nianbao", formats.title)
    for line, (left, right) in enumerate(lines, start=2):
        sheet.write_string(line, 0, left, formats.text)
        sheet.write_string(line, 1, right, formats.text)
    start = len(lines) + 3
    sheets = [(names[key], f"{len(rows):,} 个数") for key, rows in by_key.items()]
    sheets += [(DATA, "全部，一行一个数"), (PROMISES, "上年提出的目标与结果"), (FINDINGS, "报告中对不上的数")]
    for line, (name, content) in enumerate(sheets, start=start):
        sheet.write_url(line, 0, f"internal:'{name}'!A1", formats.link, name)
        sheet.write_string(line, 1, content, formats.text)


def _display_unit(unit: str, values: Iterable[float | None]) -> tuple[int, str]:
    """Return the power of ten and the unit of a row: money in 亿 or 万, everything else unscaled."""
    sizes = sorted(abs(value) for value in values if value)
    if unit in {"元", "美元"} and sizes:
        middle = sizes[len(sizes) // 2]
        for power, word in ((8, "亿"), (4, "万")):
            if middle >= 10**power:
                return power, word + unit
    return 0, unit


def _scaled(value: float, power: int) -> float:
    """Return the value divided by a power of ten; in decimal arithmetic, so that 1312.5 stays 1312.5."""
    return float(Decimal(repr(value)).scaleb(-power))


def _decimals(value: float | None, power: int) -> int:
    if value is None:
        return 0
    exponent = Decimal(repr(_scaled(value, power))).normalize().as_tuple().exponent
    return min(max(-int(exponent), 0), 6)


def _text(value: object) -> str:
    text = escape_invisible(str(value))
    return text if len(text) <= MAX_TEXT_LENGTH else text[:MAX_TEXT_LENGTH] + "…"
