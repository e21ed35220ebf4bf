"""The points of a series' chart: which years a line connects, and the words of the tooltips. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from nianbao.atlas.charts import Point
from nianbao.atlas.i18n import both, both_of, text_of, unit_in_english
from nianbao.atlas.numbers import Scale, figure, in_english, printed_step, rates_unit
from nianbao.comparison.intervals import BOUNDS
from schemas.rows import ComparisonRow

# Readings of this grade are doubtful: they are drawn faintly, and no line leads to or from them.
DOUBTFUL = "C"
# Why two years are not comparable, if there is nothing to mark between them: there is no earlier figure, or the point
# itself is drawn as a bound.
_UNMARKED = frozenset({"comparable", "no_previous", "gap", "zero_base", "bound"})


def starts_at_zero(unit: str) -> bool:
    """Return whether the axis of values in this unit has zero on it: all but rates, which vary little."""
    return not rates_unit(unit)


def series_points(years: Sequence[ComparisonRow], scale: Scale, unit: str) -> list[Point]:
    """Return the points of a series, whose rows are in the order of their years."""
    points: list[Point] = []
    for row in years:
        value = shown_value(row)
        if value is None:
            continue
        before = points[-1] if points and points[-1].year == row["year"] - 1 else None
        points.append(_point(row, value, before, scale, unit))
    return points


def shown_value(row: ComparisonRow) -> float | None:
    """Return the value of the report on the year, or that of a later report if it states none."""
    return row["latest_value"] if row["value"] is None else row["value"]


def is_doubtful(row: ComparisonRow) -> bool:
    """Return whether the reading of a value is doubtful."""
    return row["grade"] == DOUBTFUL


def _point(row: ComparisonRow, value: float, before: Point | None, scale: Scale, unit: str) -> Point:
    reason = row["comparability"]
    joined = reason == "comparable" and before is not None and before.value == row["previous_value"]
    is_marked = before is not None and reason not in _UNMARKED
    later = row["latest_value"]
    revised = later if row["value"] is not None and later != row["value"] else None
    why = both_of(reason) if reason not in ("comparable", "no_previous") else ""
    return Point(
        year=row["year"],
        value=value,
        kind=_kind(row),
        label=_with_reason(_label(row, value, scale, unit), why),
        joined=joined and not is_doubtful(row),
        broken=both(
            f"{row['year'] - 1}–{row['year']}：{text_of(reason)[0]}",
            f"{row['year'] - 1}–{row['year']}: {text_of(reason)[1]}",
        )
        if is_marked
        else "",
        revised=revised,
        revised_label="" if revised is None else _revised_label(row["year"], revised, scale, unit),
    )


def _kind(row: ComparisonRow) -> str:
    if row["value"] is None:
        return "later"
    if is_doubtful(row):
        return "unsure"
    return "bound" if row["qualifier"] in BOUNDS else ""


def _label(row: ComparisonRow, value: float, scale: Scale, unit: str) -> str:
    qualifier = row["qualifier"] if row["value"] is not None else None
    marks = text_of(qualifier) if qualifier not in ("exact", None) else ("", "")
    step = printed_step(row["quote"]) if row["value"] is not None else None
    zh = f"{row['year']}: {marks[0]}{figure(value, scale, step)}{scale.zh}{unit}"
    en = f"{row['year']}: {marks[1]}{_english(value, unit, step)}"
    if row["value"] is None:
        later = text_of("later_report")
        zh, en = f"{zh}（{later[0]}）", f"{en} ({later[1]})"
    if is_doubtful(row):
        doubtful = text_of("grade_c")
        zh, en = f"{zh}（{doubtful[0]}）", f"{en} ({doubtful[1]})"
    return both(zh, en)


def _revised_label(year: int, value: float, scale: Scale, unit: str) -> str:
    words = text_of("revised_to")
    return both(
        f"{year}: {words[0]}{figure(value, scale)}{scale.zh}{unit}", f"{year}: {words[1]}{_english(value, unit)}"
    )


def _english(value: float, unit: str, step: float | None = None) -> str:
    word = unit_in_english(unit)
    return f"{in_english(value, unit, step)}{'' if word in ('%', '') else ' '}{word}"


def _with_reason(label: str, why: str) -> str:
    if not why:
        return label
    zh, _, en = label.partition(" | ")
    why_zh, _, why_en = why.partition(" | ")
    return both(f"{zh} · {why_zh}", f"{en or zh} · {why_en or why_zh}")
