"""The table `coverage`: which reports there are, which came late, which are missing, which were held back."""

from typing import ClassVar

from pandera.typing import Series

from schemas.table import Date, Int16, Int32, Table, TableSpec, Text, column, foreign_key
from schemas.vocabulary import FAMILIES, FIRST_YEAR, JURISDICTION_CODE, LAST_YEAR

PUBLISHED, LATE, MISSING, AWAITED, QUARANTINED = "published", "late", "missing", "awaited", "quarantined"
COVERAGE_STATUSES = (PUBLISHED, LATE, MISSING, AWAITED, QUARANTINED)


class Coverage(Table):
    """One row a series and year, from the series' first report to the newest year that any report of the family is
    on. Late is judged by the dates in the reports, never by the day on which a run looks."""

    family: Series[Text] = column("the report series", one_of=FAMILIES)
    jurisdiction_code: Series[Text] = column("the government in GB/T 2260", str_matches=JURISDICTION_CODE)
    jurisdiction_name: Series[Text] = column("its name, 清远市", str_length={"min_value": 1})
    year: Series[Int16] = column("the year that a report should review", unit="year", ge=FIRST_YEAR, le=LAST_YEAR)
    status: Series[Text] = column(
        "`published`; `late`: published after its day; `missing`; `awaited`: not there, and not due by the newest date "
        "in the family's reports; `quarantined`: something came and was held back",
        one_of=COVERAGE_STATUSES,
    )
    report_id: Series[Text] = column("the report; null where there is none", nullable=True)
    n_reports: Series[Int32] = column("how many reports there are on this year", unit="reports", ge=0)
    published_on: Series[Date] = column(
        "the day on which its page says it was published, in China; null where it does not", nullable=True
    )
    issued_on: Series[Date] = column("the day it was signed; null where it does not say", nullable=True)
    due_on: Series[Date] = column(
        "the last day for it in the law of the time; null where there was none", nullable=True
    )
    days_late: Series[Int32] = column(
        "days from `due_on` to `published_on`, 0 for one in time; null where either is not known",
        unit="days",
        nullable=True,
        ge=0,
    )
    check: Series[Text] = column("of what was held back: the mark of the gate, or the check", nullable=True)
    raw_path: Series[Text] = column("of what was held back: its path below the folder of raw files", nullable=True)
    reason: Series[Text] = column("why it is not simply published; null where it is", nullable=True)

    class Config(Table.Config):
        name = "coverage"
        metadata: ClassVar[TableSpec] = {
            "title": "齐备情况",
            "primary_key": ["family", "jurisdiction_code", "year"],
            "sort_by": ["family", "jurisdiction_code", "year"],
            "foreign_keys": [foreign_key("report_id", "reports")],
        }
