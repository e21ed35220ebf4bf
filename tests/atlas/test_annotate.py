"""A report's text with its numbers marked: nothing is lost, nothing is doubled."""

from __future__ import annotations

from typing import Any

import pytest

from nianbao.atlas.annotate import Paragraph, annotate
from nianbao.atlas.queries import Tables

TEXT = "一、主要工作\n全年办理120件。\n受理30宗，\n办结28宗。"


def observation(quote: str, sentence: str) -> dict[str, Any]:
    start = TEXT.index(quote)
    return {"char_start": start, "char_end": start + len(quote), "quote": quote, "sentence": sentence}


OBSERVATIONS = [
    observation("120件", "全年办理120件。"),
    observation("30宗", "受理30宗，\n办结28宗。"),
    observation("28宗", "受理30宗，\n办结28宗。"),
]
SECTION = {"char_start": 0, "char_end": len(TEXT), "path": "一", "level": 1, "heading": "主要工作"}


def plain(paragraph: Paragraph) -> str:
    return "".join(piece.text for stretch in paragraph.stretches for piece in stretch.pieces)


def test_lines_become_paragraphs_and_a_heading_its_level() -> None:
    paragraphs = list(annotate(TEXT, OBSERVATIONS, [], [SECTION]))
    assert [(plain(seen), seen.level) for seen in paragraphs] == [
        ("一、主要工作", 1),
        ("全年办理120件。", 0),
        ("受理30宗，", 0),
        ("办结28宗。", 0),
    ]


def test_a_number_stands_in_its_sentence() -> None:
    _, second, third, fourth = annotate(TEXT, OBSERVATIONS, [], [SECTION])
    for paragraph, quote in ((second, "120件"), (third, "30宗"), (fourth, "28宗")):
        (sentence,) = (seen for seen in paragraph.stretches if seen.is_sentence)
        assert [piece.text for piece in sentence.pieces if piece.number] == [quote]


def test_a_part_that_begins_within_a_line_is_no_heading() -> None:
    text = "（一）主动公开情况。全年公开信息120条，比上年多。"
    section = {"char_start": 0, "char_end": len(text), "path": "（一）", "level": 1, "heading": "主动公开情况"}
    (paragraph,) = annotate(text, [], [], [section])
    assert paragraph.level == 0


@pytest.mark.parametrize("n", range(3))
def test_the_pieces_are_the_text_and_every_number_is_one_piece(bundled_state: Any, n: int) -> None:
    tables = Tables(bundled_state)
    ids = sorted(row["report_id"] for row in tables.reports())[n::5]
    for _, text, rows in tables.of_reports(ids):
        paragraphs = list(annotate(text, rows["observations"], rows["unmatched"], rows["sections"]))
        assert [plain(seen) for seen in paragraphs] == [line for line in text.split("\n") if line.strip()]
        pieces = [
            piece for seen in paragraphs for stretch in seen.stretches for piece in stretch.pieces if piece.number
        ]
        shown = [piece for piece in pieces if not piece.continued]
        assert [piece.number["quote"] for piece in shown if piece.is_data and piece.number] == [
            row["quote"] for row in rows["observations"]
        ]
