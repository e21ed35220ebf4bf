"""Which part of a report reviews one year or several, which one plans, and the role of each section."""

from __future__ import annotations

import pytest

from nianbao.documents.model import Document, Metadata
from nianbao.extraction.numbers.quantity import plain_text
from nianbao.extraction.time.scope import find_passages, passage_at, section_roles
from tests.extraction.sentences import read, report

PassageYears = tuple[str, int | None, int | None]
_REVIEW_AND_PLAN = "一、2023年工作回顾\n新建学校5所。\n（一）教育\n二、2024年工作安排\n（一）重点\n新建学校8所。\n"
_FIVE_YEARS = (
    "一、过去五年工作回顾\n五年来，成效显著。\n2023年，稳中有进。\n二、今后五年工作思路\n今后五年，再上台阶。\n"
    "三、2024年重点工作\n抓好开局。\n"
)


def passage_years(text: str, line: str, since: int | None = None) -> PassageYears:
    """Return modality and years of the passage of a line."""
    document = report(text, since=since)
    passages = find_passages(document, plain_text(text))
    here = passage_at(passages, [passage.start for passage in passages], text.index(line))
    return here.modality, here.first, here.last


@pytest.mark.parametrize(
    ("text", "line", "since", "expected"),
    [
        (_REVIEW_AND_PLAN, "新建学校5所", None, ("actual", 2023, 2023)),
        (_REVIEW_AND_PLAN, "（一）教育", None, ("actual", 2023, 2023)),
        (_REVIEW_AND_PLAN, "（一）重点", None, ("target", 2024, 2024)),
        (_REVIEW_AND_PLAN, "新建学校8所", None, ("target", 2024, 2024)),
        (_FIVE_YEARS, "成效显著", 2019, ("actual", 2019, 2023)),
        (_FIVE_YEARS, "稳中有进", 2019, ("actual", 2023, 2023)),
        (_FIVE_YEARS, "再上台阶", 2019, ("target", 2024, 2028)),
        (_FIVE_YEARS, "抓好开局", 2019, ("target", 2024, 2024)),
        ("一、二〇二三年的成就\n甲\n二、二〇二四年经济战线上的任务\n乙\n", "乙", None, ("target", 2024, 2024)),
        (
            "我现在代表国务院作关于发展国民经济第十四个五年计划的报告。\n一、工业的建设\n甲\n",
            "甲",
            None,
            ("target", 2021, 2025),
        ),
        (
            "一、2023年回顾\n甲\n二、今后五年的目标\n乙\n在过去五年里，访问了46国。\n丙\n",
            "访问",
            None,
            ("actual", 2019, 2023),
        ),
        (
            "一、2023年回顾\n甲\n二、今后五年的目标\n乙\n在过去五年里，访问了46国。\n丙\n",
            "丙",
            None,
            ("target", 2024, 2028),
        ),
        ("没有标题的一段。\n", "没有", None, ("actual", 2023, 2023)),
        ("一、2023年民生实事完成情况\n甲\n二、2024年民生实事项目计划\n乙\n", "甲", None, ("actual", 2023, 2023)),
        ("一、2023年民生实事完成情况\n甲\n二、2024年民生实事项目计划\n乙\n", "乙", None, ("target", 2024, 2024)),
        ("各位代表：\n2024年主要预期目标是：收入增长5%。\n", "收入", None, ("target", 2024, 2024)),
        (
            "根据《关于做好2023年年度报告编制工作的通知》，编制本报告。\n公开信息30条。\n",
            "公开",
            None,
            ("actual", 2023, 2023),
        ),
        ("一、过去5年工作回顾\n最难忘的是：这一年，茶税增加。\n绿地增加。\n", "茶税", 2019, ("actual", 2023, 2023)),
        ("一、过去5年工作回顾\n最难忘的是：这一年，茶税增加。\n绿地增加。\n", "绿地", 2019, ("actual", 2019, 2023)),
        (
            "一、过去5年工作回顾\n要指出的是，刚刚过去的2023年，茶税增加。\n绿地增加。\n",
            "茶税",
            2019,
            ("actual", 2023, 2023),
        ),
        ("二、“十五”时期的奋斗目标\n绿地增加。\n", "绿地", None, ("target", 2024, 2028)),
        ("一、过去5年工作回顾\n——绿地增加。\n二、今后5年任务\n再上台阶。\n", "绿地", 2019, ("actual", 2019, 2023)),
        ("一、过去5年工作回顾\n——绿地增加。\n二、今后5年任务\n再上台阶。\n", "再上", 2019, ("target", 2024, 2028)),
    ],
)
def test_modality_and_years_of_a_line(text: str, line: str, since: int | None, expected: PassageYears) -> None:
    """The headings above a line decide whether it reviews or plans, and which years."""
    assert passage_years(text, line, since) == expected


_CLOSED_PLAN = (
    "一、2025年和“十四五”时期工作回顾\n2025年，新增学校3所。\n各位代表！2025年目标任务圆满完成，标志着“十四五”胜利收官。"
    "回首奋斗历程，倍感振奋。\n这是民生持续改善的五年。\n建成学校40所。\n二、“十五五”主要目标和重大举措\n新建学校50所。\n"
    "三、2026年重点工作\n新建学校8所。\n"
)
_TWO_PLANS = (
    "二、“十四五”时期发展成就和“十五五”时期主要任务\n“十四五”时期，全市奋力攻坚。建成公园40个。\n"
    "“十五五”时期是关键时期。新建公园50个。\n今年是“十五五”开局之年，全力开好局。新建公园8个。\n"
)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (_CLOSED_PLAN, "新增学校3所", ("actual", 2025, 2025)),
        (_CLOSED_PLAN, "建成学校40所", ("actual", 2021, 2025)),
        (_CLOSED_PLAN, "新建学校50所", ("target", 2026, 2030)),
        (_CLOSED_PLAN, "新建学校8所", ("target", 2026, 2026)),
        (_TWO_PLANS, "建成公园40个", ("actual", 2021, 2025)),
        (_TWO_PLANS, "新建公园50个", ("target", 2026, 2030)),
        (_TWO_PLANS, "新建公园8个", ("target", 2026, 2026)),
        (
            "根据第十五个五年规划的建议，编制了纲要。\n“十四五”时期，成就显著。\n建成公园40个。\n",
            "建成公园40个",
            ("actual", 2021, 2025),
        ),
        (
            "二、“十五五”时期目标任务和2026年工作安排\n增长5%左右。\n二〇三五年远景目标宏伟。\n建成公园50个。\n",
            "建成公园",
            ("target", 2026, 2030),
        ),
        (
            "过去五年，成就显著。\n2025年主导产业占比较2020年提高14个百分点，建成景区5个。\n",
            "占比",
            ("actual", 2021, 2025),
        ),
    ],
)
def test_the_completed_and_the_coming_five_year_plan(text: str, line: str, expected: PassageYears) -> None:
    """Results belong to the completed five-year plan, and targets to the coming one or its first year."""
    document = report(text, year=2025, since=2021)
    passages = find_passages(document, plain_text(text))
    here = passage_at(passages, [passage.start for passage in passages], text.index(line))
    assert (here.modality, here.first, here.last) == expected


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("一、2023年工作回顾", "review"),
        ("一、过去五年工作回顾", "review_of_years"),
        ("二、2024年工作安排", "plan"),
        ("二、今后五年工作思路", "goals"),
        ("附件1：2023年民生实事完成清单", "done_list"),
        ("附件2：2024年民生实事项目计划", "task_list"),
        ("附件3：名词解释", "glossary"),
        ("附件4：重大工程示意图", "annex"),
        ("附注：", "glossary"),
    ],
)
def test_the_role_of_a_section(heading: str, role: str) -> None:
    """The heading of a section gives its role: review, plan, goals, list of tasks, glossary or annex."""
    filler = "各项工作稳步推进，成效持续显现，群众生活不断改善。\n" * 8
    text = f"{filler}{heading}\n各项工作。\n"
    document = report(text, since=2019 if "五年" in heading else None)
    passages = find_passages(document, plain_text(text))
    if document.sections:
        assert section_roles(document.sections, passages, plain_text(text)) == (role,)
    assert passages[-1].role == role


def test_a_glossary_yields_no_observations() -> None:
    """Numbers in a glossary are unmatched, and those of review and plan are results and targets."""
    text = (
        "一、2023年工作\n新建学校5所。\n二、2024年工作安排\n新建学校8所。\n"
        "附：短语说明\n1.“双百工程”：建设100个示范村。\n"
    )
    extraction = read(text)
    assert [(text[row.start : row.end], row.modality) for row in extraction.observations] == [
        ("5所", "actual"),
        ("8所", "target"),
    ]
    assert "glossary" in {row.reason for row in extraction.unmatched}


def test_a_report_without_a_year_has_one_passage_without_years() -> None:
    """Without a report year, the whole text is one passage of results without years."""
    document = Document("一、明年工作安排\n甲\n", (), Metadata(), "utf-8", "text/plain")
    (here,) = find_passages(document, document.text)
    assert (here.start, here.modality, here.first, here.last) == (0, "actual", None, None)


def test_five_years_within_a_plan_under_way() -> None:
    """五年内 in a report on a plan that has begun is the years of that plan."""
    text = "我现在代表国务院作关于第十四个五年计划的报告。\n一、茶业\n五年内新建茶场50座。\n"
    found = {text[o.start : o.end]: (o.modality, o.period_start, o.period_end) for o in read(text).observations}
    assert found["50座"] == ("target", 2021, 2025)
