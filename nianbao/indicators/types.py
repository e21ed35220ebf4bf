"""The result of matching an observation to an indicator."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.rows import ObservationRow

RULE = "rule"
BY_HAND = "correction"
# Matched during extraction as a cell of a form: by its headings, or by its position.
BY_FORM = ("form", "form_position")


def indicator_of(row: ObservationRow) -> str:
    """Return the indicator of a row that is known to have one.

    Raises:
        ValueError: The row has none.
    """
    indicator_id = row["indicator_id"]
    if indicator_id is None:
        raise ValueError(f"{row['observation_id']} has no indicator")
    return indicator_id


@dataclass(frozen=True, slots=True)
class Match:
    """The indicator of an observation. `scope` names a series of the indicator, "" for the plain one.

    `area` is how much of the start of `scope` names a part of the territory.
    `also` are matches of further indicators with the same number (`固定资产投资、社会消费品零售总额均超过1万亿元`).
    """

    indicator_id: str
    scope: str
    score: float
    method: str = RULE
    also: tuple[Match, ...] = ()
    area: str = ""
