"""Suggest what the catalog lacks: subjects without an indicator, grouped by act, head and part, as entries to paste."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from nianbao.indicators.catalog import Catalog, Indicator
from nianbao.indicators.heads import Heads
from nianbao.indicators.match import own_names
from nianbao.indicators.units import Dimension, load_units
from schemas.rows import ObservationRow

_COUNTED = ("level", "share")
# How alike a wording must be to one of the catalog to belong to its indicator, and two heads to be one group.
_SAME_WORDING, _SIMILAR = 88.0, 82.0
_SHORTEST, _LONGEST = 3, 12
# A wording of the catalog inside a head: how long it must be, and how much may stand around it.
_SHORTEST_INSIDE, _LONGEST_REST = 4, 4
_EVIDENCE = 3
_TODO = "TODO"
# Two things with one number, a rest of a list, or a size instead of a name.
_NO_NAME = re.compile(
    r"[、，；和与及或0-9]|^[一二两三四五六七八九十几多各该其这此]|[的了等个名位家项件级]$|^.*级以上$|^(?:以上|以下|其中|全部|剩余|新|再|好|性|区|化|型|类|内|国家级$)"
    r"|(?:工作|规范|方面|领域|情况|任务|总数|总量)$"
)
# What is counted by itself, and never in money.
_INVESTED = "投资"
_COUNTED_ONE_BY_ONE = re.compile(r"(?:村|户|企业|项目|人|学校|医院|园区)$")


class Kind(StrEnum):
    """What a suggestion proposes to do."""

    WORDING = "wording"  # add a wording to an indicator
    ACT = "act"  # count a known noun by another act
    NOUN = "noun"  # count a new noun


@dataclass(frozen=True, slots=True)
class Evidence:
    """An occurrence of a wording."""

    report_id: str
    quote: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group of subjects: `n` observations of `n_bodies` bodies; `wordings` and `acts` with counts, frequent first.

    `target` is the indicator or noun to extend, "" for a new noun.
    """

    kind: Kind
    target: str
    head: str
    wordings: tuple[tuple[str, int], ...]
    acts: tuple[tuple[str, int], ...]
    unit: str
    dimension: str
    category: str
    measured: str
    n: int
    n_bodies: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject without an indicator, in its parts."""

    text: str
    act: str
    head: str
    row: ObservationRow


def suggest_indicators(
    rows: Iterable[ObservationRow], catalog: Catalog, *, at_least: int = 3, family: str | None = None
) -> list[Suggestion]:
    """Return what would give an indicator to subjects of at least `at_least` bodies, most bodies first.

    `rows` are matched rows of `observations`. Subjects are one group if they have the same head and unit, whatever was
    done; a head joins a more frequent one if they share most of their characters in order (rapidfuzz's ratio).
    """
    maker = _Maker(catalog)
    groups = maker.groups(row for row in rows if row["indicator_id"] is None and family in (None, row["family"]))
    found = (maker.suggestion(group) for group in groups)
    wanted = [suggestion for suggestion in found if suggestion is not None and suggestion.n_bodies >= at_least]
    ordered = sorted(wanted, key=lambda s: (-s.n_bodies, -s.n, s.head, s.unit))
    first = {_change_of(suggestion): suggestion for suggestion in reversed(ordered)}
    return [suggestion for suggestion in ordered if first[_change_of(suggestion)] is suggestion]


def _change_of(suggestion: Suggestion) -> tuple[str, ...]:
    """Return what a suggestion would change: two groups may need the same act of one noun."""
    if suggestion.kind is Kind.ACT:
        return (suggestion.target, *(act for act, _ in suggestion.acts))
    return (suggestion.kind, suggestion.target, suggestion.head, suggestion.unit)


class _Maker:
    """Groups subjects and finds where in the catalog they belong."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._language = catalog.language
        self._heads = Heads(catalog.nouns, catalog.acts, catalog.language)
        self._dimensions = load_units()
        self._nouns = {noun.id: noun for noun in catalog.nouns}
        self._known = {
            "".join(wording.terms): indicator
            for indicator in catalog.indicators.values()
            if not indicator.noun
            for wording in indicator.wordings
            if len(wording.terms) == 1
        }
        # The most usual dimension of each unit: the one that most indicators of the unit have.
        usual: dict[str, Counter[str]] = defaultdict(Counter)
        for indicator in catalog.indicators.values():
            usual[indicator.unit][indicator.dimensions[0].name] += 1
        self._usual = {unit: self._dimensions[names.most_common(1)[0][0]] for unit, names in usual.items()}
        self._by_pair: dict[str, Counter[str]] = defaultdict(Counter)
        for indicator in catalog.indicators.values():
            for wording in indicator.wordings:
                text = "".join(wording.terms)
                for pair in {text[n : n + 2] for n in range(len(text) - 1)}:
                    self._by_pair[pair][indicator.category] += 1

    def groups(self, rows: Iterable[ObservationRow]) -> list[list[_Subject]]:
        """Return the subjects by head and unit, alike heads together."""
        by_head: dict[tuple[str, str], list[_Subject]] = {}
        for subject in self._subjects(rows):
            by_head.setdefault((subject.head, self._unit(subject.row)), []).append(subject)
        leaders: dict[str, list[str]] = defaultdict(list)
        groups: dict[tuple[str, str], list[_Subject]] = {}
        for (head, unit), subjects in sorted(by_head.items(), key=lambda item: (-len(item[1]), item[0])):
            best = process.extractOne(head, leaders[unit], scorer=fuzz.ratio, score_cutoff=_SIMILAR)
            if best is None or best[0][-2:] != head[-2:]:
                leaders[unit].append(head)
                groups[head, unit] = subjects
            else:
                groups[best[0], unit] += subjects
        return list(groups.values())

    def _subjects(self, rows: Iterable[ObservationRow]) -> Iterator[_Subject]:
        for row in rows:
            text = self._language.normalise(row["subject"] or "")
            if row["kind"] not in _COUNTED or row["grade"] == "C" or not text:
                continue
            own = tuple(own_names(row["jurisdiction_name"], self._language))
            act, head = self._heads.split(text, own)
            if text.endswith(_INVESTED) and self._is_money(row["unit"] or ""):
                act, head = "", text  # an investment is an amount, and not what was done to something
            # A head of two characters is named only with an act, and if no noun of the catalog is as short.
            shortest = _SHORTEST - 1 if act and not self._heads.nouns_at_end(head) else _SHORTEST
            if shortest <= len(head) <= _LONGEST and not _NO_NAME.search(head) and self._language.is_part(head):
                yield _Subject(text, act, head, row)

    def _is_money(self, unit: str) -> bool:
        dimension = self._dimension(unit)
        return dimension is not None and dimension.name.startswith("money")

    def _unit(self, row: ObservationRow) -> str:
        """Return the canonical unit of a row, so that 个 and 座 of one thing are one group."""
        unit = row["unit"] or ""
        dimension = self._dimension(unit)
        return dimension.canonical if dimension is not None else unit

    def _dimension(self, unit: str) -> Dimension | None:
        """Return the most usual dimension of a printed unit."""
        if unit not in self._usual:
            held = (dimension for dimension in self._dimensions.values() if dimension.holds(unit))
            found = next(held, None)
            if found is None:
                return None
            self._usual[unit] = found
        return self._usual[unit]

    def suggestion(self, group: Sequence[_Subject]) -> Suggestion | None:
        """Return what to do for a group; None where its head is too general to be counted by itself."""
        head = Counter(subject.head for subject in group).most_common(1)[0][0]
        unit = Counter(subject.row["unit"] or "" for subject in group).most_common(1)[0][0]
        dimension = self._dimension(unit)
        if dimension is None:
            return None
        meant = (self._act(subject.act, unit) for subject in group if subject.act)
        acts = Counter(act for act in meant if act)
        if self._is_general(head, dimension) or head in self._known:
            return None
        if dimension.name.startswith("money") and _COUNTED_ONE_BY_ONE.search(head):
            return None
        kind, target = self._place(head, dimension, acts)
        if kind is Kind.ACT:
            # An act that few of the subjects name was perhaps done to something else.
            acts = Counter({act: n for act, n in acts.items() if n > len(group) / len(acts) / 2})
        if (kind is Kind.ACT and not acts) or (kind is Kind.WORDING and not self._can_match(target, group)):
            return None
        measured = group[0].row["kind"]
        if kind is Kind.NOUN and not acts and measured == "level" and not _is_amount(unit):
            return None  # a count without an act: neither what there is nor what was done
        first: dict[str, ObservationRow] = {}
        for subject in group:
            first.setdefault(subject.row["report_id"], subject.row)
        return Suggestion(
            kind,
            target,
            head,
            _counted(subject.text if kind is Kind.WORDING else subject.head for subject in group),
            tuple(sorted(acts.items(), key=lambda item: (-item[1], item[0]))),
            dimension.canonical,
            dimension.name,
            self._category(head),
            measured,
            len(group),
            len({(s.row["series_code"], s.row["body_id"]) for s in group}),
            tuple(Evidence(r["report_id"], r["quote"], r["sentence"]) for r in list(first.values())[:_EVIDENCE]),
        )

    def _can_match(self, target: str, group: Sequence[_Subject]) -> bool:
        """Return whether a subject of the group has a word that the indicator needs, if it needs one."""
        needs = self._catalog[target].needs
        return not needs or any(word in subject.text for subject in group for word in needs)

    def _act(self, word: str, unit: str) -> str:
        """Return the act that a word most likely means with a unit, if any: 完成 a road, but not an amount of money."""
        acts = self._heads.acts_of(word)
        wrong = ("reached", "spent") if not _is_amount(unit) else ()
        return next((act for act in acts if act not in wrong), "")

    def _is_general(self, head: str, dimension: Dimension) -> bool:
        """Return whether a head is a noun that is counted only with a part before it (年产值, 项目总投资, 面积)."""
        if head in self._language.part_not_alone or head in self._language.in_names:
            return True
        nouns = [self._nouns[noun_id] for noun_id in self._heads.nouns_at_end(head)]
        return any(
            noun.parts == "needed"
            and any(
                head.endswith(word) and head.removesuffix(word) in ("", *self._language.part_not_alone)
                for word in map(self._language.normalise, noun.words)
            )
            and any(dimension in self._catalog[i].dimensions for i in noun.indicators.values())
            for noun in nouns
        )

    def _place(self, head: str, dimension: Dimension, acts: Counter[str]) -> tuple[Kind, str]:
        """Return where a head belongs: to an indicator with an alike wording, to a known noun, or nowhere yet."""
        alike = [
            found[0]
            for found in process.extract(
                head, self._known.keys(), score_cutoff=_SAME_WORDING, limit=5, scorer=fuzz.ratio
            )
            if len(found[0]) <= len(head)  # 专项资金 is more than 专项债资金
        ]
        inside = (word for word in self._known if len(word) >= _SHORTEST_INSIDE and _is_said_by(word, head))
        alike += [word for word in inside if len(head) - len(word) <= _LONGEST_REST]
        for wording in alike:
            indicator = self._known[wording]
            if dimension.name in (d.name for d in indicator.dimensions) and _allows(indicator, head):
                return Kind.WORDING, indicator.id
        for noun_id in self._heads.nouns_at_end(head):
            noun = self._nouns[noun_id]
            fits = any(dimension in self._catalog[i].dimensions for i in noun.indicators.values())
            if fits and acts and not set(acts) & set(noun.indicators):
                return Kind.ACT, noun_id
        return Kind.NOUN, ""

    def _category(self, head: str) -> str:
        """Return the category whose wordings share most pairs of characters with a head, each by how telling it is."""
        votes: Counter[str] = Counter()
        for pair in {head[n : n + 2] for n in range(len(head) - 1)}:
            counts = self._by_pair.get(pair)
            if counts:
                total = counts.total()
                for category, n in counts.items():
                    votes[category] += n / total / total**0.5
        return votes.most_common(1)[0][0] if votes else _TODO


def _is_said_by(word: str, head: str) -> bool:
    """Return whether a head is a wording with more words in it (人大代表意见建议): a noun comes last."""
    signs = iter(head)
    return head[-2:] == word[-2:] and all(sign in signs for sign in word)


def _allows(indicator: Indicator, head: str) -> bool:
    return not any(word in head for word in indicator.without)


def _is_amount(unit: str) -> bool:
    """Return whether a unit measures, so that a figure needs no verb: 吨 and 公里, not 个."""
    return unit in ("元", "%", "％", "吨", "斤", "公斤", "立方米", "千瓦", "千瓦时", "美元", "度")


def _counted(texts: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0])))


def as_entry(suggestion: Suggestion) -> str:
    """Return a suggestion as text to paste into a topic of the catalog; `TODO` marks what a person must fill in."""
    evidence = [f"  #   {e.report_id}: {e.quote} in {_around(e)}" for e in suggestion.evidence]
    lines = [f"  # {suggestion.head}: {suggestion.n} observations of {suggestion.n_bodies} bodies", *evidence]
    words = ", ".join(_quoted(text) for text, _ in suggestion.wordings[:8])
    if suggestion.kind is Kind.WORDING:
        return "\n".join([*lines, f"  # add to `wordings` of {suggestion.target}: [{words}]"])
    acts = ", ".join(dict.fromkeys(act for act, _ in suggestion.acts[:3]))
    if suggestion.kind is Kind.ACT:
        return "\n".join([*lines, f"  # add to `acts` of the noun {suggestion.target}: [{acts}]"])
    share = ", kind: share, higher_is: TODO" if suggestion.measured == "share" else ""
    unit = f'"{suggestion.unit}"' if suggestion.unit in ("%", "") else suggestion.unit
    noun = (
        f"  - {{noun: {_TODO}, name_zh: {suggestion.head}, name_en: {_TODO}, category: {suggestion.category}, "
        f"words: [{words}], unit: {unit}, dimension: {suggestion.dimension}, acts: [{acts or 'any'}]{share}}}"
    )
    return "\n".join([*lines, noun])


def _around(evidence: Evidence, before: int = 24, after: int = 8) -> str:
    start = evidence.sentence.find(evidence.quote)
    context = evidence.sentence[max(0, start - before) : start + len(evidence.quote) + after]
    return " ".join(context.split())


def _quoted(text: str) -> str:
    return text if text.isalnum() and not text[0].isdigit() else '"' + text.replace('"', '\\"') + '"'
