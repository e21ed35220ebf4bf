"""Tables in the text of a report: numbers are under their headings, merged or not, and no word is lost."""

from __future__ import annotations

from typing import Any

from nianbao.atlas.annotate import annotate
from nianbao.atlas.text_tables import TextTableLine, find_tables

FORM = (
    "三、申请情况\n"
    "（说明）\t申请人情况\n"
    "自然人\t法人\t总计\n"
    "企业\t其他\n"
    "一、新收数量\t12\t3\t0\t15\n"
    "二、办理结果\t（一）予以公开\t9\t2\t0\t11\n"
    "（二）不予公开\t1.属于秘密\t3\t1\t0\t4\n"
    "2.其他\t0\t0\t0\t0\n"
    "四、问题与改进"
)
HEADS = ("申请人情况/自然人", "申请人情况/法人/企业", "申请人情况/法人/其他", "申请人情况/总计")
PATHS = (
    "一、新收数量",
    "二、办理结果/（一）予以公开",
    "二、办理结果/（二）不予公开/1.属于秘密",
    "二、办理结果/（二）不予公开/2.其他",
)


def cells_of(text: str, paths: tuple[str, ...], heads: tuple[str, ...], first_column: int) -> Any:
    """Return rows of `cells` for the numbers at the end of lines."""
    cells = []
    offset = 0
    lines = [line for line in text.split("\n") if line.rsplit("\t", 1)[-1].isdigit()]
    for line, path in zip(lines, paths, strict=True):
        start = text.index(line, offset)
        words = line.split("\t")
        for n, head in enumerate(heads):
            before = "\t".join(words[: len(words) - len(heads) + n])
            begin = start + len(before) + bool(before)
            about = {"row_path": path, "column_path": head, "column_number": first_column + n}
            cells.append({**about, "char_start": begin, "char_end": begin + len(words[len(words) - len(heads) + n])})
        offset = start
    return cells


def layout(text: str, lines: tuple[TextTableLine, ...]) -> list[list[tuple[str, int, int]]]:
    """Return each word of the table lines with its column and the number of columns it spans."""
    return [[(text[word.start : word.end], word.column, word.n_columns) for word in line.words] for line in lines]


def test_headings_span_their_columns_and_labels_are_indented_by_depth() -> None:
    """A form with merged headings and nested row labels is laid out as printed."""
    (table,) = find_tables(FORM, cells_of(FORM, PATHS, HEADS, 4)).values()
    assert layout(FORM, table) == [
        [("（说明）", 1, 3), ("申请人情况", 4, 4)],
        [("自然人", 4, 1), ("法人", 5, 2), ("总计", 7, 1)],
        [("企业", 5, 1), ("其他", 6, 1)],
        [("一、新收数量", 1, 3), ("12", 4, 1), ("3", 5, 1), ("0", 6, 1), ("15", 7, 1)],
        [("二、办理结果", 1, 1), ("（一）予以公开", 2, 2), ("9", 4, 1), ("2", 5, 1), ("0", 6, 1), ("11", 7, 1)],
        [("（二）不予公开", 2, 1), ("1.属于秘密", 3, 1), ("3", 4, 1), ("1", 5, 1), ("0", 6, 1), ("4", 7, 1)],
        [("2.其他", 3, 1), ("0", 4, 1), ("0", 5, 1), ("0", 6, 1), ("0", 7, 1)],
    ]


def test_equal_headings_on_one_line_take_successive_columns() -> None:
    """Headings of the same wording are assigned to their columns from left to right."""
    text = "行政复议\t\t行政诉讼\n维持\t纠正\t未经复议\n维持\t纠正\n1\t2\t3\t4\n"
    heads = ("行政复议/维持", "行政复议/纠正", "行政诉讼/未经复议/维持", "行政诉讼/未经复议/纠正")
    (table,) = find_tables(text, cells_of(text, ("",), heads, 1)).values()
    assert layout(text, table)[:3] == [
        [("行政复议", 1, 2), ("行政诉讼", 3, 2)],
        [("维持", 1, 1), ("纠正", 2, 1), ("未经复议", 3, 2)],
        [("维持", 3, 1), ("纠正", 4, 1)],
    ]


def test_a_heading_of_one_word_above_the_table_belongs_to_it() -> None:
    """A clause heading alone on its line above a small table becomes part of the table."""
    text = "二、公开\n第二十条第（一）项\n内容\t制发件数\n规章\t2\n第二十条第（五）项\n内容\t决定数量\n许可\t7\n完"
    first = cells_of("规章\t2", ("规章",), ("第二十条第（一）项/制发件数",), 2)
    second = cells_of("许可\t7", ("许可",), ("第二十条第（五）项/决定数量",), 2)
    cells: Any = [{**row, "char_start": text.index("规章") + 3} for row in first]
    cells += [{**row, "char_start": text.index("许可") + 3} for row in second]
    (table,) = find_tables(text, cells).values()
    assert [line[0][0] for line in layout(text, table)] == [
        *("第二十条第（一）项", "内容", "规章", "第二十条第（五）项", "内容", "许可")
    ]


def test_tabbed_lines_outside_a_form_are_a_plain_table() -> None:
    """Lines with tabs that belong to no form are shown as a simple table."""
    text = "见下表。\n指标\t目标\n生产总值\t6%\n完。"
    assert [layout(text, table) for table in find_tables(text, []).values()] == [
        [[("指标", 1, 1), ("目标", 2, 1)], [("生产总值", 1, 1), ("6%", 2, 1)]]
    ]


def test_merged_headings_with_unknown_columns_span_the_whole_table() -> None:
    """A heading line that has fewer cells than the table is shown across its full width."""
    text = "年份\t行政复议\t备注\n申请\t受理\n2022年\t197\t173\t新口径\n2023年\t241\t214\n完。"
    assert [layout(text, table) for table in find_tables(text, []).values()] == [
        [
            [("年份\t行政复议\t备注", 1, 4)],
            [("申请\t受理", 1, 4)],
            [("2022年", 1, 1), ("197", 2, 1), ("173", 3, 1), ("新口径", 4, 1)],
            [("2023年", 1, 1), ("241", 2, 1), ("214", 3, 1)],
        ]
    ]


def test_no_word_of_a_table_is_lost_and_its_numbers_are_marked() -> None:
    """Every word of the form appears in the output, and each of its cells is marked as a number."""
    cells = cells_of(FORM, PATHS, HEADS, 4)
    numbers: Any = [
        {"char_start": row["char_start"], "char_end": row["char_end"], "sentence": "", "quote": ""} for row in cells
    ]
    words, marked = [], 0
    for paragraph in annotate(FORM, numbers, [], [], cells):
        fragments = [fragment for segment in paragraph.segments for fragment in segment.fragments]
        fragments += [fragment for row in paragraph.rows for cell in row.cells for fragment in cell.fragments]
        words += [fragment.text for fragment in fragments]
        marked += sum(fragment.is_data for fragment in fragments)
    assert "".join(words) == FORM.replace("\n", "").replace("\t", "")
    assert marked == len(cells)
