"""The table `coverage`: which reports are published, late, missing or quarantined."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Date, Int16, Int32, Table, TableSpec, Text, column, foreign_key
from schemas.vocabulary import BODY_ID, BODY_KINDS, FAMILIES, FIRST_YEAR, JURISDICTION_CODE, LAST_YEAR, SERIES_CODE

PUBLISHED, LATE, MISSING, AWAITED, QUARANTINED = "published", "late", "missing", "awaited", "quarantined"
DISSOLVED = "dissolved"
COVERAGE_STATUSES = (PUBLISHED, LATE, MISSING, AWAITED, QUARANTINED, DISSOLVED)


class Coverage(Table):
    """One row per series and year, from the first report of the series to the newest year of any report of the family.

    Lateness is judged by the dates in the reports, never by the date of a run.
    """

    family: Series[Text] = column("family of the reports", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government, as a code of GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("its name, 清远市", str_length={"min_value": 1})
    body_id: Series[Text] = column("the body that reports; empty for the government itself", str_matches=BODY_ID)
    body_name: Series[Text] = column("its name; empty for the government")
    body_kind: Series[Text] = column("its kind", one_of=BODY_KINDS)
    series_code: Series[Text] = column(
        "the code of the place through all renames, upgrades and recodes; see `places`", str_matches=SERIES_CODE
    )
    year: Series[Int16] = column("the year that a report should review", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    status: Series[Text] = column(
        "`published`; `late`: published after its due date; `missing`; `awaited`: absent, and not due by the "
        "newest date in reports of the family; `quarantined`: received and held back; `dissolved`: the place no longer "
        "existed",
        one_of=COVERAGE_STATUSES,
    )
    report_id: Series[Text] = column("the report; null if none", nullable=True)
    n_reports: Series[Int32] = column("number of reports on this year", unit="reports", ge=0)
    published_on: Series[Date] = column(
        "publication date according to its page, in China; null if not stated", nullable=True
    )
    issued_on: Series[Date] = column("date of signature; null if not stated", nullable=True)
    due_on: Series[Date] = column("due date by the law of the time; null if there was none", nullable=True)
    days_late: Series[Int32] = column(
        "days from `due_on` to `published_on`, 0 if in time; null if either is unknown",
        unit="days",
        nullable=True,
        ge=0,
    )
    check: Series[Text] = column(
        "for a report that was held back: the exclusion, or the check that failed", nullable=True
    )
    raw_path: Series[Text] = column("for a report that was held back: path below the raw folder", nullable=True)
    reason: Series[Text] = column("why the report is not simply published; null if it is", nullable=True)

    class Config(Table.Config):
        """Name, keys and row order of the table."""

        name = "coverage"
        metadata: ClassVar[TableSpec] = {
            "title": "齐备情况",
            "primary_key": ["family", "jurisdiction_code", "body_id", "series_code", "year"],
            "sort_by": ["family", "jurisdiction_code", "body_id", "series_code", "year"],
            "foreign_keys": [foreign_key("report_id", "reports")],
        }
