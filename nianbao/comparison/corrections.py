"""Manual corrections in `config/corrections/*.yaml`, each with the value that it expects, so that it expires loudly.

A correction identifies one observation by its report, its quote and words of its sentence, and by its place in the text
where the sentence has the quote twice. It is applied before matching; the table `corrections` has what it changed. A
confirmation changes no figure: a person has read the sentence, and the reading is right.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from nianbao.indicators.catalog import Catalog
from nianbao.indicators.types import BY_HAND
from schemas.config_error import ConfigError
from schemas.rows import CorrectionRow, ObservationRow
from schemas.yaml_config import ConfigNode, load_yaml

FOLDER = Path("config/corrections")
CONFIRM = "confirm"
ACTIONS = ("confirm", "drop", "override", "scale", "rename")
_REQUIRED = ("report", "quote", "expect", "action", "reason", "by")
_NUMBERS = ("value", "value_high", "rounding")
_YEARS = ("period_start", "period_end")
_WORDS = ("unit", "qualifier", "kind", "direction", "modality", "subject", "scope", "compared_with")
_CLOSE = 1e-9
# The grade of a reading that a person has confirmed.
_SUREST = "A"


class CorrectionError(ConfigError):
    """A correction that cannot be applied: it matches no observation, or several, or one with another value."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of a file.

    Attributes:
        char_start: Where the quote starts in the text of the report; None if quote and sentence tell.
        changes: The columns that `override` sets, or the indicator or subject of `rename`.
        date: When it was made; None if the entry does not say.
    """

    source: str
    report_id: str
    quote: str
    sentence: str
    expect: float
    action: str
    factor: float | None
    changes: dict[str, Any]
    reason: str
    by: str
    char_start: int | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The observations after all corrections, and the rows of the table `corrections`."""

    rows: Sequence[ObservationRow]
    applied: list[CorrectionRow]


def load_corrections(folder: Path | None, catalog: Catalog) -> list[Correction]:
    """Return all corrections of a folder in the order of its files; without a folder, those of `FOLDER` if it exists.

    Raises:
        ConfigError: An entry is wrong; the message names file and line.
        CorrectionError: The given folder does not exist.
    """
    if folder is None:
        folder = FOLDER
    elif not folder.is_dir():
        raise CorrectionError(f"{folder}: there is no such folder of corrections; name another or leave it out")
    corrections = []
    for path in sorted(folder.glob("*.yaml")):
        top = load_yaml(path)
        top.check_keys(["corrections"])
        corrections += [_read(entry, catalog) for entry in top.entries("corrections")]
    return corrections


def _read(entry: ConfigNode, catalog: Catalog) -> Correction:
    entry.check_keys(_REQUIRED, ("sentence", "char_start", "date", "factor", "set", "indicator_id", "subject"))
    action = entry.choice("action", ACTIONS)
    needed = {
        CONFIRM: (),
        "drop": (),
        "override": ("set",),
        "scale": ("factor",),
        "rename": ("indicator_id", "subject"),
    }[action]
    given = [key for key in ("factor", "set", "indicator_id", "subject") if key in entry.values]
    if needed and not given:
        entry.refuse(f"{action!r} needs {' or '.join(needed)}", "action")
    for key in given:
        if key not in needed:
            entry.refuse(f"{key!r} does not belong to {action!r}", key)
    return Correction(
        source=f"{entry.path.name}:{entry.line}",
        report_id=entry.text("report"),
        quote=entry.text("quote"),
        sentence=entry.text("sentence", ""),
        expect=entry.number("expect"),
        action=action,
        factor=entry.number("factor") if action == "scale" else None,
        changes=_changes(entry, action, catalog),
        reason=entry.text("reason"),
        by=entry.text("by"),
        char_start=int(entry.number("char_start")) if "char_start" in entry.values else None,
        date=entry.date("date") if "date" in entry.values else None,
    )


def _changes(entry: ConfigNode, action: str, catalog: Catalog) -> dict[str, Any]:
    if action == "rename":
        names: dict[str, Any] = {key: entry.text(key) for key in ("indicator_id", "subject") if key in entry.values}
        if names.get("indicator_id") not in (None, *catalog.indicators):
            entry.refuse(f"{names['indicator_id']!r} is no indicator of the catalog", "indicator_id")
        return names
    changes = entry.values.get("set")
    if action != "override":
        return {}
    if not isinstance(changes, ConfigNode):
        entry.refuse("'set' must be a mapping of column to value", "set")
    changes.check_keys((), (*_NUMBERS, *_YEARS, *_WORDS))
    read = {key: changes.number(key) for key in changes.values if key in _NUMBERS}
    read |= {key: float(changes.year(key)) for key in changes.values if key in _YEARS}
    words = {key: changes.text(key) for key in changes.values if key in _WORDS}
    return {**{key: int(value) if key in _YEARS else value for key, value in read.items()}, **words}


def apply_corrections(rows: Sequence[ObservationRow], corrections: Iterable[Correction]) -> Corrected:
    """Return rows of `observations` with the corrections applied; the given rows stay as they are.

    Raises:
        CorrectionError: A correction matches no observation, or several, or one with another value.
    """
    corrections = tuple(corrections)
    if not corrections:
        return Corrected(rows, [])
    changed: list[ObservationRow | None] = [row.copy() for row in rows]
    by_report: dict[str, list[int]] = {}
    for n, row in enumerate(rows):
        by_report.setdefault(row["report_id"], []).append(n)
    applied: list[CorrectionRow] = []
    for correction in corrections:
        n, row = _find(correction, changed, by_report.get(correction.report_id, []))
        before = row.copy()
        changed[n] = _apply(correction, row)
        applied += _changed_fields(correction, before, changed[n])
    _number_repeated(applied)
    dropped = {row["observation_id"] for row, corrected in zip(rows, changed, strict=True) if corrected is None}
    kept = [row for row in changed if row is not None]
    for row in kept:
        if row["relates_to"] in dropped:
            row["relates_to"] = None
    return Corrected(kept, applied)


def _number_repeated(applied: Iterable[CorrectionRow]) -> None:
    """Give the second and further changes of one column of one observation an id of their own."""
    counts: Counter[str] = Counter()
    for row in applied:
        correction_id = row["correction_id"]
        counts[correction_id] += 1
        if counts[correction_id] > 1:
            row["correction_id"] = f"{correction_id}-{counts[correction_id]}"


def _find(
    correction: Correction, rows: Sequence[ObservationRow | None], numbers: Sequence[int]
) -> tuple[int, ObservationRow]:
    """Return the number of the row that a correction is about, and the row."""
    candidates = [
        (n, row)
        for n in numbers
        if (row := rows[n]) is not None
        and row["quote"] == correction.quote
        and correction.sentence in (row["sentence"] or "")
        and correction.char_start in (None, row["char_start"])
    ]
    where = f"{correction.source}: {correction.quote!r} in {correction.report_id}"
    if not candidates:
        raise CorrectionError(
            f"{where} matches no observation; remove the correction, or fix report, quote or sentence"
        )
    if len(candidates) > 1:
        raise CorrectionError(
            f"{where} occurs {len(candidates)} times; add words of its sentence under 'sentence', "
            "or its place under 'char_start'"
        )
    n, row = candidates[0]
    if not math.isclose(row["value"], correction.expect, rel_tol=_CLOSE):
        raise CorrectionError(
            f"{where} has the value {row['value']:g}, not {correction.expect:g} as expected; remove the correction if "
            "the value was fixed elsewhere"
        )
    return n, row


def _apply(correction: Correction, row: ObservationRow) -> ObservationRow | None:
    """Return the corrected row, None for one that is dropped; the row itself is changed."""
    if correction.action == "drop":
        return None
    if correction.action == CONFIRM:
        row["grade"] = _SUREST
    if correction.factor is not None:
        row["value"] *= correction.factor
        row["value_high"] = _times(row["value_high"], correction.factor)
        row["rounding"] = _times(row["rounding"], correction.factor)
    row.update(cast(ObservationRow, correction.changes))
    if "indicator_id" in correction.changes:
        row["match_method"], row["match_score"] = BY_HAND, 1.0
    return row


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _changed_fields(
    correction: Correction, observation: ObservationRow, corrected: ObservationRow | None
) -> list[CorrectionRow]:
    """Return a row of `corrections` for every column that a correction changed."""
    before = cast(dict[str, Any], observation)
    after = cast(dict[str, Any] | None, corrected)
    fields = ["value"] if after is None else [name for name in before if before[name] != after[name]]
    if correction.action == CONFIRM:
        fields.insert(0, "value")  # the figure that was confirmed, the same before and after
    return [
        {
            "correction_id": f"{before['observation_id']}!{name}",
            "report_id": before["report_id"],
            "observation_id": before["observation_id"],
            "action": correction.action,
            "field": name,
            "old_value": _as_text(before[name]),
            "new_value": None if after is None else _as_text(after[name]),
            "quote": correction.quote,
            "reason": correction.reason,
            "corrected_by": correction.by,
            "source": correction.source,
        }
        for name in fields
    ]


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)
