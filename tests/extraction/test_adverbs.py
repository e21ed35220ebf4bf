"""Which years a number is about, and whether it is a result or a target."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nianbao.documents.model import Family
from nianbao.extraction.extract import extract_observations
from tests.extraction.sentences import observation_of, read, report

_PLAN = "一、2023年工作回顾\n新建学校5所。\n二、2024年工作安排\n新建学校8所，到2025年达到20所。\n"
_FIVE = (
    "一、过去五年工作回顾\n五年来，新增学位3万个，医院床位达到1.2万张，生产总值年均增长6.5%。"
    "居民收入由2018年的4万元增加到5.5万元。\n2023年，新增学位8000个。\n"
)


def when(text: str, quote: str, **metadata: int) -> tuple[str, int | None, int | None]:
    """Return modality and years of the observation with the given quote."""
    (row,) = [row for row in read(text, **metadata).observations if text[row.start : row.end] == quote]  # type: ignore[arg-type]
    return row.modality, row.period_start, row.period_end


@pytest.mark.parametrize(
    ("quote", "expected"),
    [("5所", ("actual", 2023, 2023)), ("8所", ("target", 2024, 2024)), ("20所", ("target", 2025, 2025))],
)
def test_a_review_gives_results_and_a_plan_gives_targets(quote: str, expected: tuple[str, int, int]) -> None:
    """Numbers in the review are results of its year, those in the plan are targets of theirs."""
    assert when(_PLAN, quote) == expected


def test_a_past_year_that_is_named_as_such_makes_a_result_of_a_figure_in_a_plan() -> None:
    """The year of 产量最高的年份是2015年 is that of the figures behind it, also among targets."""
    text = "二、2024年工作安排\n茶叶产量最高的年份是2015年，产茶180万吨。计划产茶200万吨。\n"
    assert when(text, "180万吨") == ("actual", 2015, 2015)
    assert when(text, "200万吨") == ("target", 2024, 2024)


@pytest.mark.parametrize(
    ("quote", "years"),
    [
        ("3万个", (2019, 2023)),
        ("1.2万张", (2023, 2023)),
        ("6.5%", (2019, 2023)),
        ("4万元", (2018, 2018)),
        ("5.5万元", (2023, 2023)),
        ("8000个", (2023, 2023)),
    ],
)
def test_five_years_are_a_span_for_flows_and_the_last_year_for_stocks(quote: str, years: tuple[int, int]) -> None:
    """In a five-year review, flows and average growth span all years; levels belong to one year."""
    assert when(_FIVE, quote, since=2019) == ("actual", *years)


@pytest.mark.parametrize(
    ("sentence", "quote", "first"),
    [
        ("生态补水33亿立方米。", "33亿立方米", 2019),
        ("农村道路硬化467公里。", "467公里", 2019),
        ("加装护栏2.6万公里。", "2.6万公里", 2019),
        ("20所学校入选示范名单。", "20所", 2019),
        ("改造道路16条，总长100公里。", "100公里", 2019),
        ("县城园区2020年立项，累计投资5亿元。", "5亿元", 2023),
        ("茶园投资完成56亿元，是2018年的2.1倍。", "56亿元", 2023),
        ("1000余户农民迁入新居。", "1000余户", 2019),
        ("实际利用外资43亿美元。", "43亿美元", 2019),
        ("规上工业企业2万家。", "2万家", 2023),
        ("县级园区发展到40个。", "40个", 2023),
        ("一般公共预算支出85亿元。", "85亿元", 2023),
        ("投资4亿元的污水处理厂投入使用。", "4亿元", 2023),
    ],
)
def test_in_five_years_deeds_belong_to_all_and_figures_of_a_year_to_the_last(
    sentence: str, quote: str, first: int
) -> None:
    """A level of a deed spans the five years; a stock, an annual figure or a size belongs to the last year."""
    text = f"一、过去五年工作回顾\n五年来，成效显著。{sentence}\n"
    assert when(text, quote, since=2019) == ("actual", first, 2023)


@pytest.mark.parametrize(
    ("text", "quote", "year"),
    [
        ("2019年，共受理申请128件。", "128件", 2019),
        ("共受理申请142件，比2019年的128件增长10.9%；审结135件。", "135件", 2023),
        ("受理申请142件，比2019年的128件增长10.9%；审结135件。", "128件", 2019),
        ("受理申请113件，较2022年55件增加了58件。", "55件", 2022),
        ("受理申请113件，较去年60件增长了近1倍。", "60件", 2022),
        ("受理申请30件，2022年为28件；审结24件。", "24件", 2023),
        ("受理申请30件（2019年审结24件），审结20件。", "24件", 2019),
        ("对2010—2018年印发的30份文件进行清理。", "30份", 2023),
        ("就业人数由上年的5万人增加到6万人。", "5万人", 2022),
        ("旅游收入恢复至2019年的76%。", "76%", 2023),
        ("截至2022年底，注册志愿者达12万人。", "12万人", 2022),
        ("床位从2018年的3000张增至5200张。", "3000张", 2018),
        ("床位从2018年的3000张增至5200张。", "5200张", 2023),
        ("审批时限由20个工作日压减至8个工作日。", "20个工作日", 2022),
        ("茶校补助500元提高到每生每年800元。", "500元", 2022),
        ("2020年以来，共引进人才3000名。", "3000名", 2023),
        ("调解纠纷853宗（上年825宗），化解率98%。", "825宗", 2022),
        ("调解纠纷853宗（上年825宗），化解率98%。", "98%", 2023),
        ("受理申请30件（2019年24件），审结20件。", "24件", 2019),
        ("受理申请30件（2019年24件），审结20件。", "20件", 2023),
        ("产值和占比分别由1997年的220亿元和59.8%升至348亿元和65.5%。", "59.8%", 1997),
        ("2018年到2023年，茶园占比从17.9%提升到35.5%。", "17.9%", 2018),
        ("标准从2018年的645元/月提高到801元/月，补助从98元/月提高到178元/月。", "98元/月", 2018),
        ("人均受教育年限从2018年的9.6年提升至2023年的10.2年左右。", "10.2年左右", 2023),
        ("上半年完成投资30亿元。", "30亿元", 2023),
        ("预计全年生产总值3000亿元。", "3000亿元", 2023),
        ("预计到2025年，森林覆盖率达到48%。", "48%", 2025),
        ("财政收入比2015年翻一番。", "翻一番", 2023),
        ("茶叶产量在2019年是30万吨。", "30万吨", 2019),
        ("茶税在2019年8亿元的基础上增长5%。", "5%", 2023),
    ],
)
def test_years_of_adverbs_and_of_comparisons(text: str, quote: str, year: int) -> None:
    """Time words, comparisons and from-to phrases give each number of a sentence its own year."""
    (row,) = [row for row in read(text).observations if text[row.start : row.end] == quote]
    assert row.period_end == year


def test_an_annual_average_spans_all_years_under_review() -> None:
    """An average annual growth covers all years of the review."""
    text = "一、过去五年工作回顾\n2023年产茶6万吨，为2018年的1.9倍，年均增长12.5%。\n"
    assert when(text, "12.5%", since=2019) == ("actual", 2019, 2023)


def test_this_year_of_a_report_dated_in_its_year_is_that_year() -> None:
    """In a report dated before its year is over, 今年 is the reviewed year and a result."""
    text = "一、2023年工作回顾\n今年建成学校5所。\n"
    given = replace(report(text), metadata=replace(report(text).metadata, issued_on=date(2023, 12, 20)))
    (row,) = extract_observations(given).observations
    assert (row.period_start, row.modality) == (2023, "actual")


def test_this_year_of_a_work_report_is_the_year_after_the_one_reviewed() -> None:
    """今年 is the year after the review in a work report, and the reviewed year in other families."""
    text = "今年1月，开展检测3轮。"
    assert read(text).observations[0].period_end == 2024
    assert read(text, family=Family("rule_of_law")).observations[0].period_end == 2023


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("力争新增床位500张。", "target"),
        ("力争推进茶园项目前期工作，新增茶路5条。", "target"),
        ("预计全年生产总值3000亿元。", "actual"),
        ("预计到2025年，森林覆盖率达到48%。", "target"),
        ("主要预期目标是：生产总值增长5%，城镇新增就业4万人。", "target"),
        ("生产总值增长5%，高出预期目标1个百分点。", "actual"),
        ("争取中央预算内投资155亿元。", "actual"),
        ("人均预期寿命达到81.2岁。", "actual"),
        ("茶叶产量将上升为3万吨。", "target"),
        ("茶叶产量应该有3万吨。", "target"),
        ("供应增加了3万吨。", "actual"),
    ],
)
def test_words_of_intent_make_a_target(text: str, modality: str) -> None:
    """力争 and expected goals make a target; an expected result or a raised investment does not."""
    assert {row.modality for row in read(text).observations} == {modality}


def test_a_table_of_tasks_gives_targets_and_results() -> None:
    """In a table of tasks, the planned number is a target and the completed one a result."""
    text = "2023年民生实事完成情况\n1\t新增停车位6000个\t已完成新增停车位6120个\n"
    task, done = read(text).observations
    assert [(row.value, row.modality, row.period_end) for row in (task, done)] == [
        (6000, "target", 2023),
        (6120, "actual", 2023),
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("过去五年，新建道路120公里。", 2019, 2023),
        ("财政收入比2015年翻一番。", 2016, 2023),
        ("2020年，新建道路120公里。", 2020, 2020),
        ("从2015年到2019年，茶园产值平均每年增长8%。", 2015, 2019),
        ("三年来茶园产值增长8%。", 2021, 2023),
        ("五年内县里制定和颁布的茶业规章有25项。", 2019, 2023),
    ],
)
def test_a_span_stated_in_the_sentence(text: str, first: int, last: int) -> None:
    """Five years, "double that of 2015" and a single year give the years of the observation."""
    (row,) = read(text).observations
    assert (row.period_start, row.period_end) == (first, last)


def test_the_first_years_of_a_plan_count_from_its_beginning() -> None:
    """前三年 are the first three years of the five-year plan that the report names."""
    text = "第一个五年计划进展顺利。钢产量前三年共增加了一百五十万吨。"
    (row,) = read(text, year=1956).observations
    assert (row.kind, row.period_start, row.period_end) == ("change_abs", 1953, 1955)


def test_the_years_of_a_plan_hold_without_the_word_year() -> None:
    """A five-year plan named without years gives its first and last year."""
    (row,) = read("“十三五”期间，新建道路120公里。").observations
    assert (row.period_start, row.period_end) == (2016, 2020)


def test_years_in_chinese_digits_are_dates() -> None:
    """Years in Chinese digits date a number and the base of a change like years in ordinary digits."""
    row = observation_of("到一九五七年，茶叶产量将达到三百担；二零二二年茶税3亿元。", "3亿元")
    assert (row.period_start, row.period_end) == (2022, 2022)
    row = observation_of("一九九七年同一九九二年比较，茶叶产量增长百分之七十。", "百分之七十")
    assert (row.period_start, row.period_end, row.compared_with, row.base_start) == (1993, 1997, "1992", 1992)


def test_a_cumulative_change_starts_where_the_level_rose_from() -> None:
    """A cumulative change has the year from which the level rose as its base and covers the years since."""
    text = "茶税从2018年的56亿元增长到77亿元，累计增长38%。"
    row = observation_of(text, "38%")
    assert (row.period_start, row.period_end, row.base_start) == (2019, 2023, 2018)


@pytest.mark.parametrize(
    ("sentence", "quote", "expected"),
    [
        ("学位仍然紧缺，未来3年还要新增学位13.5万座。", "13.5万座", ("target", 2024, 2026)),
        ("未来三年，要建成学校5所。", "5所", ("target", 2024, 2026)),
        # What works will add is of no year that the report names.
        ("启动建设十所学校，预计新增学位3.1万个，将缓解压力。", "3.1万个", ("target", None, None)),
        ("通过城市更新将新增产业空间650万平方米。", "650万平方米", ("target", None, None)),
        ("国家级高新技术企业预计新增3000家以上。", "3000家以上", ("actual", 2023, 2023)),
        ("新增学位900个，预计新增就业3万人。", "3万人", ("actual", 2023, 2023)),
    ],
)
def test_what_is_still_to_come_in_a_review(sentence: str, quote: str, expected: tuple[str, int, int]) -> None:
    """A need of coming years, and what works are expected to add, are no results."""
    assert when(f"一、2023年工作回顾\n{sentence}\n", quote) == expected


@pytest.mark.parametrize(
    ("sentence", "quote", "years"),
    [
        ("2019年以来，引进茶农440名。", "440名", (2019, 2023)),
        ("2022年和2023年两年造茶林5万亩。", "5万亩", (2022, 2023)),
        ("仅2022、2023两年就节约茶税4万元。", "4万元", (2022, 2023)),
        ("第十四个五年计划期间，开垦茶园3万亩。", "3万亩", (2021, 2023)),
        ("茶园产茶比2019年增长4%，果园产果增长5%。", "5%", (2020, 2023)),
        ("七年来，茶农共开垦茶园3万亩。", "3万亩", (2017, 2023)),
        ("从2019年到2023年，扫除文盲2万人。", "2万人", (2019, 2023)),
        ("茶价比2018年以前的二十六年平均每年增加9元，高出两倍多。", "9元", (1993, 2018)),
        ("2023年同2019年比较，茶农将增长20%；茶工将增长18%。", "18%", (2020, 2023)),
        ("2023年同2019年比较，茶农增长20%，在2023年达到9人；茶工增长18%，达到7人。", "18%", (2020, 2023)),
    ],
)
def test_a_clause_that_names_several_years_gives_them_to_its_figure(
    sentence: str, quote: str, years: tuple[int, int]
) -> None:
    """Several years that a clause names are those of its figure, unless it tells what there is at their end."""
    assert when(sentence, quote)[1:] == years


def test_what_a_document_demands_is_a_target_of_a_year_it_does_not_name() -> None:
    """规划要求：…达到400斤 sets a target for whichever year the document is for."""
    assert when("全省茶业规划要求：茶园亩产在三种地区，分别达到400斤、500斤。", "500斤") == ("target", None, None)


def test_what_was_done_is_a_result_also_in_a_plan() -> None:
    """A verb with 已 or 了 tells a result among the targets; a plan that was drawn up is none."""
    text = (
        "一、2023年工作回顾\n新建学校5所。\n二、2024年工作安排\n茶价已提高9%。为此浪费了540元。确定了12件民生实事。\n"
    )
    assert [when(text, quote)[0] for quote in ("9%", "540元", "12件")] == ["actual", "actual", "target"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("两年铁路的货运量增长55%。", "actual"),
        ("茶厂的工人只占职工总数的55%。", "actual"),
        ("五年内货运量增长55%。", "target"),
        ("2023年茶价比2022年增长了9%；茶叶的产量都有增长，如红茶增长55%。", "actual"),
        ("2026年茶叶产量将增长9%，达到55%。", "target"),
    ],
)
def test_a_report_on_a_plan_under_way_tells_facts_too(sentence: str, expected: str) -> None:
    """What looks ahead by no word is a result, also where the report presents the plan of years that have begun."""
    start = "2023年7月5日在大会上作关于发展国民经济的第十四个五年计划的报告\n说明\n"
    start += "各地的情况不同，有的好，有的差，这里说的只是一个例子，值得大家注意。"
    assert when(start + sentence + "\n", "55%", year=2023)[0] == expected


def test_a_level_continues_the_target_of_its_change() -> None:
    """将增长4%，达到603亿元 is one target."""
    assert when("2024年茶园产值比2023年将增长4%，达到603亿元。", "603亿元") == ("target", 2024, 2024)


def test_plans_in_typed_quotation_marks_are_plans() -> None:
    """A chapter of tasks for a plan in typed quotation marks has targets."""
    text = '一、2020年工作回顾\n新建学校5所。\n二、"十四五"时期发展的战略任务\n学校达到20所。\n'
    assert when(text, "20所", year=2020) == ("target", 2025, 2025)
