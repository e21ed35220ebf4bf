"""Metadata: what a report says about itself, and what hints add."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from nianbao.documents.dates import find_date, find_time
from nianbao.documents.model import Document, Family, Hints
from nianbao.documents.read import read_document

RULE_OF_LAW = (
    "您当前的位置:首页 > 政务公开 > 法治政府建设\n\n云汀市人民政府关于2019年法治政府建设工作情况的报告\n\n"
    "时间:2020-01-22 16:25:44 来源:本网 访问量: -\n"
    "【字体:\n\n\n云汀市人民政府关于2019年法治政府\n\n建设工作情况的报告\n\n"
    " 云府﹝2020﹞2号\n\n2019年以来,我市深入推进依法行政,现将情况报告如下。\n\n一、2019年主要情况\n\n"
    "(一)立法。全年制定规章2部,修改3部。\n\n二、2020年设想\n\n继续推进。\n\n"
    "特此报告。    \n\n云汀市人民政府  \n\n2020年1月9日   \n\n\n"
    "相关附件:\n\n扫一扫在手机打开当前页\n"
)
WORK_REPORT = (
    "各位代表：\n　　现在，我代表{who}，向大会报告政府工作，请予审议。\n　　一、2019年工作回顾\n"
    "　　全年{place}生产总值增长7.2%，出口下降3%。{place}建成公园3座。\n　　二、2020年工作安排\n　　力争增长6%以上。\n"
)


def read(text: str, **hints: object) -> Document:
    """Return a text as read with the given hints."""
    return read_document(text.encode(), media_type="text/plain", hints=Hints(**hints))  # type: ignore[arg-type]


def test_a_report_that_says_everything_needs_no_manifest() -> None:
    """Title, number, issuer, dates, family, place and year are read from the report alone."""
    document = read(RULE_OF_LAW)
    metadata = document.metadata
    assert metadata.title == "云汀市人民政府关于2019年法治政府建设工作情况的报告"
    assert metadata.document_number == "云府〔2020〕2号"
    assert metadata.issuer == "云汀市人民政府"
    assert metadata.issued_on == date(2020, 1, 9)
    assert metadata.published_at is not None
    assert metadata.published_at.utcoffset() == timedelta(hours=8)
    assert metadata.published_at.replace(tzinfo=None) == datetime(2020, 1, 22, 16, 25, 44)
    assert metadata.family is Family("rule_of_law")
    assert metadata.jurisdiction is not None
    assert (metadata.jurisdiction.code, metadata.jurisdiction.name) == ("990100", "云汀市")
    assert (metadata.report_year, metadata.covers_from, metadata.covers_beyond) == (2019, 2019, False)
    assert document.hint_conflicts == ()


def test_the_text_keeps_title_number_and_signature() -> None:
    """The text begins with title and document number and ends with the signature, without page labels."""
    lines = read(RULE_OF_LAW).text.split("\n")
    assert lines[:2] == ["云汀市人民政府关于2019年法治政府建设工作情况的报告", "云府〔2020〕2号"]
    assert lines[-3:] == ["特此报告。", "云汀市人民政府", "2020年1月9日"]


@pytest.mark.parametrize(
    ("who", "place", "code", "issuer"),
    [
        ("国务院", "全国", "000000", "国务院"),
        ("深圳市盐田区人民政府", "盐田", "440308", "深圳市盐田区人民政府"),
        ("宝安区人民政府", "宝安", "440306", "宝安区人民政府"),
        ("县人民政府", "青穗县", "990121", "青穗县人民政府"),
    ],
)
def test_the_speaker_identifies_a_work_report_without_a_title(who: str, place: str, code: str, issuer: str) -> None:
    """Without a title, the speaker's opening sentence gives family, government and issuer."""
    metadata = read(WORK_REPORT.format(who=who, place=place)).metadata
    assert metadata.family is Family("work_report")
    assert metadata.title is None
    assert metadata.jurisdiction is not None
    assert metadata.jurisdiction.code == code
    assert metadata.issuer == issuer


def test_a_shared_name_is_resolved_by_a_hint_or_by_the_places_in_the_text() -> None:
    """A district name that several cities have is resolved by a hint or by its city in the text, else not at all."""
    text = WORK_REPORT.format(who="龙华区人民政府", place="龙华")
    assert read(text).metadata.jurisdiction is None
    hinted = read(text, jurisdiction="深圳市龙华区")
    assert hinted.metadata.jurisdiction is not None
    assert hinted.metadata.jurisdiction.code == "440309"
    assert hinted.hint_conflicts == ()
    nearby = read(text.replace("全年", "在深圳市委领导下，全年")).metadata.jurisdiction
    assert nearby is not None
    assert nearby.code == "440309"


def test_the_manifest_fills_what_the_document_does_not_say() -> None:
    """Title, government and year come from the manifest if the document lacks them."""
    text = WORK_REPORT.format(who="区人民政府", place="我区").replace("2019年", "").replace("2020年", "")
    metadata = read(text, jurisdiction="深圳市罗湖区", title="罗湖区政府工作报告", delivered="2020-01-16").metadata
    assert metadata.title == "罗湖区政府工作报告"
    assert metadata.jurisdiction is not None
    assert metadata.jurisdiction.code == "440303"
    assert metadata.report_year == 2019


def test_a_conflict_between_manifest_and_document_is_recorded() -> None:
    """The document takes precedence over the manifest, and each difference is recorded."""
    document = read(
        RULE_OF_LAW, family=Family("work_report"), jurisdiction="清远市", title="清远市2018年工作要点", year=2018
    )
    assert {(d.field, d.given, d.found) for d in document.hint_conflicts} == {
        ("family", "work_report", "rule_of_law"),
        ("jurisdiction", "清远市", "云汀市"),
        ("title", "清远市2018年工作要点", "云汀市人民政府关于2019年法治政府建设工作情况的报告"),
        ("report_year", "2018", "2019"),
    }
    assert document.metadata.report_year == 2019


OF_AN_OFFICE = """沭阳县发展和改革局2023年度法治政府建设工作报告

2023年，我局审查规范性文件12件，办理行政复议案件3件，开展执法检查120次，举办法治培训4场，参加培训的执法人员有86人次，法治政府建设取得新的进展。

沭阳县发展和改革局
2024年1月10日
"""


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        (WORK_REPORT.format(who="国务院", place="全国"), {"jurisdiction": "国务院"}),
        (WORK_REPORT.format(who="国务院", place="全国"), {"jurisdiction": "全国"}),
        (WORK_REPORT.format(who="盐田区人民政府", place="盐田"), {"jurisdiction": "深圳市盐田区"}),
        (RULE_OF_LAW, {"title": "2019年法治政府建设工作情况的报告"}),
        (RULE_OF_LAW, {"title": "《云汀市人民政府关于2019年法治政府建设工作情况的报告》（全文）"}),
        (RULE_OF_LAW, {"year": 2019, "delivered": "2020"}),
        (OF_AN_OFFICE, {"jurisdiction": "沭阳县发展和改革局"}),
    ],
)
def test_another_wording_of_the_same_fact_is_not_a_conflict(text: str, hints: dict[str, object]) -> None:
    """Short names, quotation marks and partial dates that mean the same are not conflicts."""
    assert read(text, **hints).hint_conflicts == ()


def test_the_day_of_a_congress_is_the_day_of_its_report() -> None:
    """The date of the congress under the title is the date of the report."""
    text = "云汀市政府工作报告\n（2020年1月16日在云汀市第十四届人民代表大会第五次会议上）\n市长 王五\n"
    metadata = read(text + WORK_REPORT.format(who="市人民政府", place="云汀市")).metadata
    assert metadata.title == "云汀市政府工作报告"
    assert metadata.issued_on == date(2020, 1, 16)
    assert metadata.issuer == "云汀市人民政府"


@pytest.mark.parametrize(
    "line", ["（2020年1月16日  王五）", "二〇二〇年一月十六日在云汀市第十四届人民代表大会第五次会议上"]
)
def test_the_day_under_the_title_needs_no_digits_and_no_congress(line: str) -> None:
    """The date under the title may have Chinese numerals, or only the name of the speaker."""
    text = f"云汀市政府工作报告\n{line}\n" + WORK_REPORT.format(who="市人民政府", place="云汀市")
    assert read(text).metadata.issued_on == date(2020, 1, 16)


def test_the_posting_time_is_not_the_day_of_the_congress() -> None:
    """The posting time comes from its label and differs from the date of the congress."""
    congress = "2020年1月16日在云汀市第十四届人民代表大会第五次会议上"
    head = f"2020年云汀市政府工作报告\n{congress}\n来源：云汀日报\n时间：2020-02-03\n"
    metadata = read(head + WORK_REPORT.format(who="市人民政府", place="云汀市")).metadata
    assert metadata.published_at is not None
    assert (metadata.published_at.date(), metadata.issued_on) == (date(2020, 2, 3), date(2020, 1, 16))


@pytest.mark.parametrize(
    ("title", "code"),
    [("2020年静海区法治政府建设情况报告", "120118"), ("2020年度云汀市推进法治政府建设情况报告", "990100")],
)
def test_the_government_is_found_in_the_title_after_the_year(title: str, code: str) -> None:
    """A title that begins with the year still gives the government."""
    text = "2020年，稳步推进法治建设，全年各部门共办理行政案件3件。处罚2件。复议1件。"
    metadata = read(f"{title}\n{text}\n").metadata
    assert metadata.jurisdiction is not None
    assert metadata.jurisdiction.code == code


def test_an_autonomous_region_is_named_in_full() -> None:
    """自治区人民政府 is completed with the name of the region from the title."""
    text = WORK_REPORT.format(who="自治区人民政府", place="全区")
    metadata = read("2020年内蒙古自治区政府工作报告\n" + text).metadata
    assert metadata.issuer == "内蒙古自治区人民政府"


def test_a_document_number_that_is_only_cited_is_not_the_reports_own() -> None:
    """A number of another document in the text is not taken as the number of the report."""
    text = "根据省政府云政函[2019] 82号文批复，2019年撤销云汀县\n，设立云汀市。\n全年建成公园3座。完成投资5亿元。\n"
    assert read(text).metadata.document_number is None


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2020年1月9日", date(2020, 1, 9)),
        ("二〇二〇年一月十九日", date(2020, 1, 19)),
        ("二○一九年十二月二十一日", date(2019, 12, 21)),
        ("２０２０年１月９日", date(2020, 1, 9)),
        ("2020年2月30日", None),
        ("没有日期", None),
    ],
)
def test_dates_as_reports_print_them(printed: str, day: date | None) -> None:
    """Dates in digits, Chinese numerals and full-width digits are read; impossible ones are not."""
    assert find_date(printed) == day


@pytest.mark.parametrize(
    ("printed", "time"),
    [
        ("2023-10-23 08:59", "2023-10-23T08:59:00+08:00"),
        ("2020年08月02日", "2020-08-02T00:00:00+08:00"),
        ("2017——04——12", "2017-04-12T00:00:00+08:00"),
        ("发布时间：2020/1/2 9:05:07 来源：本网", "2020-01-02T09:05:07+08:00"),
        ("2007-08-20-23:59:59", "2007-08-20T00:00:00+08:00"),
    ],
)
def test_times_on_pages_are_read_in_china_time(printed: str, time: str) -> None:
    """Posting times in the formats of web pages are read with the time zone of China."""
    found = find_time(printed)
    assert found is not None
    assert found.isoformat() == time
