"""Make rows of `observations` for tests, each in one call: what is measured, the number and its unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from nianbao.indicators.assign import match_indicators, with_matches
from schemas.rows import ObservationRow

QUALIFIERS = {"近": "less_than", "超": "more_than", "突破": "more_than", "约": "approx", "不低于": "at_least"}


def row(subject: str, quote: str, value: float, unit: str = "", **more: Any) -> ObservationRow:
    """Return an observation of the report of the invented 云汀市 on 2019; `more` sets any column."""
    start = more.get("char_start", 0)
    year = more.get("report_year", 2019)
    report = more.get("report_id", f"work_report/440100/{year}")
    kind = more.get("kind", "level")
    default: ObservationRow = {
        "observation_id": f"{report}#{start}",
        "report_id": report,
        "family": "work_report",
        "jurisdiction_code": "440100",
        "jurisdiction_name": "云汀市",
        "body_id": "",
        "body_name": "",
        "body_kind": "government",
        "series_code": "440100",
        "report_year": year,
        "period_start": year,
        "period_end": year,
        "modality": "actual",
        "subject": subject,
        "scope": None,
        "indicator_id": None,
        "match_method": "none",
        "match_score": None,
        "kind": kind,
        "value": value,
        "value_high": None,
        "rounding": 1.0,
        "unit": unit,
        "qualifier": "exact",
        "direction": "up" if kind.startswith("change") else None,
        "compared_with": "previous_year" if kind.startswith("change") else None,
        "relates_to": None,
        "quote": quote,
        "sentence": f"{subject}{quote}。",
        "char_start": start,
        "char_end": start + len(quote),
        "section_id": None,
        "period_type": "year",
        "base_start": None,
        "base_end": None,
        "stated_as": None,
        "action": None,
        "head": subject,
        "whole": None,
        "part": None,
        "population": None,
        "area": None,
        "actor": None,
        "read_by": "something is so much",
        "grade": "A",
        "reading": "text",
        "confidence": None,
    }
    default.update(cast(ObservationRow, more))
    return default


def sentence(text: str, *parts: ObservationRow) -> list[ObservationRow]:
    """Return rows of one sentence, each at the offset of its quote; a repeated quote is taken in order."""
    rows: list[ObservationRow] = []
    end = 0
    for part in parts:
        start = text.index(part["quote"], end)
        end = start + len(part["quote"])
        rows.append(
            {
                **part,
                "observation_id": f"{part['report_id']}#{start}",
                "sentence": text,
                "char_start": start,
                "char_end": end,
            }
        )
    return rows


def matched(rows: Sequence[ObservationRow]) -> list[ObservationRow]:
    """Return the rows with the indicators that the shipped catalog gives them."""
    return with_matches(rows, match_indicators(rows))
