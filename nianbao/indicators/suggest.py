"""Suggest indicators: subjects without one, grouped by similarity, as catalog entries to paste."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from nianbao.indicators.catalog import Catalog
from nianbao.indicators.units import load_units
from schemas.rows import ObservationRow

_COUNTED = ("level", "share", "change_pct")
_SIMILAR = 82.0
_SHORTEST = 3
_EVIDENCE = 3
# Only subjects that share this many consecutive characters are compared: all pairs would be too many.
_GRAM = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """An occurrence of a wording."""

    report_id: str
    quote: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A group of similar subjects: `n` observations in `n_reports` reports; `wordings` with counts, frequent first."""

    wordings: tuple[tuple[str, int], ...]
    unit: str
    kind: str
    n: int
    n_reports: int
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class _Subject:
    text: str
    unit: str
    kind: str
    rows: list[ObservationRow]


def suggest_indicators(
    rows: Iterable[ObservationRow], catalog: Catalog, *, at_least: int = 3, family: str | None = None
) -> list[Suggestion]:
    """Return the groups of subjects without indicator that at least `at_least` reports use, most frequent first.

    `rows` are matched rows of `observations`. Two subjects are similar if they have the same unit and share most of
    their characters in order (rapidfuzz's ratio); only subjects with three consecutive characters in common are
    compared.
    """
    subjects = _subjects(rows, catalog, family)
    groups = _group(subjects)
    suggestions = [_suggestion(group) for group in groups]
    wanted = [suggestion for suggestion in suggestions if suggestion.n_reports >= at_least]
    return sorted(wanted, key=lambda s: (-s.n_reports, -s.n, s.wordings[0][0]))


def _subjects(rows: Iterable[ObservationRow], catalog: Catalog, family: str | None) -> list[_Subject]:
    found: dict[tuple[str, str, str], _Subject] = {}
    for row in rows:
        if row["indicator_id"] is not None or row["kind"] not in _COUNTED or family not in (None, row["family"]):
            continue
        text = catalog.language.normalise(row["subject"] or "")
        if len(text) < _SHORTEST:
            continue
        unit = "%" if row["kind"] == "change_pct" else row["unit"] or ""
        subject = found.setdefault((text, unit, row["kind"]), _Subject(text, unit, row["kind"], []))
        subject.rows.append(row)
    return sorted(found.values(), key=lambda s: (-len(s.rows), s.text, s.unit, s.kind))


def _group(subjects: Sequence[_Subject]) -> list[list[_Subject]]:
    """Group each subject with the most similar of the more frequent ones; the order is fixed, so the groups are too."""
    leaders: list[_Subject] = []
    groups: list[list[_Subject]] = []
    by_gram: dict[tuple[str, str, str], list[int]] = {}
    for subject in subjects:
        grams = {subject.text[start : start + _GRAM] for start in range(len(subject.text) - _GRAM + 1)}
        near = sorted({n for gram in grams for n in by_gram.get((gram, subject.unit, subject.kind), ())})
        best = process.extractOne(
            subject.text, {n: leaders[n].text for n in near}, scorer=fuzz.ratio, score_cutoff=_SIMILAR
        )
        if best is not None:
            groups[best[2]].append(subject)
            continue
        leaders.append(subject)
        groups.append([subject])
        for gram in grams:
            by_gram.setdefault((gram, subject.unit, subject.kind), []).append(len(leaders) - 1)
    return groups


def _suggestion(group: Sequence[_Subject]) -> Suggestion:
    rows = [row for subject in group for row in subject.rows]
    words = Counter({subject.text: len(subject.rows) for subject in group})
    first: dict[str, ObservationRow] = {}
    for row in rows:
        first.setdefault(row["report_id"], row)
    evidence = tuple(Evidence(r["report_id"], r["quote"], r["sentence"]) for r in list(first.values())[:_EVIDENCE])
    ordered = tuple(sorted(words.items(), key=lambda item: (-item[1], item[0])))
    return Suggestion(ordered, group[0].unit, group[0].kind, len(rows), len(first), evidence)


def as_entry(suggestion: Suggestion) -> str:
    """Return a suggestion as a catalog entry to paste; `TODO` marks what a person must fill in.

    A subject that is stated only as a growth does not show its unit.
    """
    is_growth = suggestion.kind == "change_pct"
    unit, dimension = ("TODO", "TODO") if is_growth else (suggestion.unit, _dimension(suggestion.unit))
    kind = "share" if suggestion.kind == "share" else "level"
    name = suggestion.wordings[0][0]
    evidence = [f"  #   {e.report_id}: {e.quote} in {_around(e)}" for e in suggestion.evidence]
    return "\n".join(
        [
            f"  # {suggestion.n} observations in {suggestion.n_reports} reports",
            *evidence,
            "  - id: TODO",
            f"    name_zh: {name}",
            "    name_en: TODO",
            "    category: TODO",
            "    definition: TODO",
            f'    unit: "{unit}"',
            f"    dimension: {dimension}",
            f"    kind: {kind}",
            f"    nature: {'rate' if kind == 'share' else 'flow'}",
            "    higher_is: neutral",
            f"    wordings: [{', '.join(_quoted(text) for text, _ in suggestion.wordings[:6])}]",
        ]
    )


def _around(evidence: Evidence, before: int = 24, after: int = 8) -> str:
    start = evidence.sentence.find(evidence.quote)
    context = evidence.sentence[max(0, start - before) : start + len(evidence.quote) + after]
    return " ".join(context.split())


def _dimension(unit: str) -> str:
    dimensions = load_units().values()
    canonical = [d.name for d in dimensions if unit and d.canonical == unit]
    return (canonical or [d.name for d in dimensions if d.holds(unit)] or ["TODO"])[0]


def _quoted(text: str) -> str:
    return text if text.isalnum() and not text[0].isdigit() else '"' + text.replace('"', '\\"') + '"'
