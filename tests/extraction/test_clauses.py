"""How a sentence is cut around its numbers: the words before and behind each, and how the numbers are joined."""

from __future__ import annotations

import pytest

from nianbao.extraction.numbers.finder import find_quantities
from nianbao.extraction.numbers.quantity import plain_text
from nianbao.extraction.syntax.clauses import ADJACENT, CLAUSE, ITEM, RATIO, RISEN, NumberContext, Span, cut_sentence


def cut(text: str) -> tuple[str, list[NumberContext]]:
    plain = plain_text(text)
    return plain, cut_sentence(plain, 0, len(plain), find_quantities(plain)[0])


def words(plain: str, span: Span | None) -> str:
    return "" if span is None else plain[slice(*span)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("新建学校5所，招生800人", [("新建学校", "", CLAUSE), ("招生", "", CLAUSE)]),
        ("新建学校5所、公园3个", [("新建学校", "", CLAUSE), ("公园", "", ITEM)]),
        ("5所学校和3个公园", [("", "学校", CLAUSE), ("", "公园", ITEM)]),
        ("分别增长8%、6%和5%", [("分别增长", "", CLAUSE), ("", "", ITEM), ("", "", ITEM)]),
        ("由22家增至29家", [("由", "", CLAUSE), ("", "", RISEN)]),
        ("签约31个100亿元", [("签约", "", CLAUSE), ("", "", ADJACENT)]),
        ("占比为3.1∶45.2", [("占比为", "", CLAUSE), ("", "", RATIO)]),
        ("《规划》、“三率”等印发30份", [("《规划》、“三率”等印发", "", CLAUSE)]),
    ],
)
def test_words_around_and_joints(text: str, rows: list[tuple[str, str, str]]) -> None:
    plain, slots = cut(text)
    assert [(words(plain, slot.head), words(plain, slot.tail), slot.join) for slot in slots] == rows


def test_a_clause_without_a_number_is_what_the_next_speaks_of() -> None:
    plain, (slot,) = cut("全年安排投资，新建5所")
    assert words(plain, slot.topic) == "全年安排投资"
    assert words(plain, slot.head) == "新建"


def test_an_adverb_alone_is_no_topic() -> None:
    _, (slot,) = cut("2023年，新建5所")
    assert slot.topic is None


def test_a_semicolon_begins_afresh() -> None:
    _, slots = cut("新增8家，注销1家；减少2家")
    assert [slot.fresh for slot in slots] == [True, False, True]


def test_what_stands_in_brackets_belongs_to_the_number_before_them() -> None:
    _, slots = cut("收到案件103宗（正职转送，告知10宗），办结90宗")
    assert [(slot.depth, slot.parent) for slot in slots] == [(0, None), (1, 0), (0, None)]
