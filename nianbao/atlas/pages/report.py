"""The page of a report: its whole text, every number marked and leading to its series. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nianbao.atlas.annotate import annotate
from nianbao.atlas.i18n import chinese
from nianbao.atlas.site_index import Atlas, Row


def report_view(atlas: Atlas, report: Row, text: str, tables: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """All that the template shows."""
    place = atlas.jurisdictions[report["jurisdiction_code"]]
    series = [row for row in place.reports if row["family"] == report["family"]]
    at = next(n for n, row in enumerate(series) if row["report_id"] == report["report_id"])
    numbers = [_number(atlas, report, row) for row in tables["observations"]]
    return {
        "report": report,
        "place": place,
        "before": series[at - 1] if at else None,
        "after": series[at + 1] if at + 1 < len(series) else None,
        "paragraphs": list(annotate(text, numbers, tables["unmatched"], tables["sections"], tables["cells"])),
        "contents": [row for row in tables["sections"] if row["level"] == 1 and row["heading"]],
        "kinds": Counter(row["mark"] for row in numbers),
        "n_unmatched": len(tables["unmatched"]),
        "findings": tables["findings"],
    }


def _number(atlas: Atlas, report: Row, row: Row) -> Row:
    """An observation with what its mark needs: its class, where it leads and what is said on pointing at it."""
    name = "is_target" if row["modality"] == "target" else row["kind"]
    about = atlas.indicators.get(row["indicator_id"] or "")
    what = about["name_zh"] if about else row["subject"]
    return {
        **row,
        "mark": name,
        "href": atlas.leads_to(report["jurisdiction_code"], row["indicator_id"]),
        "says": " · ".join(part for part in (what, _period(row), chinese(_KEY.get(name, name))) if part),
    }


# `rank` is a place in the ranking of governments elsewhere; here it is a kind of number.
_KEY = {"rank": "kind_rank"}


def _period(row: Row) -> str:
    start, end = row["period_start"], row["period_end"]
    if start == end:
        return "" if end is None else str(end)
    return f"{start or ''}–{end or ''}"
