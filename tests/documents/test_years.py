"""The years that a report reviews, from its wording."""

from __future__ import annotations

import pytest

from nianbao.documents.model import Family
from nianbao.documents.outline import outline
from nianbao.documents.years import Coverage, coverage

OPEN = "各位代表：\n现在，我代表区人民政府，向大会报告政府工作，请予审议。\n"


def years(text: str, delivered: int | None = None, title: str | None = None) -> tuple[int | None, int | None, bool]:
    """Return the report year, the first year covered and whether the text goes beyond it."""
    found: Coverage = coverage(text, outline(text), Family("work_report"), title, None, delivered)
    return found.report_year, found.covers_from, found.covers_beyond


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the heading of the review names its year
        ("一、2018年工作回顾\n出口增长3%。\n二、2019年工作安排\n力争增长5%。", (2018, 2018, False)),
        ("一、一九九三年工作回顾\n出口增长3%。\n二、一九九四年任务\n力争增长5%。", (1993, 1993, False)),
        ("一、迎难而上，２０２２年经济社会发展取得新进步\n增长3%。\n二、2023年目标\n增长5%。", (2022, 2022, False)),
        ("2019年工作回顾\n出口增长3%。\n2020年工作安排\n力争增长5%。", (2019, 2019, False)),
        ("一、2019年主要工作\n出口增长3%。\n二、2020年主要工作\n力争增长5%。", (2019, 2019, False)),
        ("一、1993年工作的回顾和1994年工作的方针\n出口增长3%。\n二、农业\n增长5%。", (1993, 1993, False)),
        # a title above it is not a heading
        ("2004年云汀市政府工作报告\n2003年工作的回顾\n出口增长3%。\n2004年工作安排\n增长5%。", (2003, 2003, False)),
        # it does not, but the plan does, or the first sentence
        ("一、过去一年工作回顾\n经济稳中有进。\n二、2017年工作安排\n力争增长5%。", (2016, 2016, False)),
        ("二、2014年工作任务\n力争增长5%。\n三、加强自身建设\n改进作风。", (2013, 2013, False)),
        ("一、过去一年工作回顾\n2021年是建党百年。\n二、今年工作安排\n力争增长5%。", (2021, 2021, False)),
        # a year that is only a goal is not under review
        ("一、2020年工作回顾\n增长3%。\n二、2021—2025年发展目标\n增长6%。", (2020, 2020, False)),
        # the review continues into the year of the report
        ("一、2021年以来工作回顾\n出口增长3%。\n二、今年后三季度安排\n力争增长5%。", (2021, 2021, True)),
        ("一、2019年和今年以来工作回顾\n增长6%。\n二、今年发展目标\n就业900万人。", (2019, 2019, True)),
        # a five-year plan
        ("一、“九五”时期简要回顾和2000年基本情况\n翻了一番。\n二、“十五”目标\n增长12%。", (2000, 1996, False)),
        ("一、2015年工作回顾及“十二五”成绩\n增长9%。\n二、“十三五”思路和2016年安排\n增长8%。", (2015, 2011, False)),
        ("一、“十四五”时期成就和2025年主要工作\n增长5%。\n二、2026年安排\n增长5%。", (2025, 2021, False)),
        (
            "一、2020年工作回顾\n增长2%。\n二、“十三五”时期发展成就和“十四五”主要目标\n过去五年，增长6%。",
            (2020, 2016, False),
        ),
        (
            "一、2015年工作回顾\n各位代表，过去五年，我区生产总值年均增长11%。\n二、2016年任务\n增长8%。",
            (2015, 2011, False),
        ),
        ("一、2020年工作回顾\n实现“十三五”顺利收官，增长2%。\n二、2021年任务\n增长6%。", (2020, 2020, False)),
        # a new congress, at the turn of the year
        (
            "一、过去一年和五年工作回顾\n2022年是重要的一年。五年来增长5%。\n二、对今年政府工作的建议\n增长5%。",
            (2022, 2018, False),
        ),
        (
            "一、过去五年工作回顾\n生产总值由2004年的2000亿元增加到2009年的3900亿元。\n二、今后五年任务\n增长9%。",
            (2009, 2005, False),
        ),
        ("一、2021年及过去五年工作回顾\n增长6%。\n二、今后五年任务\n增长6%。", (2021, 2017, False)),
        ("一、过去5年工作回顾\n2002年出口增长6%。\n二、2003年任务\n增长6%。", (2002, 1998, False)),
        (
            "过去五年的回顾\n粮食由1978年的三亿吨增加到1982年的四亿吨。\n今后五年的任务\n增长5%。",
            (1982, 1978, False),
        ),
        ("一、第一个五年计划时期内和第二个五年计划的第一年\n1958年增长6%。\n二、1959年\n增长5%。", (1958, 1953, False)),
        # a new congress in the second half of the year
        (
            "一、区六届人大一次会议以来的工作\n生产总值从2015年694亿元增长到2020年847亿元。今年上半年增长9%。"
            "\n二、未来五年目标\n增长6%。",
            (2020, 2016, True),
        ),
        (
            "一、过去五年工作回顾\n实现“十三五”良好开局。预计到2016年底，生产总值年均增长8%。\n二、未来五年目标\n到2021年达到2800亿元。",
            (2015, 2012, True),
        ),
    ],
)
def test_the_wording_gives_the_years_under_review(text: str, expected: tuple[int, int, bool]) -> None:
    """Headings, plans and phrases of a work report give the reviewed year and its first year."""
    assert years(OPEN + text) == expected


def test_a_new_congress_is_given_its_year_by_the_manifest() -> None:
    """For a review of a full term without a year, the date of delivery gives the year."""
    text = (
        OPEN
        + "一、过去五年工作回顾\n区七届人大一次会议以来的五年，经济总量大幅增长。\n二、未来五年任务\n到2025年翻番。"
    )
    assert years(text, delivered=2021) == (2020, 2016, True)
    text = OPEN + "一、本届政府工作回顾\n五年来，动能实现大转换。\n二、未来五年任务\n到2025年翻番。"
    assert years(text, delivered=2021) == (2020, 2017, True)


def test_the_manifest_decides_only_where_the_document_is_silent() -> None:
    """The date of delivery is used only if the text names no year; without both there is no year."""
    assert years(OPEN + "一、工作回顾\n成绩来之不易。\n二、今后工作\n再接再厉。", delivered=2019) == (2018, 2018, False)
    assert years(OPEN + "一、2017年工作回顾\n增长8%。\n二、2018年安排\n增长7%。", delivered=2022)[0] == 2017
    assert years(OPEN + "一、工作回顾\n成绩来之不易。") == (None, None, False)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("2004年云汀市政府工作报告", (2003, 1999)),
        ("云汀市人民政府工作报告（2003年工作回顾）", (2003, 1999)),
        ("云汀市政府工作报告（2003年度）", (2003, 1999)),
    ],
)
def test_a_title_names_the_year_it_is_given_or_the_one_it_reviews(title: str, expected: tuple[int, int]) -> None:
    """A year at the front of a title is that of delivery, one in brackets is the reviewed year."""
    assert years(OPEN + "一、过去五年工作回顾\n出口年均增长6%。", title=title)[:2] == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("云汀市人民政府关于2019年法治政府建设情况的报告", "现将情况报告如下。", 2019),
        ("云汀市关于2022年法治工作情况暨2023年工作要点的报告", "现将情况报告如下。", 2022),
        ("贯彻《法治政府建设实施纲要（2021—2025年）》2021年情况的报告", "现将情况报告如下。", 2021),
        (None, "一、加强领导\n扎实推进。\n八、2020年工作计划\n继续推进。", 2019),
        (None, "2021年，我市深入推进法治政府建设。", 2021),
    ],
)
def test_the_year_of_a_rule_of_law_report(title: str | None, text: str, expected: int) -> None:
    """The year comes from the title, else from the headings or the first sentence."""
    assert coverage(text, outline(text), Family("rule_of_law"), title).report_year == expected


def test_the_year_of_a_disclosure_report_comes_from_its_statistics_clause() -> None:
    """The period of the statistics gives the year of a disclosure report."""
    text = "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。"
    assert coverage(text, (), Family("info_disclosure")).report_year == 2023
