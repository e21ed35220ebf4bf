"""What kind of figure a cell of a table is, and in which unit: a level, a share, or a change and how it is stated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nianbao.extraction.numbers.quantity import class_of
from nianbao.extraction.tables.headings import (
    AMOUNT,
    EITHER,
    PERCENT,
    Heading,
    is_rate,
    is_share,
    is_unit,
)
from nianbao.extraction.tables.values import CellNumber, split_unit

_POINTS = frozenset(("个百分点", "百分点"))
_RATES = frozenset("%‰")


class CellKind(NamedTuple):
    """The kind of a figure, its unit with the multiplier of the headings, and the direction that they state."""

    kind: str
    unit: str
    times: str = ""
    direction: str | None = None


def kind_of(
    over: Heading, label: Heading, number: CellNumber, column_unit: str, above: Sequence[str]
) -> CellKind | None:
    """Return the kind and unit of a value by its cell, its headings, the column of units and the table."""
    change = over.change or label.change or (EITHER if number.word else None)
    changed = over if over.change else label
    other = label if over.change else over
    amounts = [unit for unit in above if unit not in _RATES]
    default_unit = amounts[0] if len(amounts) == 1 else above[0] if len(above) == 1 else ""
    own = number.times + number.unit if number.unit else ""
    if column_unit and not is_unit(column_unit):
        return None
    if change:
        base = other.unit or (column_unit if column_unit != changed.unit else "") or default_unit
        return _change_kind(change, changed.direction, own or changed.unit, base, "" if own else number.times)
    words = label.words + over.words
    of_label = () if is_share(over.words) or is_rate(over.words) else (label.unit, column_unit)
    stated = [unit for unit in (own, over.unit, *of_label) if unit]
    if not stated and default_unit and (default_unit in _RATES or not (is_rate(label.words) or is_rate(over.words))):
        stated = [default_unit]
    if not stated and is_share(over.words or label.words) and "." in number.number:
        stated = ["%"]
    if len({split_unit(unit) for unit in stated}) != 1:
        return None
    times, unit = split_unit(stated[0])
    if unit in _POINTS or (times and number.times and not own):
        return None
    times = times if own else times + number.times
    if unit in _RATES:
        return CellKind("share", unit)
    return None if is_share(words) else CellKind("level", unit, times)


def _change_kind(change: str, direction: str | None, own: str, base: str, own_times: str) -> CellKind | None:
    """Return the kind of a change: in per cent, in points, or in the unit of the amount."""
    if own in _POINTS:
        return CellKind("change_pp", "个百分点", "", direction)
    if own in _RATES:
        return None if base in _RATES else CellKind("change_pct", own, "", direction)
    if not own and change == PERCENT:
        return None if base in _RATES else CellKind("change_pct", "%", "", direction)
    times, unit = split_unit(own or base)
    if change == PERCENT or not unit or unit in _RATES or (times and own_times):
        return None
    counted = class_of(unit) in ("count", "person")
    if own or change == AMOUNT or (change == EITHER and counted):
        return CellKind("change_abs", unit, times + own_times, direction)
    return None
