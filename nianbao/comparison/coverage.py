"""The table `coverage`: which reports are published, late, missing or quarantined, by dates in the reports alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple, TypedDict, cast

from nianbao.comparison.territory import reporter_in_year
from nianbao.documents.dates import CHINA
from nianbao.documents.identity import Reporter
from nianbao.documents.model import GOVERNMENT
from nianbao.documents.reporter import read_given_body
from nianbao.places.history import Dissolved, dissolved, latest, names_in, place_of, series_code
from nianbao.places.lookup import find_place
from nianbao.snapshots.store import SnapshotPath
from schemas.coverage import AWAITED, DISSOLVED, LATE, MISSING, PUBLISHED, QUARANTINED, Coverage
from schemas.families import Family
from schemas.rows import CoverageRow
from schemas.table import table_spec
from schemas.vocabulary import FAMILIES, FIRST_YEAR, LAST_YEAR, TERRITORIAL_KINDS

# The check of a report that could not be fetched: there is nothing to quarantine.
NOT_FETCHED = "report_not_fetched"


class _ReportKey(NamedTuple):
    """The identity of a report: its family, who reports, and the year."""

    family: str
    reporter: Reporter
    year: int

    @property
    def series(self) -> tuple[str, str, str]:
        """The family, the place through all its codes, and the body, which make a series."""
        return self.family, self.reporter.series_code, self.reporter.body_id


class KnownReport(TypedDict):
    """The columns of a row of `reports` that coverage needs."""

    report_id: str
    family: str
    jurisdiction_code: str
    jurisdiction_name: str
    body_id: str
    body_name: str
    body_kind: str
    series_code: str
    report_year: int
    covers_from: int
    issued_on: date | None
    published_at: datetime | None


class KnownReject(TypedDict):
    """The columns of a row of `rejects` that coverage needs."""

    raw_path: str | None
    table: str | None
    check: str
    reason: str
    row: str


REPORT_COLUMNS = tuple(KnownReport.__annotations__)
REJECT_COLUMNS = tuple(KnownReject.__annotations__)


@dataclass(frozen=True, slots=True)
class RejectedReport:
    """A rejected snapshot for a series and year: the check that rejected it, and why."""

    check: str
    reason: str
    raw_path: str | None


@dataclass(slots=True)
class _Series:
    """What is known of the reports of one family by one body, by year."""

    reporters: dict[int, Reporter] = field(default_factory=dict)
    reports: dict[int, list[KnownReport]] = field(default_factory=lambda: defaultdict(list))
    rejected: dict[int, RejectedReport] = field(default_factory=dict)

    def is_known(self, year: int) -> bool:
        """Return whether a report on a year was published or held back."""
        return year in self.reports or year in self.rejected

    def reporter(self, year: int) -> Reporter:
        """Return who reported on a year; for a year without a report under the code and name that the place had."""
        reporter = reporter_in_year(self.reporters, year)
        place = place_of(reporter.jurisdiction_code, reporter.jurisdiction_name)
        if self.is_known(year) or place is None or place.existed(year):
            return reporter
        last = place_of(*latest(place.code, place.name)) or place
        then = names_in(last, year)
        if not then.existed(year) or then.code is None:
            return reporter
        return reporter._replace(jurisdiction_code=then.code, jurisdiction_name=then.name)

    def dissolved(self, year: int) -> Dissolved | None:
        """Return when the place was dissolved, if it was before a year."""
        reporter = reporter_in_year(self.reporters, year)
        return dissolved(reporter.jurisdiction_code, year, reporter.jurisdiction_name)

    def existed(self, year: int) -> bool:
        """Return whether the place existed in a year; one of unknown history always did."""
        reporter = self.reporter(year)
        place = place_of(reporter.jurisdiction_code, reporter.jurisdiction_name)
        return place is None or place.existed(year)


def coverage_rows(reports: Iterable[KnownReport], rejects: Iterable[KnownReject]) -> list[CoverageRow]:
    """Return the rows of `coverage` in their order.

    Every series has a row for each year from its first to the newest of its family in which the place existed, or no
    longer existed; none for years before it existed.

    Args:
        reports: Rows of `reports` under their final ids.
        rejects: Rows of `rejects`.
    """
    series: dict[tuple[str, str, str], _Series] = {}

    def series_of(key: _ReportKey) -> _Series:
        found = series.setdefault(key.series, _Series())
        found.reporters.setdefault(key.year, key.reporter)
        return found

    newest_year: dict[str, int] = {}
    newest_date: dict[str, date] = {}
    for row in sorted(reports, key=lambda row: str(row["report_id"])):
        family = row["family"]
        reporter = Reporter._make(cast("dict[str, str]", row)[name] for name in Reporter._fields)
        series_of(_ReportKey(family, reporter, row["report_year"])).reports[row["report_year"]].append(row)
        newest_year[family] = max(newest_year.get(family, 0), row["report_year"])
        for day in (row["issued_on"], _date_in_china(row["published_at"])):
            if day is not None:
                newest_date[family] = max(newest_date.get(family, day), day)
    for key, reject in sorted(_rejected(rejects), key=lambda pair: (pair[0], pair[1].raw_path or "", pair[1].check)):
        series_of(key).rejected.setdefault(key.year, reject)
    rows = []
    for (family, *_), item in sorted(series.items()):
        known = [*item.reports, *item.rejected]
        for year in range(min(known), max(*known, newest_year.get(family, 0)) + 1):
            if item.is_known(year) or item.existed(year) or item.dissolved(year) is not None:
                rows.append(_row(family, year, item, newest_date.get(family)))
    return sorted(rows, key=itemgetter(*table_spec(Coverage)["sort_by"]))


def _row(family: str, year: int, series: _Series, newest_date: date | None) -> CoverageRow:
    reporter = series.reporter(year)
    row: CoverageRow = {
        "family": family,
        "jurisdiction_code": reporter.jurisdiction_code,
        "jurisdiction_name": reporter.jurisdiction_name,
        "body_id": reporter.body_id,
        "body_name": reporter.body_name,
        "body_kind": reporter.body_kind,
        "series_code": reporter.series_code,
        "year": year,
        "status": MISSING,
        "report_id": None,
        "n_reports": 0,
        "published_on": None,
        "issued_on": None,
        "due_on": due_on(family, year, reporter.body_kind),
        "days_late": None,
        "check": None,
        "raw_path": None,
        "reason": "no report on this year has been taken in",
    }
    if found := series.reports.get(year):
        _fill_from_reports(row, found)
    elif reject := series.rejected.get(year):
        row["status"] = MISSING if reject.check == NOT_FETCHED else QUARANTINED
        row["check"], row["raw_path"], row["reason"] = reject.check, reject.raw_path, reject.reason
    elif (end := series.dissolved(year)) is not None:
        row["status"], row["due_on"] = DISSOLVED, None
        row["reason"] = _dissolution(end)
    elif _is_awaited(row["due_on"], newest_date) and year > max([*series.reports, *series.rejected]):
        row["status"] = AWAITED
        row["reason"] = f"due by {row['due_on']}; the newest date in reports of this family is {newest_date}"
    else:
        for report in (report for reports in series.reports.values() for report in reports):
            if report["covers_from"] <= year <= report["report_year"]:
                first, last = report["covers_from"], report["report_year"]
                row["reason"] = f"only {report['report_id']} tells of it, which reviews {first} to {last} together"
                break
    return row


def _dissolution(end: Dissolved) -> str:
    """Return the last year of a place and what took it over, in words."""
    successors = ", ".join(f"{name} ({code})" for code, name in end.successors)
    return f"{end.last_year} was the last year of the place" + (f"; it went to {successors}" if successors else "")


def _is_awaited(due: date | None, newest_date: date | None) -> bool:
    return due is not None and newest_date is not None and newest_date <= due


def _fill_from_reports(row: CoverageRow, found: Sequence[KnownReport]) -> None:
    """Complete the row of a year that has reports; the first of them counts."""
    report = found[0]
    due = row["due_on"]
    published, issued = _date_in_china(report["published_at"]), report["issued_on"]
    days_late, reason = _lateness(due, published, issued)
    if days_late and reason is None:
        reason = f"due by {due}, published on {published}"
    row["status"] = LATE if days_late else PUBLISHED
    row["report_id"], row["n_reports"] = report["report_id"], len(found)
    row["published_on"], row["issued_on"] = published, issued
    row["days_late"], row["reason"] = days_late, reason


def _lateness(due: date | None, published: date | None, issued: date | None) -> tuple[int | None, str | None]:
    """Return the days that a report was late, None if that is unknown, and the reason if it needs one."""
    if due is None:
        return None, None
    if published is not None:
        # A page that was moved to a new site carries the day of the move.
        if issued is not None and issued <= due and published.year > due.year:
            return None, f"signed on {issued}, in time; its page says {published}, the day of a later posting"
        return max((published - due).days, 0), None
    if issued is not None and issued > due:
        reason = f"due by {due}, signed on {issued}; its page does not say when it was published"
        return (issued - due).days, reason
    return None, None


def due_on(family: str, year: int, body_kind: str = GOVERNMENT.kind) -> date | None:
    """Return the last day for the report on a year; None if the law of the time sets none.

    >>> due_on("rule_of_law", 2019), due_on("rule_of_law", 2018), due_on("info_disclosure", 2019, "department")
    (datetime.date(2020, 4, 1), None, datetime.date(2020, 1, 31))
    """
    rules = [rule for rule in Family(family).profile.deadlines if rule.from_year <= year]
    if not rules:
        return None
    month, day = rules[-1].day if body_kind in TERRITORIAL_KINDS else rules[-1].department_day
    return date(year + 1, month, day)


def _rejected(rejects: Iterable[KnownReject]) -> Iterator[tuple[_ReportKey, RejectedReport]]:
    """Yield the rejects of whole reports with a known series and year."""
    for row in rejects:
        if row["table"] in (None, "reports") and (key := _report_key(row)) is not None:
            yield key, RejectedReport(row["check"], row["reason"], row["raw_path"])


def _report_key(reject: KnownReject) -> _ReportKey | None:
    """Return the report that a reject is about: by its own row, else by the path of the snapshot, else by its hints."""
    values = json.loads(reject["row"]) if reject["row"] else {}
    family: Any
    body = (GOVERNMENT.slug, GOVERNMENT.name, GOVERNMENT.kind)
    if reject["table"] == "reports":
        family, code, name = values.get("family"), values.get("jurisdiction_code"), values.get("jurisdiction_name")
        body = (
            str(values.get("body_id") or GOVERNMENT.slug),
            str(values.get("body_name") or GOVERNMENT.name),
            str(values.get("body_kind") or GOVERNMENT.kind),
        )
        year = values.get("report_year")
    elif path := SnapshotPath.parse(reject["raw_path"] or ""):
        family, code, name, year = path.family, path.jurisdiction_code, path.jurisdiction_name, path.year
        if path.body:
            known = read_given_body(path.body_name)
            body = (path.body, path.body_name, known.kind if known else "institution")
    else:
        unit = find_place(str(values.get("jurisdiction", "")))
        if unit is not None and values.get("body"):
            given = read_given_body(str(values["body"]))
            body = (given.slug, given.name, given.kind) if given else body
        year_text = str(values.get("year", ""))
        family, code, name = values.get("family"), unit and unit.code, unit and unit.name
        year = int(year_text) if year_text.isdecimal() else None
    if family not in FAMILIES or not code or not name or not isinstance(year, int):
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return _ReportKey(family, Reporter(str(code), str(name), *body, series_code(str(code), str(name), year)), year)


def _date_in_china(moment: datetime | None) -> date | None:
    return moment.astimezone(CHINA).date() if moment is not None else None
