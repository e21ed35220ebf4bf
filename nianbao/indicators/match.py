"""The rules that match one observation to an indicator; deterministic, and without guesses.

An observation has an indicator if a wording occurs in its subject, its unit and kind fit, and the rest of the subject
consists of neutral words (`wording.yaml`) and words that the indicator allows. Any other rest (前海, 民营企业, 占全市)
means that something else is measured, and the observation has no indicator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from nianbao.indicators.catalog import Catalog, Indicator, Scope, Wording
from nianbao.indicators.heads import Heads
from nianbao.indicators.subject import (
    is_listed_as_done,
    is_object,
    is_of_another,
    is_planned_number,
    lead_of,
    listed_as_new,
    new_verb,
    scope_of,
    subjects_of,
)
from nianbao.indicators.types import BY_FORM, BY_HAND, Match, indicator_of
from nianbao.indicators.wording import Language
from schemas.families import Family
from schemas.rows import ObservationRow
from schemas.vocabulary import NATURES

INHERITED_SCORE = 0.7
PART_SCORE = 0.75
# Of a match by act and head noun.
HEAD_SCORE = 0.8
_LEAST_SCORE = 0.8
# What was built or gained so far is how many there are.
_BUILT, _TOTAL = ("new", "gained", "finished"), "total"
_STATES = ("total", "start", "arrival")
# How many subjects a matcher caches: those of several hundred reports, so that memory does not grow with all of them.
_CACHE_SIZE = 40_000
_CHANGES = frozenset({"change_pct", "change_abs", "change_pp"})
# 总部企业增加值 is a value, not 总部企业 that 增加.
_VALUE_ADDED = "增加值"
_PARTS = re.compile(r".+?(?:省|自治区|自治州|地区|市|盟|州|区|县|旗)")
_AND_ABOVE = re.compile("及?以上")
_RATE_OF_GROWTH = re.compile("(?<!自然)(?:增速|增幅|增长速度|增长率|涨幅|降幅)$")
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|新区|省|市|区|县|旗|盟|州)$")


@dataclass(frozen=True, slots=True)
class _Claim:
    """A wording of an indicator in the index; `weight` is the number of its characters."""

    indicator: Indicator
    wording: Wording
    weight: int
    has_one_term: bool


class Matcher:
    """An index over a catalog that finds the candidates for a subject by its words."""

    def __init__(self, catalog: Catalog) -> None:
        """Build the index."""
        self._catalog = catalog
        self._language = catalog.language
        claims: dict[str, list[_Claim]] = {}
        for indicator in catalog.indicators.values():
            for wording in () if indicator.noun else indicator.wordings:
                claim = _Claim(indicator, wording, sum(map(len, wording.terms)), len(wording.terms) == 1)
                claims.setdefault(wording.terms[0], []).append(claim)
        self._by_pair = _by_pair(claims)
        self._heads = Heads(catalog.nouns, catalog.acts, catalog.language)
        self._allowed = {i.id: _Words(_allowed(i, self._language)) for i in catalog.indicators.values()}
        self._neutral = {
            (nature, is_change): _Words(_neutral(self._language, nature, is_change))
            for nature in NATURES
            for is_change in (False, True)
        }
        self._totals = {
            noun.indicators[act]: noun.indicators[_TOTAL]
            for noun in catalog.nouns
            for act in _BUILT
            if act in noun.indicators and _TOTAL in noun.indicators
        }
        # The same subjects recur in report after report.
        cached = lru_cache(_CACHE_SIZE)
        self._plain = cached(self._language.normalise)
        self._found = cached(self._match_text)
        self._own_names = cached(self._names_of)
        self._own_words = cached(_Words)
        self._is_bare = cached(self._counts_bare_noun)

    def match(self, row: ObservationRow, before: ObservationRow | None = None) -> Match | None:
        """Return the match of one row of `observations`, if any. `before` is the row before it in the report."""
        if row["quote"].startswith("翻") and _RATE_OF_GROWTH.search(row["subject"] or ""):
            return None  # 生产总值年均增速翻一番: the rate doubles, and not the figure
        scope = scope_of(row, before)
        whole, *parts = [self._match_subject(subject, scope, row) for subject in subjects_of(row, before)]
        if self.is_stock(whole) and row["kind"] == "level" and (new := listed_as_new(row)):
            whole = self._match_subject(f"{new}{row['subject']}", scope, row)
            if self.is_stock(whole):
                return None
        if self.is_stock(whole) and row["kind"] == "level" and is_listed_as_done(row):
            return None
        if whole is not None and row["kind"] == "level" and is_planned_number(row):
            return None
        whole = self._in_all(whole, row)
        by_head = whole is not None and whole.score == HEAD_SCORE
        is_level = by_head and row["kind"] == "level"
        if is_level and ((self.is_stock(whole) and is_object(row)) or is_of_another(row)):
            return None
        if (whole is not None and not by_head) or not parts or None in parts:
            return whole
        first, *others = [part for part in parts if part is not None]
        return replace(first, also=tuple(others))

    def _in_all(self, match: Match | None, row: ObservationRow) -> Match | None:
        """Return the match of all that there are (累计建成基站, 已开通线路增至8条) where the catalog counts them."""
        if match is None or match.score != HEAD_SCORE or row["stated_as"] not in _STATES or row["kind"] != "level":
            return match
        total = self._totals.get(match.indicator_id)
        return match if total is None else replace(match, indicator_id=total)

    def is_stock(self, match: Match | None) -> bool:
        """Return whether a match is of an indicator that counts what there is."""
        return match is not None and self._catalog[match.indicator_id].nature == "stock"

    def names_scope(self, match: Match) -> bool:
        """Return whether the catalog names the scope of a match; a part that only a subject names it does not."""
        return self._catalog.names_scope(match.indicator_id, match.scope)

    def is_of_topic(self, row: ObservationRow, match: Match) -> bool:
        """Return whether a bare noun (新开工9个项目) counts only what its sentence names: a topic, or examples."""
        if match.scope or not self._is_bare(row["subject"]):
            return False
        lead = lead_of(row)
        return lead.rstrip("前").endswith("等") or any(topic in lead for topic in self._language.topics)

    def _counts_bare_noun(self, subject: str) -> bool:
        return self._heads.split(self._plain(subject), ())[1] in self._language.bare_nouns

    def named(self, row: ObservationRow) -> Match:
        """Return the match of a row that a correction has named, or that is a cell of a form."""
        indicator = self._catalog[indicator_of(row)]
        score = row["match_score"]
        if row["match_method"] in BY_FORM and score is not None:
            return Match(indicator.id, "", score, row["match_method"])
        return Match(indicator.id, self._scope(self.normalise(row["subject"] or ""), indicator), 1.0, BY_HAND)

    def is_general(self, subject: str, indicator_id: str) -> bool | None:
        """Return whether a subject has a general wording of an indicator and no exact one; None if it has none such."""
        indicator = self._catalog[indicator_id]
        if not indicator.general:
            return None
        text = self._plain(subject)
        exact = (w.terms for w in indicator.wordings if len(w.terms) > 1 or w.terms[0] not in indicator.general)
        return not any(all(term in text for term in terms) for terms in exact)

    def normalise(self, subject: str) -> str:
        """Return a subject in the form in which it is looked up."""
        return self._plain(subject)

    def is_own_area(self, area: str, row: ObservationRow) -> bool:
        """Return whether an area at the start of a subject is the row's own jurisdiction."""
        return area in self._own_names(row["jurisdiction_name"])[0]

    def _names_of(self, jurisdiction: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """Return the names of a jurisdiction, and their first characters."""
        names = tuple(name for name in dict.fromkeys(own_names(jurisdiction, self._language)) if name)
        return names, frozenset(name[0] for name in names)

    def _match_subject(self, subject: str, scope: str, row: ObservationRow) -> Match | None:
        text, scope = self._plain(subject), self._plain(scope) if scope else ""
        text = text if scope in text else scope + text
        # Only names of the jurisdiction that occur in the text are passed on, so that governments share cached results.
        names, signs = self._own_names(row["jurisdiction_name"])
        own = () if signs.isdisjoint(text) else tuple(name for name in names if name in text)
        return self._found(text, row["unit"] or "", row["kind"], own, row["family"])

    def _match_text(self, text: str, unit: str, kind: str, own: tuple[str, ...], family: str) -> Match | None:
        fitting = self._fitting(text, unit, kind)
        match = self._best(text, fitting, kind, own, family)
        if match is None and any(claim.indicator.part_of for claim, _ in fitting):
            match = self._part_after_whole(text, unit, kind, own, family)
        return match or self._by_head(text, unit, kind, own)

    def _by_head(self, text: str, unit: str, kind: str, own: tuple[str, ...]) -> Match | None:
        """Match the act and the head noun of a subject; the words before the noun are the scope."""
        if kind in ("rank", "ratio"):
            return None
        for found in self._heads.find(text, own):
            indicator = self._catalog[found.indicator_id]
            if _fit(indicator, unit, kind) is not None:
                return Match(indicator.id, found.part, HEAD_SCORE)
        return None

    def _part_after_whole(self, text: str, unit: str, kind: str, own: tuple[str, ...], family: str) -> Match | None:
        """Match a subject that names a whole and then the measured part: `进出口总额` + `出口` is 出口.

        A 新增 at the start of the whole applies to the part too.
        """
        for end in range(2, len(text) - 1):
            whole = self._half(text[:end], unit, kind, own, family)
            if whole is None:
                continue
            new, rest = new_verb(text[:end]), text[end:]
            part = self._half(new + rest if new and not new_verb(rest) else rest, unit, kind, own, family)
            if part is not None and whole.indicator_id in self._catalog[part.indicator_id].part_of:
                return replace(part, score=PART_SCORE)
        return None

    def _half(self, text: str, unit: str, kind: str, own: tuple[str, ...], family: str) -> Match | None:
        return self._best(text, self._fitting(text, unit, kind), kind, own, family)

    def _fitting(self, text: str, unit: str, kind: str) -> list[tuple[_Claim, int]]:
        """Return the wordings with all their terms in the text that suit unit and kind, and how well they match."""
        fits = ((claim, _fit(claim.indicator, unit, kind)) for claim in self._claims(text))
        return [(claim, fit) for claim, fit in fits if fit is not None]

    def _best(
        self, text: str, fitting: Sequence[tuple[_Claim, int]], kind: str, own: tuple[str, ...], family: str
    ) -> Match | None:
        """Return the indicator with the wording that covers most of the text; None if two cover equally much."""
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
        return Match(winner.indicator.id, self._scope(text, winner.indicator, own), round(score, 3))

    def _claims(self, text: str) -> list[_Claim]:
        """Return every wording with all its terms in the text; twice if its longest term occurs twice."""
        found: list[_Claim] = []
        by_pair, size = self._by_pair, len(text)
        for start in range(size - 1):
            same_pair = by_pair.get(text[start : start + 2])
            if same_pair is None:
                continue
            for length, words in same_pair:
                if start + length > size:
                    break  # the shortest come first
                claims = words.get(text[start : start + length])
                if claims is not None:
                    found += [c for c in claims if c.has_one_term or all(term in text for term in c.wording.terms)]
        return found

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
        return all(_covered(rest, words) for rest in text.split("\n") if rest)

    def _scope(self, text: str, indicator: Indicator, own: tuple[str, ...] = ()) -> str:
        """Return the parts of an indicator that a text names, or "" for the whole.

        The name of the own place is no part: the city's proposals are all those that a city deals with. A scope
        without a name lists words that mean the whole, although a part is among them.
        """
        named = _named_scopes(text, indicator.scopes, own) if indicator.scopes else ()
        if named:
            return "" if "" in named else "".join(named)
        for name, words in self._language.scopes.items():
            if any(word in text for word in words):
                return name
        return ""


def _named_scopes(text: str, scopes: Sequence[Scope], own: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes that a text names, in the order of the catalog; of words that overlap, the longest counts."""
    for name in own:
        text = text.replace(name, "\n") if len(name) > 1 else text
    found: dict[str, str] = {}
    for word, name in sorted(((w, s.name) for s in scopes for w in s.words), key=lambda item: -len(item[0])):
        start = text.find(word)
        if start >= 0:
            # 省级以上 is more than 省级.
            found[name] = f"{name}以上" if _AND_ABOVE.match(text, start + len(word)) and name.endswith("级") else name
            text = text.replace(word, "\n")
    names = (found[scope.name] for scope in scopes if scope.name in found and (not scope.name or scope.name not in own))
    return tuple(dict.fromkeys(names))


def _by_pair(claims: Mapping[str, list[_Claim]]) -> dict[str, list[tuple[int, dict[str, list[_Claim]]]]]:
    """Return claims by the first two characters of their longest term, then by its length, shortest first."""
    index: dict[str, dict[int, dict[str, list[_Claim]]]] = {}
    for word, same in claims.items():
        index.setdefault(word[:2], {}).setdefault(len(word), {})[word] = same
    return {pair: sorted(by_length.items()) for pair, by_length in index.items()}


class _Words:
    """A set of words, indexed by their first character."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            if word:
                self._by_first.setdefault(word[0], []).append(word)

    def ends(self, text: str, start: int) -> Iterable[int]:
        """Return the ends of the words that begin at `start`."""
        words = self._by_first.get(text[start])
        return [start + len(word) for word in words if text.startswith(word, start)] if words else ()


def _covered(text: str, lexicons: tuple[_Words, ...]) -> bool:
    """Return whether a text is a sequence of words of the lexicons and nothing else."""
    reached = [True] + [False] * len(text)
    for start in range(len(text)):
        if reached[start]:
            for words in lexicons:
                for end in words.ends(text, start):
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
    """Return the words that mean a report's whole jurisdiction: 全市 in a city's report, 宝安 in that of 宝安区.

    `深圳市宝安区` → 全区, 本区, 我区, …, 深圳市宝安区, 宝安区, 宝安
    """
    if jurisdiction in language.own_country or not jurisdiction:
        return list(language.own_country)
    last = jurisdiction
    while (part := _PARTS.match(last)) and part.end() < len(last):
        last = last[part.end() :]
    stem = _SUFFIX.sub("", last) if len(last) > 2 else ""
    names = [jurisdiction, last, stem, last[-1]]  # 区城镇登记失业率
    if last.endswith("区") and stem:
        # Many districts were a 新区 before, under the same name.
        names += [f"{stem}新区", "新区", "全新区"]
    return [name for name in names if name] + [area.replace("X", last[-1]) for area in language.own_area]


def _fit(indicator: Indicator, unit: str, kind: str) -> int | None:
    """Return how well unit and kind suit an indicator; None if they do not."""
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
    """Return the match of a change stated with a level: that of the level if both name the same noun.

    A share or ratio never inherits: 办结率 is not what 办结 counts. A level of another unit than its indicator's has
    none, and so has its change: 完成承包工程84.9亿美元 are no 工程 that were finished.
    """
    if row["kind"] not in _CHANGES or (own is not None and own.method == BY_HAND):
        return own
    if of_whole is None:
        return None if own is not None and own.score == HEAD_SCORE and row["subject"] == whole["subject"] else own
    if row["kind"] == "change_abs" and row["unit"] != whole["unit"]:
        return own  # 固定资产投资增长10%，提高4个位次
    subject, other = row["subject"] or "", whole["subject"] or ""
    if subject == other:
        return of_whole
    if (own is None or own.score == HEAD_SCORE) and (not subject or subject in other or other in subject):
        return replace(of_whole, score=min(of_whole.score, INHERITED_SCORE))
    return own
