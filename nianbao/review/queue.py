"""Collect what needs a person from the rows of published tables. Pure: the rows are read elsewhere."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nianbao.indicators.suggest import Kind, Suggestion
from nianbao.places.names import reporter_name
from nianbao.review.items import Item, ItemKind, Reading, Role, Wording
from schemas.rows import ComparisonRow, IndicatorRow, ObservationRow

# Characters around a quote that usually identify it in its report, and that a reader of the file recognises.
_BEFORE, _AFTER = 16, 8
_NO_INDICATOR = "—"


@dataclass(frozen=True, slots=True)
class PublishedRows:
    """Rows of the published tables that items are made of.

    Attributes:
        observations: By id, of all items.
        quotes: The sentences of each report and quote, for every observation of the report.
        indicators: By id.
        source_urls: By report.
    """

    observations: Mapping[str, ObservationRow]
    quotes: Mapping[tuple[str, str], Sequence[str]]
    indicators: Mapping[str, IndicatorRow]
    source_urls: Mapping[str, str]


def comparison_items(rows: Iterable[ComparisonRow], published: PublishedRows) -> list[Item]:
    """Return comparisons that are `unlikely` or `contradicted`, the largest change first."""
    found = [(row, item) for row in rows if (item := _comparison(row, published)) is not None]
    found.sort(key=lambda pair: (list(ItemKind).index(pair[1].kind), -_size(pair[0]), pair[1].item_id))
    return [item for _, item in found]


def _comparison(row: ComparisonRow, published: PublishedRows) -> Item | None:
    if row["comparability"] not in (ItemKind.UNLIKELY, ItemKind.CONTRADICTED):
        return None
    kind = ItemKind(row["comparability"])
    ids = [(Role.VALUE, row["observation_id"]), (Role.PREVIOUS, row["previous_observation_id"])]
    if kind is ItemKind.CONTRADICTED:
        ids.append((Role.STATED_CHANGE, row["reported_change_observation_id"]))
    known = published.observations
    readings = tuple(_reading(role, known[i], published) for role, i in ids if i is not None and i in known)
    if not readings:
        return None
    name = f"{reporter_name(row['jurisdiction_name'], row['body_name'])} {row['year']}"
    zh, en = _indicator_names(row["indicator_id"], published)
    scope = f" {row['scope']}" if row["scope"] else ""
    note = row["comparability_note"] or ""
    key = (kind, row["observation_id"], row["previous_observation_id"])
    return Item(_id(*key), kind, f"{name} {zh}{scope}", f"{name} {en}{scope}", note, readings)


def _size(row: ComparisonRow) -> float:
    value, previous = row["value"], row["previous_value"]
    if value is None or previous is None or value <= 0 or previous <= 0:
        return math.inf
    return abs(math.log(value / previous))


def unsure_items(rows: Iterable[ObservationRow], published: PublishedRows) -> list[Item]:
    """Return observations of grade C that have an indicator, in the order of reports."""
    wanted = (row for row in rows if row["grade"] == "C" and row["indicator_id"] is not None)
    return [_one_reading(ItemKind.GRADE_C, row, published) for row in wanted]


def moved_items(moved: Mapping[str, str], published: PublishedRows) -> list[Item]:
    """Return observations whose indicator is another than in the version before, those that moved alike together.

    Args:
        moved: The indicator before, by observation.
        published: The rows after.
    """
    rows = [row for observation_id in moved if (row := published.observations.get(observation_id)) is not None]
    rows.sort(key=lambda row: (moved[row["observation_id"]], row["indicator_id"] or "", row["observation_id"]))
    return [_one_reading(ItemKind.MOVED, row, published, moved[row["observation_id"]]) for row in rows]


def _one_reading(kind: ItemKind, row: ObservationRow, published: PublishedRows, moved_from: str | None = None) -> Item:
    year = row["period_end"] or row["report_year"] or ""
    name = f"{reporter_name(row['jurisdiction_name'], row['body_name'])} {year}"
    zh, en = _indicator_names(row["indicator_id"], published)
    note = f"{moved_from} → {row['indicator_id'] or _NO_INDICATOR}" if moved_from is not None else ""
    key = (kind, row["observation_id"], moved_from or "", row["indicator_id"] or "")
    reading = _reading(Role.FIGURE, row, published)
    return Item(_id(*key), kind, f"{name} {zh}", f"{name} {en}", note, (reading,), moved_from)


def wording_items(suggestions: Iterable[Suggestion]) -> list[Item]:
    """Return proposals that extend what the catalog has: a wording of an indicator or an act of a noun."""
    items = []
    for suggestion in suggestions:
        if suggestion.kind is Kind.NOUN:
            continue
        of_indicator = suggestion.kind is Kind.WORDING
        acts = tuple(dict.fromkeys(act for act, _ in suggestion.acts))
        wording = Wording(
            id_key="id" if of_indicator else "noun",
            target=suggestion.target,
            list_key="wordings" if of_indicator else "acts",
            values=(suggestion.head, *_others(suggestion)) if of_indicator else acts,
            head=suggestion.head,
            examples=suggestion.evidence,
        )
        key = (ItemKind.WORDING, suggestion.kind, suggestion.target, suggestion.head, suggestion.unit)
        title = f"{suggestion.head} → {suggestion.target}"
        counts = f"{suggestion.n} observations, {suggestion.n_bodies} bodies"
        items.append(Item(_id(*key), ItemKind.WORDING, title, title, counts, wording=wording))
    return items


def _others(suggestion: Suggestion) -> tuple[str, ...]:
    return tuple(text for text, _ in suggestion.wordings if text != suggestion.head)


def _reading(role: Role, row: ObservationRow, published: PublishedRows) -> Reading:
    sentence = row["sentence"] or ""
    words, needs_place = identifying_words(row["quote"], sentence, published.quotes[row["report_id"], row["quote"]])
    return Reading(
        role=role,
        observation_id=row["observation_id"],
        report_id=row["report_id"],
        quote=row["quote"],
        sentence=sentence,
        char_start=row["char_start"],
        value=row["value"],
        unit=row["unit"] or "",
        subject=row["subject"] or "",
        scope=row["scope"] or "",
        indicator_id=row["indicator_id"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        grade=row["grade"],
        source_url=published.source_urls.get(row["report_id"], ""),
        words=words,
        needs_place=needs_place,
    )


def identifying_words(quote: str, sentence: str, sentences: Sequence[str]) -> tuple[str, bool]:
    """Return words of a sentence that tell its quote from equal ones of the report, and whether they are not enough.

    >>> identifying_words("32亿元", "市区财政收入32亿元。", ["市区财政收入32亿元。"])
    ('市区财政收入32亿元。', False)

    Args:
        quote: The characters of the number.
        sentence: The sentence that has them.
        sentences: The sentences of all observations of the report with this quote.
    """
    start = sentence.find(quote)
    near = sentence[max(0, start - _BEFORE) : start + len(quote) + _AFTER].strip() if start >= 0 else sentence
    for words in (near, sentence):
        if sum(words in other for other in sentences) <= 1:
            return words, False
    return near, True


def quotes_by_report(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    """Return the sentences of each report and quote, from rows of report, quote and sentence."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for report_id, quote, sentence in rows:
        found[report_id, quote].append(sentence)
    return dict(found)


def _indicator_names(indicator_id: str | None, published: PublishedRows) -> tuple[str, str]:
    row = published.indicators.get(indicator_id or "")
    return (row["name_zh"], row["name_en"]) if row is not None else (indicator_id or _NO_INDICATOR,) * 2


def _id(*parts: str | None) -> str:
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:12]
