"""`Document -> Extraction`: the numbers of a report with what they measure; the one way through this stage."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import itemgetter

from nianbao.documents.model import Document, Metadata
from nianbao.extraction.forms.cells import Cells, read_cells
from nianbao.extraction.model import Extraction, Observation, Unmatched
from nianbao.extraction.numbers.finder import find_quantities
from nianbao.extraction.numbers.quantity import ExcludedNumber, Quantity, plain_text
from nianbao.extraction.observation_builder import build_observations
from nianbao.extraction.subjects.reader import Sentence, Topic
from nianbao.extraction.syntax.rules import Grammar, load_grammar
from nianbao.extraction.syntax.tokens import NO_TOKENS, Token, excluded_token, number_token, tokenize
from nianbao.extraction.tables.reader import Tables, Times, read_tables
from nianbao.extraction.time.adverbs import Years
from nianbao.extraction.time.scope import GLOSSARY, Passage, find_passages, is_work_report, passage_at
from nianbao.extraction.time.years import GOALS, SentenceContext

_SENTENCE_END = re.compile(r"[。！？\n]")


def _this_year(about: Metadata) -> int | None:
    """Return the year that 今年 means: the year of publication, which for some reports is the year reviewed."""
    if about.report_year is None or (about.issued_on and about.issued_on.year == about.report_year):
        return about.report_year
    return about.report_year + is_work_report(about.family)


def extract_observations(document: Document, grammar: Grammar | None = None) -> Extraction:
    """Extract all numbers of a document: observations, and the rest with the reason why they measure nothing.

    Any text at all is accepted; a document without a report year gives observations without periods. `grammar` is that
    of the package unless another is given.
    """
    text = document.text
    plain = plain_text(text)
    form = read_cells(document)
    places = _Places(document, plain, form.spans)
    tables = places.tables
    quantities, excluded = _outside(_cells(form, tables), *find_quantities(plain))
    boundaries = [end - 1 for end in accumulate(len(sentence) + 1 for sentence in _SENTENCE_END.split(plain))]
    observations: list[Observation] = []
    unmatched: list[Unmatched] = []
    for number in excluded:
        start, end = _sentence_around(boundaries, number.start)
        unmatched.append(Unmatched(number.start, number.end, number.reason, start, min(end + 1, len(text))))
    tokens = _tokens_of(plain, quantities, excluded)
    for sentence, place, inside in _read_sentences(places, plain, boundaries, tokens, grammar or load_grammar()):
        build_observations(text, plain, sentence.readings, place, observations, unmatched)
        if len(sentence.readings) < len(inside) and _unread(sentence, inside):
            reason = "glossary" if place.passage.role == GLOSSARY else "no_subject"
            left = _unread(sentence, inside)
            unmatched += [Unmatched(q.digits, q.end, reason, place.start, place.end) for q in left]
    unmatched += (*form.unmatched, *tables.unmatched)
    unmatched.sort(key=lambda number: number.start)
    in_order = sorted([*observations, *form.observations, *tables.observations], key=lambda number: number.start)
    return Extraction(tuple(in_order), tuple(unmatched), form.cells)


def read_sentences(document: Document, grammar: Grammar | None = None) -> Iterator[tuple[Sentence, SentenceContext]]:
    """Yield every sentence that has a number, with its tokens and readings, to explain them."""
    plain = plain_text(document.text)
    boundaries = [end - 1 for end in accumulate(len(sentence) + 1 for sentence in _SENTENCE_END.split(plain))]
    form = read_cells(document)
    places = _Places(document, plain, form.spans)
    quantities, excluded = _outside(_cells(form, places.tables), *find_quantities(plain))
    tokens = _tokens_of(plain, quantities, excluded)
    for sentence, place, _ in _read_sentences(places, plain, boundaries, tokens, grammar or load_grammar()):
        yield sentence, place


def _cells(form: Cells, tables: Tables) -> Sequence[tuple[int, int]]:
    """Return the spans of all cells that are read as cells, in order."""
    return sorted([*form.spans, *tables.spans]) if tables.spans else form.spans


def _tokens_of(plain: str, quantities: Sequence[Quantity], excluded: Sequence[ExcludedNumber]) -> list[Token]:
    """Return the numbers as tokens in order; an excluded one in characters is left to the words that it is part of."""
    tokens = [*map(number_token, quantities), *(excluded_token(plain, n) for n in excluded if not n.in_words)]
    tokens.sort(key=itemgetter(1))
    return tokens


def _unread(sentence: Sentence, tokens: Sequence[Token]) -> list[Quantity]:
    """Return the quantities of a sentence that no rule has read."""
    read = {reading.quantity.digits for reading in sentence.readings}
    return [token.data for token in tokens if token.data is not None and token.data.digits not in read]


def _read_sentences(
    places: _Places, plain: str, boundaries: Sequence[int], tokens: Sequence[Token], grammar: Grammar
) -> Iterator[tuple[Sentence, SentenceContext, list[Token]]]:
    """Read the sentences in turn, each with what the one before in its paragraph spoke of."""
    carried: Topic | None = None
    case: Topic | None = None
    paragraph_end = -1
    for start, end, inside in _sentences(boundaries, tokens):
        if start > paragraph_end:
            carried = case = None
            newline = plain.find("\n", start)
            paragraph_end = newline if newline >= 0 else len(plain)
        place = places.place(start, end)
        glossary = place.passage.role == GLOSSARY
        sentence = Sentence(plain, NO_TOKENS if glossary else tokenize(plain, start, end, inside), carried, case)
        sentence.read(grammar)
        carried, case = sentence.topic_carried(), sentence.here.case
        carried, case = carried and carried._replace(level=None), case and case._replace(level=None)
        yield sentence, place, inside


class _Places:
    """What holds for each sentence of a document: its passage, its years, and the cells that it stands in."""

    def __init__(self, document: Document, plain: str, form_spans: Sequence[tuple[int, int]]) -> None:
        self._about = document.metadata
        self._plain = plain
        self._passages = find_passages(document, plain)
        self._starts = [passage.start for passage in self._passages]
        self._this_year = _this_year(document.metadata)
        times = Times(document.metadata.report_year, self._this_year, self._passage)
        self.tables = read_tables(document, times, form_spans)
        self._tabular = "\t" in plain

    def _passage(self, offset: int) -> Passage:
        return passage_at(self._passages, self._starts, offset)

    def place(self, start: int, end: int) -> SentenceContext:
        goals = GOALS.search(self._plain, start, end) if self._plain.find("目标", start, end) >= 0 else None
        passage = self._passage(start)
        return SentenceContext(
            start,
            min(end + 1, len(self._plain)),
            passage,
            Years(passage.first, passage.last),
            self._about.report_year,
            self._this_year,
            self._about.covers_from,
            goals.end() if goals else -1,
            self._tabular,
            self.tables.tasks,
        )


def _sentence_around(boundaries: Sequence[int], offset: int) -> tuple[int, int]:
    place = bisect_left(boundaries, offset)
    return (boundaries[place - 1] + 1 if place else 0), boundaries[place]


def _sentences(boundaries: Sequence[int], items: Sequence[Token]) -> list[tuple[int, int, list[Token]]]:
    """Return the sentences that have a quantity, with their numbers."""
    found = []
    index = 0
    while index < len(items):
        start, end = _sentence_around(boundaries, _first_digit(items[index]))
        last = index
        while last < len(items) and items[last].start < end:
            last += 1
        inside = list(items[index : max(last, index + 1)])
        index = max(last, index + 1)
        if any(item.data is not None for item in inside):
            found.append((start, end, inside))
    return found


def _first_digit(item: Token) -> int:
    return item.start if item.data is None else item.data.digits


def _outside(
    spans: Sequence[tuple[int, int]], quantities: list[Quantity], exclusions: list[ExcludedNumber]
) -> tuple[list[Quantity], list[ExcludedNumber]]:
    """Return the numbers outside the spans of form cells, which are sorted and do not overlap."""
    if not spans:
        return quantities, exclusions
    ends = [end for _, end in spans]

    def is_outside(start: int, end: int) -> bool:
        place = bisect_right(ends, start)
        return place == len(spans) or end <= spans[place][0]

    return (
        [number for number in quantities if is_outside(number.start, number.end)],
        [number for number in exclusions if is_outside(number.start, number.end)],
    )
