"""`Document -> Extraction`: the numbers of a report with what they measure; the one way through this stage."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from nianbao.documents.model import Document, Metadata
from nianbao.extraction.forms.cells import Cells, read_cells
from nianbao.extraction.model import Extraction, Observation, Unmatched
from nianbao.extraction.numbers.finder import find_quantities
from nianbao.extraction.numbers.quantity import ExcludedNumber, Quantity, plain_text
from nianbao.extraction.observation_builder import build_observations
from nianbao.extraction.subjects.reader import Sentence
from nianbao.extraction.subjects.readings import Topic
from nianbao.extraction.syntax.rules import Grammar, load_grammar
from nianbao.extraction.syntax.tokens import NO_TOKENS, Token, excluded_token, number_token, tokenize
from nianbao.extraction.syntax.types import SIGNS
from nianbao.extraction.tables.cell_times import Times
from nianbao.extraction.tables.reader import Tables, read_tables
from nianbao.extraction.time.adverbs import Years
from nianbao.extraction.time.scope import GLOSSARY, Passage, find_passages, is_work_report, passage_at, section_roles
from nianbao.extraction.time.years import GOALS, SentenceContext

_SENTENCE_END = re.compile(r"[。！？\n]")
_CLAUSE = re.compile(r"[^，,；;(“\"]*[，,；;]")  # without brackets and names, which may hold a comma
_CLAUSES_BEFORE = 2
_FRAMING = ("方面，", "方面,")
_MONEY = SIGNS["money"]


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
    numbers = _find_numbers(document)
    observations: list[Observation] = []
    unmatched: list[Unmatched] = []
    for number in numbers.excluded:
        start, end = _sentence_around(numbers.boundaries, number.start)
        unmatched.append(Unmatched(number.start, number.end, number.reason, start, min(end + 1, len(text))))
    for sentence, place, inside in _read_sentences(numbers, grammar or load_grammar()):
        build_observations(text, numbers.plain, sentence.readings, place, observations, unmatched)
        if len(sentence.readings) < len(inside):
            reason = "glossary" if place.passage.role == GLOSSARY else "no_subject"
            left = _unread(sentence, inside)
            unmatched += [Unmatched(q.digits, q.end, reason, place.start, place.end) for q in left]
    for cells in (numbers.form, numbers.places.tables):
        observations += cells.observations
        unmatched += cells.unmatched
    observations.sort(key=itemgetter(0))
    unmatched.sort(key=itemgetter(0))
    roles = numbers.places.section_roles(document)
    return Extraction(tuple(observations), tuple(unmatched), numbers.form.cells, roles)


def read_sentences(document: Document, grammar: Grammar | None = None) -> Iterator[tuple[Sentence, SentenceContext]]:
    """Yield every sentence that has a number, with its tokens and readings, to explain them."""
    for sentence, place, _ in _read_sentences(_find_numbers(document), grammar or load_grammar()):
        yield sentence, place


class _Numbers(NamedTuple):
    """The numbers of a document outside the cells that are read as cells, as tokens in order, and where they stand."""

    plain: str
    boundaries: list[int]  # the ends of the sentences
    tokens: list[Token]
    excluded: list[ExcludedNumber]
    form: Cells
    places: _Places


def _find_numbers(document: Document) -> _Numbers:
    plain = plain_text(document.text)
    form = read_cells(document)
    places = _Places(document, plain, form.spans)
    quantities, excluded = _outside(_cells(form, places.tables), *find_quantities(plain))
    boundaries = [match.start() for match in _SENTENCE_END.finditer(plain)]
    return _Numbers(plain, [*boundaries, len(plain)], _tokens_of(plain, quantities, excluded), excluded, form, places)


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


def _read_sentences(numbers: _Numbers, grammar: Grammar) -> Iterator[tuple[Sentence, SentenceContext, Sequence[Token]]]:
    """Read the sentences in turn, each with what the one before in its paragraph spoke of."""
    plain = numbers.plain
    carried: Topic | None = None
    case: Topic | None = None
    paragraph_end = -1
    for start, end, inside in _sentences(numbers.boundaries, numbers.tokens):
        if start > paragraph_end:
            carried = case = None
            newline = plain.find("\n", start)
            paragraph_end = newline if newline >= 0 else len(plain)
        place = numbers.places.place(start, end)
        if place.passage.role == GLOSSARY:
            sentence = Sentence(plain, NO_TOKENS, carried, case)
        else:
            sentence = Sentence(
                plain, tokenize(plain, *_clauses_around(plain, start, end, inside), inside), carried, case
            )
            sentence.read(grammar)
            carried, case = sentence.carried()
        yield sentence, place, inside


def _clauses_around(plain: str, start: int, end: int, inside: Sequence[Token]) -> tuple[int, int]:
    """Return the span of the clauses that bear on the numbers: two before that of the first, one behind money."""
    numbers = [token for token in inside if token.data is not None]
    first, last = numbers[0].start, numbers[-1].end
    behind = _CLAUSE.match(plain, last, end)
    if behind and numbers[-1].sign == _MONEY:
        behind = _CLAUSE.match(plain, behind.end(), end)  # 投资3亿元，实施茶园工程: what the money is for
    begins = [start]
    while clause := _CLAUSE.match(plain, begins[-1], first):
        begins.append(clause.end())
    framed = len(begins) > 1 and plain.endswith(_FRAMING, start, begins[1])  # 茶园方面，…，…，产量达到3亿斤
    begin = start if framed else begins[-1 - _CLAUSES_BEFORE :][0]
    return begin, behind.end() if behind else end


class _Places:
    """What holds for each sentence of a document: its passage, its years, and the cells that contain it."""

    def __init__(self, document: Document, plain: str, form_spans: Sequence[tuple[int, int]]) -> None:
        self._about = document.metadata
        self._plain = plain
        self._passages = find_passages(document, plain)
        self._starts = [passage.start for passage in self._passages]
        self._this_year = _this_year(document.metadata)
        times = Times(document.metadata.report_year, self._this_year, self._passage)
        self.tables = read_tables(document, times, form_spans)
        self._tabular = "\t" in plain

    def section_roles(self, document: Document) -> tuple[str, ...]:
        """Return the roles of the sections of the document."""
        return section_roles(document.sections, self._passages, self._plain)

    def _passage(self, offset: int) -> Passage:
        return passage_at(self._passages, self._starts, offset)

    def place(self, start: int, end: int) -> SentenceContext:
        listed = self._plain.find("：", start, end) >= 0 or self._plain.find(":", start, end) >= 0
        goals = GOALS.search(self._plain, start, end) if listed else None
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


def _sentences(boundaries: Sequence[int], tokens: Sequence[Token]) -> Iterator[tuple[int, int, Sequence[Token]]]:
    """Yield the sentences that have a quantity, with their numbers."""
    index = 0
    while index < len(tokens):
        first = tokens[index]
        start, end = _sentence_around(boundaries, first.data.digits if first.data else first.start)
        behind, has_quantity = index + 1, first.data is not None
        while behind < len(tokens) and tokens[behind].start < end:
            has_quantity = has_quantity or tokens[behind].data is not None
            behind += 1
        inside = tokens[index:behind]
        index = behind
        if has_quantity:
            yield start, end, inside


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
