"""Coverage: which reports of a series there are, late, missing or held back, judged by dates in the reports alone."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from nianbao.documents.jurisdictions import find_jurisdiction
from schemas.coverage import AWAITED, LATE, MISSING, PUBLISHED, QUARANTINED
from schemas.families import Family, is_department
from schemas.vocabulary import FAMILIES, FIRST_YEAR, LAST_YEAR

Row = Mapping[str, Any]

# What is read of `reports` and of `rejects`.
REPORT_COLUMNS = (
    "report_id",
    "family",
    "jurisdiction_code",
    "jurisdiction_name",
    "issuer",
    "report_year",
    "covers_from",
    "issued_on",
    "published_at",
)
REJECT_COLUMNS = ("raw_path", "table", "check", "reason", "row")

# The check of what was looked for and could not be had: nothing is there that could be held back.
NOT_FETCHED = "report_not_fetched"

CHINA = timezone(timedelta(hours=8))
_PLACE = re.compile(r"^(?P<family>\w+)/(?P<code>\d{6})-(?P<name>[^/]+)/(?P<year>\d{4})/")


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Something that came for a series and year and is no report: the check that held it back, and why."""

    check: str
    reason: str
    raw_path: str | None


@dataclass(slots=True)
class _Series:
    """What is known of one government's reports of one family, by year."""

    name: str
    reports: dict[int, list[Row]]
    held: dict[int, HeldBack]


def coverage_rows(reports: Iterable[Row], rejects: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows of `coverage`, in their order, from those of `reports` (under their final ids) and of `rejects`."""
    series: dict[tuple[str, str], _Series] = {}

    def of(family: str, code: str, name: str) -> _Series:
        return series.setdefault((family, code), _Series(name, defaultdict(list), {}))

    newest: dict[str, int] = {}
    seen_until: dict[str, date] = {}
    for row in sorted(reports, key=lambda row: str(row["report_id"])):
        family = row["family"]
        of(family, row["jurisdiction_code"], row["jurisdiction_name"]).reports[row["report_year"]].append(row)
        newest[family] = max(newest.get(family, 0), row["report_year"])
        for day in (row["issued_on"], _day(row["published_at"])):
            if day is not None:
                seen_until[family] = max(seen_until.get(family, day), day)
    for place, held in sorted(_held(rejects), key=lambda seen: (seen[0], seen[1].raw_path or "", seen[1].check)):
        family, code, name, year = place
        of(family, code, name).held.setdefault(year, held)
    rows = []
    for (family, code), one in sorted(series.items()):
        known = [*one.reports, *one.held]
        for year in range(min(known), max(*known, newest.get(family, 0)) + 1):
            row = _row(family, year, one, seen_until.get(family))
            rows.append(
                {"family": family, "jurisdiction_code": code, "jurisdiction_name": one.name, "year": year, **row}
            )
    return rows


def _row(family: str, year: int, series: _Series, seen_until: date | None) -> dict[str, Any]:
    found = series.reports.get(year)
    if found:
        return _of_report(family, year, found)
    row: dict[str, Any] = {
        "status": MISSING,
        "report_id": None,
        "n_reports": 0,
        "published_on": None,
        "issued_on": None,
        "due_on": due_on(family, year),
        "days_late": None,
        "check": None,
        "raw_path": None,
        "reason": "no report on this year has been taken in",
    }
    if held := series.held.get(year):
        status = MISSING if held.check == NOT_FETCHED else QUARANTINED
        return row | {"status": status, "check": held.check, "raw_path": held.raw_path, "reason": held.reason}
    due = row["due_on"]
    if due is not None and seen_until is not None and seen_until <= due and year > max([*series.reports, *series.held]):
        return row | {
            "status": AWAITED,
            "reason": f"due by {due}; the newest date in reports of this family is {seen_until}",
        }
    for report in (report for several in series.reports.values() for report in several):
        if report["covers_from"] <= year <= report["report_year"]:
            first, last = report["covers_from"], report["report_year"]
            row["reason"] = f"only {report['report_id']} tells of it, which reviews {first} to {last} together"
            break
    return row


def _of_report(family: str, year: int, found: Sequence[Row]) -> dict[str, Any]:
    report = found[0]
    due = due_on(family, year, report["issuer"])
    published, issued = _day(report["published_at"]), report["issued_on"]
    days, reason, status = None, None, PUBLISHED
    if due is not None and published is not None:
        # A page that was moved to a new site carries the day of the move.
        if issued is not None and issued <= due and published.year > due.year:
            reason = f"signed on {issued}, in time; its page says {published}, the day of a later posting"
        else:
            days = max((published - due).days, 0)
    elif due is not None and issued is not None and issued > due:
        days, reason = (
            (issued - due).days,
            f"due by {due}, signed on {issued}; its page does not say when it was published",
        )
    if days:
        status = LATE
        reason = reason or f"due by {due}, published on {published}"
    return {
        "status": status,
        "report_id": report["report_id"],
        "n_reports": len(found),
        "published_on": published,
        "issued_on": issued,
        "due_on": due,
        "days_late": days,
        "check": None,
        "raw_path": None,
        "reason": reason,
    }


def due_on(family: str, year: int, issuer: str | None = None) -> date | None:
    """The last day for the report on a year; None where the law of the time names none.

    >>> due_on("rule_of_law", 2019), due_on("rule_of_law", 2018), due_on("info_disclosure", 2019, "云汀市司法局")
    (datetime.date(2020, 4, 1), None, datetime.date(2020, 1, 31))
    """
    rules = [rule for rule in Family(family).profile.deadlines if rule.from_year <= year]
    if not rules:
        return None
    month, day = rules[-1].department_day if issuer and is_department(issuer) else rules[-1].day
    return date(year + 1, month, day)


def _held(rejects: Iterable[Row]) -> Iterable[tuple[tuple[str, str, str, int], HeldBack]]:
    """What of the rejects stood for a whole report of a known series and year."""
    for row in rejects:
        if row["table"] in (None, "reports") and (place := _place(row)) is not None:
            yield place, HeldBack(row["check"], row["reason"], row["raw_path"])


def _place(row: Row) -> tuple[str, str, str, int] | None:
    """Family, code, name and year: of a row that failed its own, else where the file lies, else what was given."""
    told = json.loads(row["row"]) if row["row"] else {}
    if row["table"] == "reports":
        place: tuple[Any, ...] = tuple(
            told.get(key) for key in ("family", "jurisdiction_code", "jurisdiction_name", "report_year")
        )
    elif found := _PLACE.match(row["raw_path"] or ""):
        place = found["family"], found["code"], found["name"], int(found["year"])
    else:
        unit = find_jurisdiction(str(told.get("jurisdiction", "")))
        year = str(told.get("year", ""))
        place = told.get("family"), unit and unit.code, unit and unit.name, int(year) if year.isdecimal() else None
    family, code, name, year = place
    if family not in FAMILIES or not code or not name or not isinstance(year, int):
        return None
    return (family, str(code), str(name), year) if FIRST_YEAR <= year <= LAST_YEAR else None


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(CHINA).date() if moment is not None else None
