"""`Document -> Extraction`: the numbers of a report with what they measure; the one way through this stage."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from nianbao.documents.model import Document, Metadata
from nianbao.extraction.forms.cells import read_cells
from nianbao.extraction.model import Extraction, Observation, Unmatched
from nianbao.extraction.numbers.finder import find_quantities
from nianbao.extraction.numbers.quantity import ExcludedNumber, Quantity, plain_text
from nianbao.extraction.observation_builder import GOALS, SentenceContext, build_observations
from nianbao.extraction.subjects.resolver import resolve_subjects
from nianbao.extraction.syntax.clauses import cut_sentence
from nianbao.extraction.time.adverbs import Years
from nianbao.extraction.time.scope import find_passages, is_work_report, passage_at

_SENTENCE_END = re.compile(r"[。！？\n]")


def _this_year(about: Metadata) -> int | None:
    """What 今年 means in a report: the year in which it is given, which for some is the one that it reviews."""
    if about.report_year is None or (about.issued_on and about.issued_on.year == about.report_year):
        return about.report_year
    return about.report_year + is_work_report(about.family)


def extract_observations(document: Document) -> Extraction:
    """All numbers of a document: observations, and the rest with the reason why they measure nothing.

    Any text at all is accepted; a document without a report year gives observations without periods.
    """
    text = document.text
    plain = plain_text(text)
    form = read_cells(document)
    quantities, asides = _outside(form.spans, *find_quantities(plain))
    passages = find_passages(document, plain)
    starts = [passage.start for passage in passages]
    year = document.metadata.report_year
    this_year = _this_year(document.metadata)
    boundaries = [end - 1 for end in accumulate(len(sentence) + 1 for sentence in _SENTENCE_END.split(plain))]

    def sentence_around(offset: int) -> tuple[int, int]:
        place = bisect_left(boundaries, offset)
        return (boundaries[place - 1] + 1 if place else 0), boundaries[place]

    observations: list[Observation] = []
    unmatched: list[Unmatched] = []
    for aside in asides:
        start, end = sentence_around(aside.start)
        unmatched.append(Unmatched(aside.start, aside.end, aside.reason, start, min(end + 1, len(text))))
    carried = None
    paragraph_end = -1
    at = 0
    while at < len(quantities):
        start, end = sentence_around(quantities[at].digits)
        last = at
        while last < len(quantities) and quantities[last].digits < end:
            last += 1
        if start > paragraph_end:
            carried = None
            newline = plain.find("\n", start)
            paragraph_end = newline if newline >= 0 else len(plain)
        named, carried = resolve_subjects(plain, cut_sentence(plain, start, end, quantities[at:last]), carried)
        goals = GOALS.search(plain, start, end)
        passage = passage_at(passages, starts, start)
        years = Years(passage.first, passage.last)
        stop, goals_at = min(end + 1, len(text)), goals.end() if goals else None
        place = SentenceContext(start, stop, passage, years, year, this_year, document.metadata.covers_from, goals_at)
        build_observations(text, plain, named, place, observations, unmatched)
        at = last
    unmatched += form.unmatched
    unmatched.sort(key=lambda number: number.start)
    in_order = sorted([*observations, *form.observations], key=lambda number: number.start)
    return Extraction(tuple(in_order), tuple(unmatched), form.cells)


def _outside(
    spans: Sequence[tuple[int, int]], quantities: list[Quantity], asides: list[ExcludedNumber]
) -> tuple[list[Quantity], list[ExcludedNumber]]:
    """The numbers that touch none of the spans, which are in order and apart: what a form holds is read as that."""
    if not spans:
        return quantities, asides
    ends = [end for _, end in spans]

    def is_outside(start: int, end: int) -> bool:
        place = bisect_right(ends, start)
        return place == len(spans) or end <= spans[place][0]

    return (
        [seen for seen in quantities if is_outside(seen.start, seen.end)],
        [seen for seen in asides if is_outside(seen.start, seen.end)],
    )
