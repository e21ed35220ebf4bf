"""Which indicator an observation measures: rules only, the same answer every time, no guess.

An observation has an indicator when a wording stands in its subject, its unit and kind fit, and nothing is left of the
subject besides words that add nothing (`wording.yaml`) and words that the indicator allows. What is left over (前海,
民营企业, 占全市) says that something else is measured, and the observation stays without an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from nianbao.indicators.catalog import NATURES, Catalog, Indicator, Wording
from nianbao.indicators.subject import listed_as_new, new_verb, scope_of, subjects_of
from nianbao.indicators.types import BY_FORM, BY_HAND, Match, indicator_of
from nianbao.indicators.wording import Language
from schemas.families import Family
from schemas.rows import ObservationRow

INHERITED_SCORE = 0.7
PART_SCORE = 0.75
_LEAST_SCORE = 0.8
# How many subjects a matcher remembers: those of a few hundred reports, so that it does not grow with all there are.
_MOST_KNOWN = 20_000
_CHANGES = frozenset({"change_pct", "change_abs", "change_pp"})
# 总部企业增加值 is a value, not 总部企业 that 增加.
_VALUE_ADDED = "增加值"
_PARTS = re.compile(r".+?(?:省|自治区|自治州|地区|市|盟|州|区|县|旗)")
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|新区|省|市|区|县|旗|盟|州)$")


@dataclass(frozen=True, slots=True)
class _Claim:
    """A wording of an indicator, as the index holds it."""

    indicator: Indicator
    wording: Wording
    weight: int


class Matcher:
    """The index over a catalog: every subject is looked up by the words in it, not tried against every indicator."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._language = catalog.language
        claims: dict[str, list[_Claim]] = {}
        for indicator in catalog.indicators.values():
            for wording in indicator.wordings:
                claim = _Claim(indicator, wording, sum(map(len, wording.terms)))
                claims.setdefault(wording.terms[0], []).append(claim)
        self._by_pair = _by_pair(claims)
        self._allowed = {i.id: _Words(_allowed(i, self._language)) for i in catalog.indicators.values()}
        self._neutral = {
            (nature, is_change): _Words(_neutral(self._language, nature, is_change))
            for nature in NATURES
            for is_change in (False, True)
        }
        # The same words come back in report after report, of one government and of the next.
        remembered = lru_cache(_MOST_KNOWN)
        self._plain = remembered(self._language.normalise)
        self._found = remembered(self._match_text)
        self._own_names = remembered(self._names_of)
        self._own_words = remembered(_Words)

    def match(self, row: ObservationRow, before: ObservationRow | None = None) -> Match | None:
        """The indicator of one row of `observations`; None where there is none. `before` is the row before it."""
        scope = scope_of(row, before)
        new = listed_as_new(row) if row["kind"] == "level" else ""
        whole, *parts = [self._match_subject(subject, scope, row) for subject in subjects_of(row, before)]
        if new and whole is not None and self._catalog[whole.indicator_id].nature == "stock":
            whole = self._match_subject(f"{new}{row['subject']}", scope, row)
            if whole is not None and self._catalog[whole.indicator_id].nature == "stock":
                return None
        if whole is not None or not parts or None in parts:
            return whole
        first, *others = [part for part in parts if part is not None]
        return replace(first, also=tuple(others))

    def named(self, row: ObservationRow) -> Match:
        """Return the match of a row that a correction has named, or that is a cell of a form."""
        indicator = self._catalog[indicator_of(row)]
        score = row["match_score"]
        if row["match_method"] in BY_FORM and score is not None:
            return Match(indicator.id, "", score, row["match_method"])
        return Match(indicator.id, self._scope(self.normalise(row["subject"] or ""), indicator), 1.0, BY_HAND)

    def normalise(self, subject: str) -> str:
        """A subject as it is looked up."""
        return self._plain(subject)

    def is_own_area(self, area: str, row: ObservationRow) -> bool:
        """Whether an area at the head of a subject is the row's own jurisdiction."""
        return area in self._own_names(row["jurisdiction_name"])

    def _names_of(self, jurisdiction: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(own_names(jurisdiction, self._language)))

    def _match_subject(self, subject: str, scope: str, row: ObservationRow) -> Match | None:
        text, scope = self._plain(subject), self._plain(scope) if scope else ""
        text = text if scope in text else scope + text
        # Of the jurisdiction only the names that are said matter, so that others' reports can be answered from here.
        own = tuple(name for name in self._own_names(row["jurisdiction_name"]) if name and name in text)
        return self._found(text, row["unit"] or "", row["kind"], own, row["family"])

    def _match_text(self, text: str, unit: str, kind: str, own: tuple[str, ...], family: str) -> Match | None:
        fitting = self._fitting(text, unit, kind)
        match = self._best(text, fitting, kind, own, family)
        if match is not None or not any(claim.indicator.part_of for claim, _ in fitting):
            return match
        return self._part_after_whole(text, unit, kind, own, family)

    def _part_after_whole(self, text: str, unit: str, kind: str, own: tuple[str, ...], family: str) -> Match | None:
        """A subject that names its whole and then the part that is measured: `进出口总额` + `出口` is 出口.

        A whole that begins with 新增 lends that to the part.
        """
        for at in range(2, len(text) - 1):
            whole = self._half(text[:at], unit, kind, own, family)
            if whole is None:
                continue
            new = new_verb(text[:at])
            part = self._half(
                new + text[at:] if new and not new_verb(text[at:]) else text[at:], unit, kind, own, family
            )
            if part is not None and whole.indicator_id in self._catalog[part.indicator_id].part_of:
                return replace(part, score=PART_SCORE)
        return None

    def _half(self, text: str, unit: str, kind: str, own: tuple[str, ...], family: str) -> Match | None:
        return self._best(text, self._fitting(text, unit, kind), kind, own, family)

    def _fitting(self, text: str, unit: str, kind: str) -> list[tuple[_Claim, int]]:
        """Every wording all of whose words stand in the text and whose indicator unit and kind suit, and how well."""
        fits = ((claim, _fit(claim.indicator, unit, kind)) for claim in self._claims(text))
        return [(claim, fit) for claim, fit in fits if fit is not None]

    def _best(
        self, text: str, fitting: Sequence[tuple[_Claim, int]], kind: str, own: tuple[str, ...], family: str
    ) -> Match | None:
        """The indicator whose words cover most of the text; None where two do so equally."""
        ranked: list[tuple[tuple[int, int, int, int], _Claim]] = []
        for claim, fit in fitting:
            if self._leaves_nothing(text, claim, kind in _CHANGES, own):
                own_family = int(claim.indicator.family == family)
                ranked.append(((claim.weight, fit, own_family, -len(claim.wording.terms)), claim))
        if not ranked:
            return None
        highest = max(rank for rank, _ in ranked)
        winners = [claim for rank, claim in ranked if rank == highest]
        winner = winners[0]
        if any(claim.indicator is not winner.indicator for claim in winners):
            return None
        score = _LEAST_SCORE + (1 - _LEAST_SCORE) * min(1.0, winner.weight / max(1, len(text)))
        return Match(winner.indicator.id, self._scope(text, winner.indicator), round(score, 3))

    def _claims(self, text: str) -> Iterator[_Claim]:
        """Every wording all of whose words stand in the text."""
        seen: set[str] = set()
        for at in range(len(text) - 1):
            for length, words in self._by_pair.get(text[at : at + 2], ()):
                word = text[at : at + length]
                if word in words and word not in seen:
                    seen.add(word)
                    for claim in words[word]:
                        if all(term in text for term in claim.wording.terms):
                            yield claim

    def _leaves_nothing(self, text: str, claim: _Claim, is_change: bool, own: tuple[str, ...]) -> bool:
        needs = claim.indicator.needs
        if needs and not any(word in text for word in needs):
            return False
        for term in claim.wording.terms:
            text = text.replace(term, "\n", 1)
        if any(word in text for word in claim.indicator.without):
            return False
        nature = claim.indicator.nature
        words = (self._allowed[claim.indicator.id], self._neutral[nature, is_change], self._own_words(own))
        if _VALUE_ADDED in text and _VALUE_ADDED not in claim.indicator.around:
            return False
        return all(_covered(piece, words) for piece in text.split("\n") if piece)

    def _scope(self, text: str, indicator: Indicator) -> str:
        for scope in indicator.scopes:
            if any(word in text for word in scope.words):
                return scope.name
        for name, words in self._language.scopes.items():
            if any(word in text for word in words):
                return name
        return ""


def _by_pair(claims: Mapping[str, list[_Claim]]) -> dict[str, list[tuple[int, dict[str, list[_Claim]]]]]:
    """Claims by the first two characters of their longest word, then by its length, the shortest first."""
    index: dict[str, dict[int, dict[str, list[_Claim]]]] = {}
    for word, same in claims.items():
        index.setdefault(word[:2], {}).setdefault(len(word), {})[word] = same
    return {pair: sorted(by_length.items()) for pair, by_length in index.items()}


class _Words:
    """A set of words, found by the characters that a text begins with."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            if word:
                self._by_first.setdefault(word[0], []).append(word)

    def ends(self, text: str, at: int) -> Iterable[int]:
        """Where the words that stand at `at` end."""
        return [at + len(word) for word in self._by_first.get(text[at], ()) if text.startswith(word, at)]


def _covered(text: str, lexicons: tuple[_Words, ...]) -> bool:
    """Whether a text is nothing but words of the lexicons, end to end."""
    reached = [True] + [False] * len(text)
    for at in range(len(text)):
        if reached[at]:
            for words in lexicons:
                for end in words.ends(text, at):
                    reached[end] = True
    return reached[-1]


def _allowed(indicator: Indicator, language: Language) -> list[str]:
    words = [*indicator.around, *indicator.needs]
    words += [word for scope in indicator.scopes for word in scope.words]
    if not indicator.scopes or Family(indicator.family).profile.any_scope:
        words += [word for scope in language.scopes.values() for word in scope]
    return words


def _neutral(language: Language, nature: str, is_change: bool) -> list[str]:
    words = [*language.area, *language.neutral]
    if is_change or nature == "rate":
        words += language.change
    if nature == "stock":
        return [*words, *language.cumulative]
    summed = set(language.cumulative) if nature == "flow" else set(language.cumulative) - {"总量", "总数"}
    return [word for word in words if word not in summed]


def own_names(jurisdiction: str, language: Language) -> list[str]:
    """The words by which a report means the whole of its own jurisdiction: 全市 in a city's report, 宝安 in 宝安区's.

    `深圳市宝安区` → 全区, 本区, 我区, …, 深圳市宝安区, 宝安区, 宝安
    """
    if jurisdiction in language.own_country or not jurisdiction:
        return list(language.own_country)
    last = jurisdiction
    while (part := _PARTS.match(last)) and part.end() < len(last):
        last = last[part.end() :]
    stem = _SUFFIX.sub("", last) if len(last) > 2 else ""
    names = [jurisdiction, last, stem]
    if last.endswith("区") and stem:
        # Many a district was a 新区 before, and its reports of then are its own.
        names += [f"{stem}新区", "新区", "全新区"]
    return [*names, *(area.replace("X", last[-1]) for area in language.own_area)]


def _fit(indicator: Indicator, unit: str, kind: str) -> int | None:
    """How well unit and kind suit an indicator; None where they do not."""
    measured = indicator.kind
    if kind == "change_pct":
        return {"change_pct": 3, "level": 2, "share": 1}.get(measured, 0)
    if kind == "change_pp":
        return {"share": 2, "change_pct": 1}.get(measured)
    if measured == "rank":
        return 3 if kind == "rank" else None
    if kind in ("ratio", "rank"):
        return {"level": 2, "share": 1, "change_pct": 0}.get(measured)
    if indicator.dimension_of(unit) is None:
        return None
    if kind == "change_abs":
        return 2 if measured == "level" else 1
    return 2


def inherited(row: ObservationRow, whole: ObservationRow, own: Match | None, of_whole: Match | None) -> Match | None:
    """The match of a change that is stated with a level: the level's, where both name the same thing.

    A share or ratio never inherits: 办结率 is not what 办结 counts.
    """
    if of_whole is None or row["kind"] not in _CHANGES or (own is not None and own.method == BY_HAND):
        return own
    subject, other = row["subject"] or "", whole["subject"] or ""
    if subject == other:
        return of_whole
    if own is None and (not subject or subject in other or other in subject):
        return replace(of_whole, score=min(of_whole.score, INHERITED_SCORE))
    return own
