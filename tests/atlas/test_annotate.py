"""Annotated text: no character is lost or doubled, and every number is marked once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from nianbao.atlas.annotate import Fragment, LinkedObservation, Paragraph, annotate
from nianbao.atlas.queries import Tables

TEXT = "一、主要工作\n全年办理120件。\n受理30宗，\n办结28宗。"


def observation(quote: str, sentence: str) -> Any:
    """Return an observation of a quote of `TEXT` with its offsets and its sentence."""
    start = TEXT.index(quote)
    return {"char_start": start, "char_end": start + len(quote), "quote": quote, "sentence": sentence}


OBSERVATIONS = [
    observation("120件", "全年办理120件。"),
    observation("30宗", "受理30宗，\n办结28宗。"),
    observation("28宗", "受理30宗，\n办结28宗。"),
]
SECTION: Any = {"char_start": 0, "char_end": len(TEXT), "path": "一", "level": 1, "heading": "主要工作"}


def fragments_of(paragraph: Paragraph) -> list[Fragment]:
    """Return the fragments of a paragraph, those in table cells first."""
    cells = [fragment for row in paragraph.rows for cell in row.cells for fragment in cell.fragments]
    return cells + [fragment for segment in paragraph.segments for fragment in segment.fragments]


def lines_of(paragraph: Paragraph) -> list[str]:
    """Return the line of the paragraph, or those of its table without the tabs between cells."""
    if not paragraph.rows:
        return [plain(paragraph)]
    return ["".join(part.text for cell in row.cells for part in cell.fragments) for row in paragraph.rows]


def plain(paragraph: Paragraph) -> str:
    """Return the text of a paragraph outside tables."""
    return "".join(fragment.text for segment in paragraph.segments for fragment in segment.fragments)


def test_each_line_is_a_paragraph_and_a_heading_has_its_level() -> None:
    """Every line of the text becomes a paragraph, and only the heading has a level above 0."""
    paragraphs = list(annotate(TEXT, OBSERVATIONS, [], [SECTION]))
    assert [(plain(paragraph), paragraph.level) for paragraph in paragraphs] == [
        ("一、主要工作", 1),
        ("全年办理120件。", 0),
        ("受理30宗，", 0),
        ("办结28宗。", 0),
    ]


def test_a_number_is_marked_within_its_sentence() -> None:
    """A reader sees each number marked inside its highlighted sentence, also when the sentence runs over two lines."""
    _, second, third, fourth = annotate(TEXT, OBSERVATIONS, [], [SECTION])
    for paragraph, quote in ((second, "120件"), (third, "30宗"), (fourth, "28宗")):
        (sentence,) = (segment for segment in paragraph.segments if segment.is_sentence)
        assert [fragment.text for fragment in sentence.fragments if fragment.number] == [quote]


def test_a_heading_within_running_text_has_no_level() -> None:
    """A heading that is followed by prose on the same line is shown as plain text, not as a heading."""
    text = "（一）主动公开情况。全年公开信息120条，比上年多。"
    section: Any = {"char_start": 0, "char_end": len(text), "path": "（一）", "level": 1, "heading": "主动公开情况"}
    (paragraph,) = annotate(text, [], [], [section])
    assert paragraph.level == 0


@pytest.mark.parametrize("n", range(3))
def test_the_fragments_are_the_text_and_every_observation_is_marked_once(bundled_version: Path, n: int) -> None:
    """In bundled reports, the fragments add up to the text, and each observation is marked once, in order."""
    tables = Tables(bundled_version)
    ids = sorted(row["report_id"] for row in tables.reports())[n::5]
    for _, rows in tables.by_report(ids):
        observations = cast("list[LinkedObservation]", rows.observations)
        paragraphs = list(annotate(rows.text, observations, rows.unmatched, rows.sections))
        lines = [line.replace("\t", "") for paragraph in paragraphs for line in lines_of(paragraph)]
        assert lines == [line.replace("\t", "") for line in rows.text.split("\n") if line.strip()]
        quotes = [
            fragment.number["quote"]
            for paragraph in paragraphs
            for fragment in fragments_of(paragraph)
            if fragment.number and fragment.is_data and not fragment.continued
        ]
        assert quotes == [row["quote"] for row in rows.observations]
