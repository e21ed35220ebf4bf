"""Printed pages: raised footnote marks never change numbers, and radicals become ordinary characters."""

from __future__ import annotations

import pytest

from nianbao.documents.pdf.page_layout import Glyph, PrintedPage, read_pages


def printed(*parts: tuple[str, float, float]) -> list[str]:
    """Return the lines of a page with one line of parts: text, size and rise."""
    glyphs, x = [], 60.0
    for text, size, rise in parts:
        for char in text:
            width = size if char >= "\u2e80" else size / 2
            glyphs.append(Glyph(char, x, 400 + rise, x + width, 400 + rise + size, size))
            x += width
    return read_pages([PrintedPage(595, 842, glyphs, [])])


@pytest.mark.parametrize("mark", ["1", "12", "[1]", "①", "注1", "*", "（2）", "1,2", "※", "3"])
@pytest.mark.parametrize(
    ("before", "after"), [("地区生产总值", "1312.5亿元。"), ("受理案件", "123件。"), ("增长7.2", "%。")]
)
def test_a_raised_mark_in_print_is_not_part_of_a_number(before: str, after: str, mark: str) -> None:
    """A small raised mark on a printed page never becomes a digit of a number."""
    assert printed((before, 16, 0), (mark, 8, 7), (after, 16, 0)) == [before + after]


@pytest.mark.parametrize("exponent", ["2", "3"])
def test_an_exponent_in_print_stays(exponent: str) -> None:
    """A raised 2 or 3 after a unit of length stays in the text."""
    assert printed(("新增绿地4万m", 16, 0), (exponent, 8, 7), ("。", 16, 0)) == [f"新增绿地4万m{exponent}。"]


def test_an_index_in_print_stays() -> None:
    """A lowered index, as in CO2, stays in the text."""
    assert printed(("平均CO", 16, 0), ("2", 8, 1), ("浓度。", 16, 0)) == ["平均CO2浓度。"]


@pytest.mark.parametrize(
    ("printed_as", "ordinary"),
    [
        ("⽐上年增⻓7.2%", "比上年增长7.2%"),
        ("⼀百⼆⼗三件", "一百二十三件"),
        ("45平⽅公⾥", "45平方公里"),
        ("2300⼈次", "2300人次"),
        ("⾏政复议", "行政复议"),
        ("⻔户⽹站", "门户网站"),
        ("⻋辆⻚⾯", "车辆页面"),
        ("⾼⽔平", "高水平"),
        ("⽤⽔⽤电", "用水用电"),
        ("⺠⽣⼯程", "民生工程"),
    ],
)
def test_radicals_in_print_are_ordinary_characters(printed_as: str, ordinary: str) -> None:
    """Radicals in the text layer of a PDF become the ordinary characters."""
    assert printed((printed_as + "。", 16, 0)) == [ordinary + "。"]
