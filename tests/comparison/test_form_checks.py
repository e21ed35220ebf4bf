"""Checks of a form: its sums, what it carries over to the next year, and its agreement with the prose."""

from __future__ import annotations

from typing import Any

import pytest

from nianbao.comparison.checks.form import check_forms
from nianbao.comparison.checks.result import CheckResult
from nianbao.comparison.points import UnfilledCell
from nianbao.indicators.catalog import load_catalog
from schemas.rows import ObservationRow
from tests.comparison.compare_factory import compare_rows
from tests.indicators.observation_factory import row

PERSON, COMPANY, TOTAL = "natural_person", "company", "total"
OTHERS = ("research", "public_interest", "legal_service", "other_organisation")


def filled(year: int = 2023, **numbers: int) -> list[ObservationRow]:
    """Return the cells of one disclosure report by indicator id, in the order given."""
    return [
        row(
            name, str(value), value, "件", report_year=year, report_id=f"info_disclosure/440100/{year}",
            family="info_disclosure", indicator_id=name, match_method="form", match_score=1.0, char_start=10 * n,
        )
        for n, (name, value) in enumerate(numbers.items(), 1)
    ]  # fmt: skip


def whole_row(name: str, person: int, company: int, total: int) -> dict[str, int]:
    """Return all cells of one row of the request table."""
    rest = {f"{name}_{other}": 0 for other in OTHERS}
    return {f"{name}_{PERSON}": person, f"{name}_{COMPANY}": company, **rest, f"{name}_{TOTAL}": total}


def prose(quote: str, value: int, subject: str = "受理政府信息公开申请", **more: Any) -> ObservationRow:
    """Return an observation of a number of requests from the prose of the report."""
    return row(
        subject, quote, value, "件", report_year=2023, report_id="info_disclosure/440100/2023",
        family="info_disclosure", indicator_id="disclosure_requests", match_method="rule", match_score=1.0, **more,
    )  # fmt: skip


def answers(*reports: list[ObservationRow]) -> dict[str, list[CheckResult]]:
    """Return the results of the form checks by name of the check."""
    results: dict[str, list[CheckResult]] = {}
    for result in check_forms([item for report in reports for item in report], load_catalog()):
        results.setdefault(result.check, []).append(result)
    return results


def test_a_row_adds_up_to_its_total() -> None:
    """A row whose cells add up to its total passes, and the sum names the cells that are not zero."""
    (result,) = answers(filled(**whole_row("requests_new", 20, 1, 21)))["sum_of_cells"]
    assert (result.status, result.left.value, result.right.value, result.right.text) == ("pass", 21, 21, "20 + 1")


def test_a_total_that_is_not_the_sum_is_found() -> None:
    """A wrong total is a warning whose message has the printed total and the sum."""
    (result,) = answers(filled(**whole_row("requests_new", 20, 1, 22)))["sum_of_cells"]
    assert (result.status, result.severity, result.row["indicator_id"]) == ("fail", "warning", "requests_new_total")
    assert result.zh == "本年新收 × 总计写作22，各项相加得21（20 + 1）"


@pytest.mark.parametrize(("known", "status"), [(20, "not_assessable"), (21, "not_assessable"), (22, "fail")])
def test_an_empty_cell_is_not_zero(known: int, status: str) -> None:
    """With an empty cell, a total can only fail when the known cells already exceed it."""
    cells = whole_row("requests_new", known, 0, 21)
    del cells["requests_new_company"]
    (result,) = answers(filled(**cells))["sum_of_cells"]
    assert result.status == status


def outcomes(**numbers: int) -> dict[str, int]:
    """Return all outcomes of natural persons' requests: the given ones, and 0 for the others."""
    form = load_catalog().forms["info_disclosure"]
    (rule,) = (rule for rule in form.sums if rule.id == "outcomes" and rule.whole == ("requests_done_natural_person",))
    split = ("requests_not_completed_", "requests_not_paid_", "requests_other_rest_", "requests_other_natural")
    return {**{name: 0 for name in rule.parts if not name.startswith(split)}, **numbers}


@pytest.mark.parametrize(
    ("otherwise", "done", "status"),
    [
        ({"requests_other": 3}, 8, "pass"),  # as in 2019
        ({"requests_not_completed": 2, "requests_not_paid": 0, "requests_other_rest": 1}, 8, "pass"),  # as in 2021
        ({"requests_other": 3, "requests_not_completed": 2, "requests_other_rest": 1}, 8, "pass"),  # with a subtotal
        ({"requests_other": 3}, 9, "fail"),
        ({}, 8, "not_assessable"),  # 5 and an unknown rest
    ],
)
def test_the_outcomes_add_up_in_either_edition(otherwise: dict[str, int], done: int, status: str) -> None:
    """The outcomes add up in the form of 2019 and in that of 2021, with or without a subtotal."""
    cells = outcomes(requests_granted_natural_person=5)
    cells |= {f"{name}_natural_person": value for name, value in otherwise.items()}
    (result,) = answers(filled(**cells, requests_done_natural_person=done))["sum_of_cells"]
    assert result.status == status


@pytest.mark.parametrize(("left", "status"), [(2, "pass"), (3, "fail")])
def test_incoming_requests_are_completed_or_carried_forward(left: int, status: str) -> None:
    """New and carried-in requests must equal those completed and carried forward."""
    cells = {"requests_new_total": 21, "requests_carried_in_total": 1, "requests_done_total": 20}
    (result,) = answers(filled(**cells, requests_carried_out_total=left))["sum_of_cells"]
    assert (result.status, result.right.text) == (status, "21 + 1")


@pytest.mark.parametrize(("carried_in", "status"), [(2, "pass"), (1, "fail")])
def test_requests_carried_forward_appear_in_the_next_year(carried_in: int, status: str) -> None:
    """The number carried forward must equal the number carried in of the next year's report."""
    results = answers(filled(2022, requests_carried_out_total=2), filled(2023, requests_carried_in_total=carried_in))
    (result,) = results["carried_over"]
    assert (result.status, result.other and result.other["report_year"]) == (status, 2022)


def test_carry_over_is_not_checked_across_a_missing_year() -> None:
    """Reports two years apart are not checked for requests carried forward."""
    assert not answers(filled(2021, requests_carried_out_total=2), filled(2023, requests_carried_in_total=0))


@pytest.mark.parametrize(("in_force", "status"), [(8, "pass"), (9, "uncertain")])
def test_documents_in_force_follow_from_the_previous_year(in_force: int, status: str) -> None:
    """Documents in force should be those of last year plus issued minus repealed, or the check is uncertain."""
    name = "normative_documents"
    now = {f"{name}_issued": 3, f"{name}_repealed": 0, f"{name}_in_force": in_force}
    (result,) = answers(filled(2022, **{f"{name}_in_force": 5}), filled(2023, **now))["stock_of_cells"]
    assert (result.status, result.right.text) == (status, "5 + 3 - 0")


@pytest.mark.parametrize(
    ("quote", "value", "rounding", "status"),
    [
        ("21件", 21, 1.0, "pass"),
        ("22件", 22, 1.0, "uncertain"),
        ("17件", 17, 1.0, "uncertain"),
        ("20余件", 20, 10.0, "pass"),
    ],
)
def test_a_number_in_prose_is_checked_against_the_form(quote: str, value: int, rounding: float, status: str) -> None:
    """A number in prose that differs from the form is uncertain; a rounded one that fits passes."""
    qualifier = "more_than" if "余" in quote else "exact"
    counted = prose(quote, value, rounding=rounding, qualifier=qualifier)
    (result,) = answers([counted, *filled(requests_new_total=21)])["prose_beside_table"]
    assert (result.status, result.left.text, result.right.text) == (status, quote, "21")


def test_prose_about_another_year_is_not_checked_against_the_form() -> None:
    """A number in prose about last year is not checked against this year's form."""
    counted = prose("18件", 18, period_start=2022, period_end=2022)
    assert "prose_beside_table" not in answers([counted, *filled(requests_new_total=21)])


def test_findings_list_only_contradictions_with_unique_ids() -> None:
    """Only checks that do not pass become findings, and each has its own id."""
    rows = [prose("17件", 17), *filled(**whole_row("requests_new", 20, 1, 21), **whole_row("requests_done", 20, 2, 21))]
    found = compare_rows(rows).findings
    assert [(item["check"], item["status"], item["indicator_id"]) for item in found] == [
        ("prose_beside_table", "uncertain", "requests_new_total"),
        ("sum_of_cells", "fail", "requests_done_total"),
    ]
    assert len({item["finding_id"] for item in found}) == 2


def test_a_year_without_a_number_says_why() -> None:
    """A year whose cell says "not applicable" stays empty, and it and the next year give that reason."""
    rows = [*filled(2021, permits_decisions=5), *filled(2023, permits_decisions=7)]
    cell = UnfilledCell(
        report_id="info_disclosure/440100/2022",
        family="info_disclosure",
        jurisdiction_code="440100",
        jurisdiction_name="云汀市",
        body_id="",
        body_name="",
        body_kind="government",
        series_code="440100",
        report_year=2022,
        indicator_id="permits_decisions",
        state="not_applicable",
    )
    by_year = {item["year"]: item for item in compare_rows(rows, unfilled=[cell]).comparisons}
    assert {
        year: (item["value"], item["comparability"], item["comparability_note"]) for year, item in by_year.items()
    } == {
        2021: (5, "no_previous", None),
        2022: (None, "gap", "the cell says that it does not apply"),
        2023: (7, "gap", "2022: the cell says that it does not apply"),
    }
