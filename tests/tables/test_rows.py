"""From a document to rows: ids, sections and dates, and the order of two reports on one year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from nianbao.documents.identity import Identity, Reporter, Unidentified, identify
from nianbao.documents.model import Document, Family, Jurisdiction, Metadata, Section
from nianbao.extraction.model import Extraction, Observation, Unmatched
from nianbao.snapshots.store import Snapshot
from nianbao.steps.report_ids import Candidate, assign_ids
from nianbao.tables.rows import ReportRows, make_rows, section_ids
from tests.conftest import RECEIVED

YUNTING = Jurisdiction("990100", "云汀市", "city", "示例省")
TEXT = "一、工作\n（一）审批\n办理行政许可12件。\n（二）复议\n受理3宗。"
SECTIONS = (
    Section("一", 1, "工作", 0, 31),
    Section("一/（一）", 2, "审批", 5, 21),
    Section("一/（二）", 2, "复议", 21, 31),
)

NOTHING = Extraction((), ())


def document(**about: Any) -> Document:
    """Return a document with the metadata of a report of 云汀市."""
    known = {"family": Family("rule_of_law"), "jurisdiction": YUNTING, "report_year": 2019, **about}
    return Document(TEXT, SECTIONS, Metadata(**known), "utf-8", "text/plain")


def snapshot(**given: str) -> Snapshot:
    """Return the snapshot of a file with hints."""
    return Snapshot("a/b.txt", "file:b.txt", "b.txt", "f" * 64, "text/plain", 9, RECEIVED, "ingest", given)


def observed(start: int, end: int, relates_to: int | None = None) -> Observation:
    """Return an observation, as a change if it relates to another number."""
    kind = ("change_pct", "up") if relates_to is not None else ("level", None)
    number = (1.0, None, 1.0, "件", "exact", kind[0], kind[1], None, "actual", 2019, 2019, "许可", None, relates_to)
    return Observation(start, end, *number, 11, 21)


def rows_of(made: Document, extraction: Extraction = NOTHING, **given: str) -> ReportRows:
    """Return the rows of a document, which must be identified."""
    identity = identify(made)
    assert isinstance(identity, Identity)
    return make_rows(snapshot(**given), made, extraction, identity, "v1")


def test_quotes_are_cut_from_the_text_and_numbers_know_their_section() -> None:
    """Rows have their quote from the text, an id by offset and the innermost section."""
    start = TEXT.index("12件")
    extraction = Extraction((observed(start, start + 3),), (Unmatched(0, 1, "numbering", 0, 4),))
    made = rows_of(document(), extraction)
    row = made.observations[0]
    assert row["quote"] == "12件"
    assert row["observation_id"] == f"{row['report_id']}#{start}"
    assert row["section_id"] == f"{row['report_id']}/§一/（一）"
    other = made.unmatched[0]
    assert (other["quote"], other["reason"], other["section_id"]) == ("一", "numbering", f"{row['report_id']}/§一")


def test_a_change_relates_to_its_level_by_id() -> None:
    """A change refers to its level by the id of that observation."""
    start = TEXT.index("12件")
    made = rows_of(document(), Extraction((observed(start, start + 2), observed(start + 2, start + 3, start)), ()))
    level, change = made.observations
    assert (level["relates_to"], change["relates_to"]) == (None, level["observation_id"])


def test_a_second_section_of_the_same_path_has_a_separate_id() -> None:
    """Sections with the same path get different ids."""
    sections = (Section("一", 1, "", 0, 2), Section("一", 1, "", 2, 4), Section("二", 1, "", 4, 5))
    assert section_ids("r", sections) == ["r/§一", "r/§一~2", "r/§二"]


def test_a_time_without_a_zone_is_china_time() -> None:
    """A posting time without a time zone is read as China time and stored in UTC."""
    made = rows_of(document(published_at=datetime(2020, 1, 22, 16, 25, 44)))
    assert made.report["published_at"] == datetime(2020, 1, 22, 8, 25, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("about", "given", "dated"),
    [
        ({"issued_on": date(2020, 1, 9), "published_at": RECEIVED}, {}, date(2020, 1, 9)),
        ({"published_at": datetime(2020, 1, 22, 20, tzinfo=UTC)}, {}, date(2020, 1, 23)),
        ({}, {"delivered": "2020"}, date(2020, 1, 1)),
        ({}, {"delivered": "2020-02-30"}, None),
        ({}, {}, None),
    ],
)
def test_the_day_that_orders_reports(about: dict[str, Any], given: dict[str, str], dated: date | None) -> None:
    """Reports are ordered by signature, else by posting day in China, else by the given date."""
    assert rows_of(document(**about), NOTHING, **given).dated == dated


@pytest.mark.parametrize(
    ("missing", "check"),
    [("family", "family_unknown"), ("jurisdiction", "jurisdiction_unknown"), ("report_year", "report_year_unknown")],
)
def test_an_unidentified_document_says_what_is_missing(missing: str, check: str) -> None:
    """A document without family, place or year is unidentified, with the command that sets it."""
    found = identify(document(**{missing: None}))
    assert isinstance(found, Unidentified)
    assert found.check == check
    assert "set it with `nianbao ingest FILE" in found.reason


REPORTER = Reporter("990100", "云汀市", "", "", "government", "990100")


def candidate(name: str, text: str = "", beyond: bool = False, dated: date | None = None) -> Candidate:
    """Return a candidate for the report of 云汀市 on 2020."""
    provisional = f"work_report/990100/2020-{abs(hash(name))}"
    return Candidate(
        "p",
        "k",
        provisional,
        "work_report/990100/2020",
        f"{abs(hash(name)):064x}",
        text or name,
        REPORTER,
        beyond,
        dated,
        f"file:{name}",
    )


def ids(*candidates: Candidate) -> dict[str, str]:
    """Return the ids of the reports by source URL, in order."""
    return {row.candidate.source_url: row.report_id for row in assign_ids(candidates).reports}


def test_a_report_that_goes_beyond_its_year_comes_second() -> None:
    """Of two reports on a year, the one that also covers part of the next year gets the suffix."""
    autumn = candidate("autumn", beyond=True, dated=date(2020, 1, 1))
    spring = candidate("spring", dated=date(2021, 2, 1))
    assert ids(autumn, spring) == {
        "file:spring": "work_report/990100/2020",
        "file:autumn": "work_report/990100/2020-2",
    }


def test_reports_are_ordered_by_date_then_by_url() -> None:
    """Reports on one year are ordered by date, and undated ones by URL."""
    late, early = candidate("a", dated=date(2021, 3, 1)), candidate("b", dated=date(2021, 2, 1))
    undated, other = candidate("c"), candidate("d")
    assert list(ids(other, undated, late, early)) == ["file:b", "file:a", "file:c", "file:d"]


def test_one_text_is_one_report() -> None:
    """Two files with the same text are one report, and the second is recorded as a duplicate."""
    placement = assign_ids([candidate("b", text="same"), candidate("a", text="same"), candidate("c")])
    assert [row.report_id for row in placement.reports] == ["work_report/990100/2020", "work_report/990100/2020-2"]
    ((left_out, kept),) = placement.duplicates
    assert (left_out.source_url, kept.candidate.source_url) == ("file:b", "file:a")
