"""Titles on list pages: which are reports, and the years that they review."""

from __future__ import annotations

from datetime import date

import pytest

from nianbao.documents.model import Body, Family
from nianbao.documents.reporter import jurisdiction_of
from nianbao.places.resolve import resolve_place
from nianbao.sources.titles import reported_year, wanted_year
from schemas.families import load_profiles
from tests.sources.conftest import source

RULES = {family: profile.list_titles for family, profile in load_profiles().items()}
YES = [(family, title, year) for family, rule in RULES.items() for title, year in rule.taken.items()]
NO = [(family, title) for family, rule in RULES.items() for title in rule.left]


@pytest.mark.parametrize(("family", "title", "year"), YES)
def test_a_report_and_its_year(family: Family, title: str, year: int) -> None:
    """Each example title of a report in `families.yaml` gives its year."""
    assert reported_year(title, family) == year


@pytest.mark.parametrize(("family", "title"), NO)
def test_titles_about_a_report_are_not_reports(family: Family, title: str) -> None:
    """Titles of notices and explanations about a report are not taken as reports."""
    assert reported_year(title, family, date(2023, 3, 1)) is None


@pytest.mark.parametrize(
    ("title", "posted", "year"),
    [
        ("政府工作报告", date(2020, 1, 20), 2019),
        ("政府工作报告", None, None),
        ("二〇二〇年政府工作报告", None, 2019),
        ("二○一九年云汀市政府工作报告", None, 2018),
        ("2020年 政府 工作报告", None, 2019),
    ],
)
def test_work_reports_name_the_year_of_their_delivery(title: str, posted: date | None, year: int | None) -> None:
    """The year in the title of a work report is that of delivery, so the report is on the year before."""
    assert reported_year(title, Family("work_report"), posted) == year


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("云汀市2020年法治政府建设年度报告", 2020),
        ("2020年法治政府建设年度报告", 2020),
        ("青穗县2020年法治政府建设年度报告", None),
        ("青穗县人民政府关于2020年法治政府建设情况的报告", None),
        ("示例省云汀市2020年法治政府建设情况报告", 2020),
        ("清远市清新区2020年法治政府建设年度报告", None),
    ],
)
def test_reports_of_other_places_in_the_same_column_are_left_alone(title: str, year: int | None) -> None:
    """A report of another place in the same list is left out."""
    assert wanted_year(title, source()) == year


def test_a_source_may_narrow_its_titles() -> None:
    """A pattern in a source limits which titles are taken."""
    import re

    narrow = source(title=re.compile("年度报告"))
    assert wanted_year("云汀市2020年法治政府建设年度报告", narrow) == 2020
    assert wanted_year("云汀市2020年法治政府建设情况报告", narrow) is None


def test_real_names_with_the_signs_of_offices_in_them() -> None:
    """景德镇市 is not a township, and 中共…市委 …市人民政府 is not an office."""
    unit = jurisdiction_of(resolve_place("景德镇市"))
    jingdezhen = source(jurisdiction=unit)
    assert wanted_year("景德镇市人民政府关于2020年法治政府建设情况的报告", jingdezhen) == 2020
    assert wanted_year("景德镇市2020年法治政府建设情况的报告", jingdezhen) == 2020
    assert wanted_year("中共景德镇市委 景德镇市人民政府关于2020年法治政府建设情况的报告", jingdezhen) == 2020


def test_a_source_of_an_office_takes_its_titles_and_no_others() -> None:
    """A source of a department takes only titles of that department, and one of a government takes none of them."""
    office = source(body=Body("department", "sfj", "司法局", acts_for_government=False))
    assert wanted_year("云汀市司法局2020年法治政府建设情况报告", office) == 2020
    assert wanted_year("云汀市人民政府2020年法治政府建设情况报告", office) is None
    assert wanted_year("云汀市生态环境局2020年法治政府建设情况报告", office) is None
    assert wanted_year("云汀市司法局2020年法治政府建设情况报告", source()) is None
