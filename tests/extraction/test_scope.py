"""Which part of a report reviews one year, which several, and which one plans."""

from __future__ import annotations

import pytest

from nianbao.documents.model import Document, Metadata
from nianbao.extraction.numbers.quantity import plain_text
from nianbao.extraction.time.scope import find_passages, passage_at
from tests.extraction.sentences import report

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
        ("二、“十五”时期的奋斗目标\n绿地增加。\n", "绿地", None, ("target", 2024, 2028)),
        ("一、过去5年工作回顾\n——绿地增加。\n二、今后5年任务\n再上台阶。\n", "绿地", 2019, ("actual", 2019, 2023)),
        ("一、过去5年工作回顾\n——绿地增加。\n二、今后5年任务\n再上台阶。\n", "再上", 2019, ("target", 2024, 2028)),
    ],
)
def test_modality_and_years_of_a_line(text: str, line: str, since: int | None, expected: PassageYears) -> None:
    """The headings above a line decide whether it reviews or plans, and which years."""
    assert passage_years(text, line, since) == expected


def test_a_report_without_a_year_has_one_passage_without_years() -> None:
    """Without a report year, the whole text is one passage of results without years."""
    document = Document("一、明年工作安排\n甲\n", (), Metadata(), "utf-8", "text/plain")
    (here,) = find_passages(document, document.text)
    assert (here.start, here.modality, here.first, here.last) == (0, "actual", None, None)
