"""Reporting bodies in whole runs: departments, towns and zones, renamed cities, and stable ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao import pipeline
from nianbao.options import RunOptions
from nianbao.sources.local import ingest, list_files


def report_text(title: str, year: int, cases: int, signatory: str, day: str = "1月18日") -> str:
    """Return a rule-of-law report with its title, number of cases, signatory and date."""
    return (
        f"{title}\n"
        f"{year}年，我单位认真推进法治政府建设，现将情况报告如下。\n"
        "一、主要工作\n"
        f"全年办理行政复议案件{cases}件，比上年增长7.2%。组织开展法治培训3次。\n"
        f"二、{year + 1}年工作打算\n"
        "继续推进法治建设。\n"
        f"{signatory}\n"
        f"{year + 1}年{day}\n"
    )


def of_reporter(name: str, year: int, cases: int, day: str = "1月18日") -> str:
    """Return a rule-of-law report of the named body."""
    return report_text(f"{name}关于{year}年法治政府建设情况的报告", year, cases, name, day)


class Archive:
    """A raw folder and the tables of it."""

    def __init__(self, folder: Path) -> None:
        """Create the folders below `folder`."""
        self.raw, self.curated, self.inbox = folder / "raw", folder / "curated", folder / "inbox"
        self.raw.mkdir()
        self.inbox.mkdir()

    def add(self, text: str, name: str, **hints: str) -> str:
        """Ingest a text; return the message about it."""
        path = self.inbox / name
        path.write_text(text, "utf-8")
        (result,) = ingest(list_files([path]), self.raw, hints=hints)
        assert result.outcome == "new", result
        return result.note

    def run(self, **options: Any) -> None:
        """Read the folder and publish the tables."""
        pipeline.run(self.raw, self.curated, RunOptions(**options))

    def rows(self, table: str, *columns: str) -> list[Any]:
        """Return the rows of a table, of one column the values."""
        rows = parquet.read_table(self.curated / f"{table}.parquet", columns=list(columns)).to_pylist()
        return [row[columns[0]] if len(columns) == 1 else tuple(row.values()) for row in rows]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an empty archive."""
    return Archive(tmp_path)


def test_a_department_has_its_own_ids_and_series_even_with_a_jurisdiction(archive: Archive) -> None:
    """A department's report gets its own id, folder, series and coverage, also if the city is given."""
    archive.add(of_reporter("云汀市司法局", 2023, 96), "office.txt", jurisdiction="云汀市")
    for year, cases in ((2022, 210), (2023, 233), (2024, 250)):
        archive.add(of_reporter("云汀市人民政府", year, cases, "3月18日"), f"city{year}.txt")
    archive.run()
    assert archive.rows("reports", "report_id") == [
        "rule_of_law/990100.sfj/2023",
        "rule_of_law/990100/2022",
        "rule_of_law/990100/2023",
        "rule_of_law/990100/2024",
    ]
    assert archive.rows("reports", "body_id", "body_name", "body_kind", "series_code")[:2] == [
        ("sfj", "司法局", "department", "990100"),
        ("", "", "government", "990100"),
    ]
    found = archive.rows("comparisons", "body_id", "indicator_id", "year", "value")
    values = {(body, year): value for body, name, year, value in found if name == "reconsideration_closed" or value}
    assert values["", 2023] == 233
    assert values["sfj", 2023] == 96
    assert archive.rows("rejects", "check") == []
    assert (archive.raw / "rule_of_law/990100-云汀市/_bodies/sfj-司法局/2023").is_dir()
    assert {body for body, _ in archive.rows("coverage", "body_id", "year")} == {"", "sfj"}


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("云汀市市场监督管理局", "scjgj", "department"),
        ("云汀市人民政府办公室", "bgs", "office"),
        ("云汀市高新技术产业开发区管理委员会", "z-gaoxin", "zone"),
        ("青穗县永城镇人民政府", "t-yongcheng", "township"),
        ("青穗县金龙街道办事处", "t-jinlong", "subdistrict"),
    ],
)
@pytest.mark.parametrize("hints", [{}, {"jurisdiction": "990100"}])
def test_no_body_is_filed_as_a_government(
    archive: Archive, name: str, body: str, kind: str, hints: dict[str, str]
) -> None:
    """Departments, offices, zones and towns are published as such, with or without a given place."""
    archive.add(of_reporter(name, 2023, 96), "a.txt", **hints)
    archive.run()
    assert archive.rows("reports", "body_id", "body_kind") == [(body, kind)]


def test_the_office_of_the_rule_of_law_committee_reports_for_the_government(archive: Archive) -> None:
    """The report of the office of law-based governance is that of the government."""
    archive.add(of_reporter("中共云汀市委全面依法治市委员会办公室", 2023, 96), "a.txt")
    archive.run()
    assert archive.rows("reports", "report_id") == ["rule_of_law/990100/2023"]


def test_an_unknown_body_is_never_published_as_the_government(archive: Archive) -> None:
    """An unknown body is rejected as `body_unknown` or published as an institution."""
    archive.add(of_reporter("云汀市星火燎原中心", 2023, 96), "a.txt", jurisdiction="云汀市")
    archive.run()
    kinds = archive.rows("reports", "body_kind")
    if not kinds:
        assert archive.rows("rejects", "check") == ["body_unknown"]
    assert kinds in ([], ["institution"])


def test_an_ambiguous_place_is_rejected_until_a_jurisdiction_is_given(archive: Archive) -> None:
    """An ambiguous place is rejected with candidates and the option that resolves it, which then works."""
    archive.add(of_reporter("鼓楼区司法局", 2023, 96), "a.txt")
    archive.add(of_reporter("鼓楼区人民政府", 2023, 97), "b.txt")
    archive.add(of_reporter("鼓楼区司法局", 2022, 98), "c.txt", jurisdiction="南京市鼓楼区")
    archive.run()
    rejects = archive.rows("rejects", "check", "reason")
    assert [check for check, _ in rejects] == ["place_ambiguous", "place_ambiguous"]
    assert all("江苏省南京市鼓楼区 320106" in reason and "--jurisdiction" in reason for _, reason in rejects)
    assert archive.rows("reports", "report_id") == ["rule_of_law/320106.sfj/2022"]


def test_a_given_body_identifies_a_title_without_an_owner(archive: Archive) -> None:
    """A report whose title names no owner is identified by the given place and body."""
    text = report_text("2023年法治政府建设年度报告", 2023, 96, "")
    archive.add(text, "a.txt", jurisdiction="云汀市", body="司法局")
    archive.run()
    assert archive.rows("reports", "report_id") == ["rule_of_law/990100.sfj/2023"]


def test_zones_of_different_cities_are_different_bodies(archive: Archive) -> None:
    """Zones of five cities get five ids, and none is mistaken for a district named 新区."""
    names = ("成都高新区", "四川天府新区", "重庆两江新区", "陕西省西咸新区", "石家庄高新区")
    for number, name in enumerate(names):
        archive.add(report_text(f"{name}2021年法治政府建设年度报告", 2021, 90 + number, ""), f"{number}.txt")
    archive.run()
    found = archive.rows("reports", "report_id", "body_kind")
    assert len({report_id for report_id, _ in found}) == 5
    assert all(kind == "zone" and not report_id.endswith(("-2", "-3")) for report_id, kind in found)
    assert not any("/130206/" in report_id for report_id, _ in found)


def test_a_reused_name_belongs_to_its_holder_of_the_year(archive: Archive) -> None:
    """A report belongs to the place that bore the name in its year."""
    archive.add(of_reporter("毕节市人民政府", 2010, 96), "a.txt")
    archive.add(of_reporter("巢湖市人民政府", 2010, 97), "b.txt")
    archive.run()
    assert archive.rows("reports", "jurisdiction_code") == ["341400", "522401"]


def test_a_renamed_city_is_one_series(archive: Archive) -> None:
    """Reports under the old and the new name of a city are published in one series."""
    archive.add(of_reporter("襄樊市人民政府", 2009, 210), "a.txt")
    archive.add(of_reporter("襄阳市人民政府", 2010, 233), "b.txt")
    archive.run()
    assert archive.rows("rejects", "check") == []
    assert archive.rows("reports", "jurisdiction_name", "series_code") == [("襄樊市", "420600"), ("襄阳市", "420600")]


def test_values_under_the_old_and_the_new_name_of_a_city_are_compared(archive: Archive) -> None:
    """The GDP under the new name of a city is compared with that under the old one."""
    texts = {
        "襄樊市": "2009年，全市地区生产总值1201亿元。\n二、2010年主要预期目标\n预期目标是地区生产总值1300亿元。\n",
        "襄阳市": "2010年，全市地区生产总值1538.3亿元。\n二、2011年主要预期目标\n预期目标是地区生产总值1700亿元。\n",
    }
    for number, (name, figures) in enumerate(texts.items()):
        opening = f"{name}{2010 + number}年政府工作报告\n各位代表：\n现在，我代表{name}人民政府，向大会报告工作。\n"
        review = f"一、{2009 + number}年工作回顾\n{figures}"
        archive.add(opening + review, f"{number}.txt", family="work_report", year=str(2009 + number))
    archive.run()
    assert archive.rows("rejects", "check") == []
    found = archive.rows("comparisons", "indicator_id", "year", "value", "comparability", "series_code")
    assert [(year, value, how) for name, year, value, how, _ in found if name == "gdp" and year < 2011] == [
        (2009, 1201e8, "no_previous"),
        (2010, 1538.3e8, "comparable"),
    ]


def ids_by_day(archive: Archive) -> dict[str, str]:
    """Return the ids of the reports by day of signature."""
    return {str(day): report_id for report_id, day in archive.rows("reports", "report_id", "issued_on")}


@pytest.mark.parametrize("options", [{}, {"force": True}])
def test_a_published_report_keeps_its_id_when_an_earlier_one_arrives(archive: Archive, options: dict[str, Any]) -> None:
    """A published report keeps its id when an earlier one on the year arrives, even if all are read again."""
    archive.add(of_reporter("云汀市人民政府", 2023, 233, "3月18日"), "late.txt")
    archive.run()
    archive.add(of_reporter("云汀市人民政府", 2023, 250, "1月18日"), "early.txt")
    archive.run(**options)
    expected = {"2024-03-18": "rule_of_law/990100/2023", "2024-01-18": "rule_of_law/990100/2023-2"}
    assert ids_by_day(archive) == expected
    archive.add(of_reporter("云汀市人民政府", 2023, 260, "1月8日"), "earliest.txt")
    archive.run(force=True)
    assert ids_by_day(archive) == expected | {"2024-01-08": "rule_of_law/990100/2023-3"}


def test_reports_that_arrive_together_are_ordered_by_their_days(archive: Archive) -> None:
    """Of two new reports on a year, the earlier one gets the id without suffix."""
    archive.add(of_reporter("云汀市人民政府", 2023, 233, "3月18日"), "late.txt")
    archive.add(of_reporter("云汀市人民政府", 2023, 250, "1月18日"), "early.txt")
    archive.run()
    assert ids_by_day(archive)["2024-01-18"] == "rule_of_law/990100/2023"


def test_three_years_of_a_bureau_are_one_series(archive: Archive) -> None:
    """Reports of a department on three years share one series."""
    for year in (2021, 2022, 2023):
        archive.add(of_reporter("云汀市生态环境局", year, 90 + year % 10), f"{year}.txt")
    archive.run()
    ids = archive.rows("reports", "report_id")
    assert len({report_id.rpartition("/")[0] for report_id in ids}) == 1
    assert len(ids) == 3


@pytest.mark.parametrize("command", ["check", "compare", "coverage"])
@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("没有这个市", 2, "unknown place"),
        ("区", 2, "unknown place"),
        ("鼓楼区", 2, "江苏省南京市鼓楼区 (320106)"),
        ("深圳市盐田区", 1, "no report of 广东省深圳市盐田区"),
    ],
)
def test_a_jurisdiction_without_reports_is_an_error(
    archive: Archive, command: str, name: str, code: int, message: str
) -> None:
    """An unknown, ambiguous or unreported place is an error of `check`, `compare` and `coverage` with its reason."""
    archive.add(of_reporter("云汀市人民政府", 2023, 233), "a.txt")
    archive.run()
    result = CliRunner().invoke(app, [command, "--jurisdiction", name, "--curated", str(archive.curated)])
    assert (result.exit_code, message in result.stderr) == (code, True), result.stderr
