"""The years that a number speaks of: from the adverbs of its sentence, else from its passage."""

from __future__ import annotations

import re
from typing import NamedTuple

from nianbao.extraction.numbers.chinese import read_numeral
from nianbao.extraction.time.scope import PLANS, TARGET, Passage, plan_of

# Adverbs of time that move the period of what follows them in the sentence.
ADVERB = re.compile(
    r"""(?=[\d截到至今去上明前年全本当“十九八七过近这最未两二三四五六一第现])(?:
    (?P<from>(?:19|20)\d\d)年?(?:[-~至到]|[和与、](?=.{4,5}两年))(?P<to>(?:19|20)\d\d)
        (?:年(?!底|末)(?:的?(?:[二两三四五六七八九]?十?[二两三四五六七八九十]|\d{1,2})年(?:时?间|中|内|里)?)?|两年)
    |(?P<until_year>(?:19|20)\d\d)年以?前的?(?P<n_before>[二三四五六七八九]?十?[一二三四五六七八九]|[二三四五六七八九]?十|\d{1,2})年
    |(?P<until>(?:截至|截止到?|到|至)?)(?P<year>(?:19|20)\d\d)年(?P<part>度|底|末|初|全年|上半年|下半年
        |\d{1,2}[-~至到]\d{1,2}月份?|\d{1,2}月(?:\d{1,2}日|底|末|份)?|第?[一二三四]季度|以来|来|前)?
    |(?P<relative>今年|去年|上年|明年|前年|年内|全年|本年度?|当年)
    |(?P<plan>“?(?:十[一二三四五]五|十五|九五|八五|七五)”?|“[六五一二三]五”)
        (?P<planpart>计划?期间|期间|时期|以来|期末|末|五年|规划期|计划(?=安排|规定))
    |第(?P<numbered>十[一二三四]?|[一二三四五六七八九])个五年(?:计划|规划)?(?:期间|时期)
    |(?P<century>本世纪末)|(?P<now>现在)(?=已|[^，。；]{0,12}\d)
    |前(?P<firstyears>[一二两三四])年(?!来|间|[之以]?内|中)
    |(?:未来|今后)(?P<ahead>[二两三四]|[2-4])年(?=，?[^的内，。；]{0,4}(?:要|需|将|计划|拟|力争|新增|完成|建成))
    |(?:过去|近|这|最近|未来|今后|前)?(?<![十百第\d])(?P<count>[两二三四五六七八九十]|\d{1,2})年(?:多)?
        (?P<within>来|期?间|中间|[之以]?内|中|里)?(?:(?<=[来间内中里])|(?=累计|共|分别|净增|，|增加|增长|年均|平均|接近|翻))
    |(?<=[：:。\n])(?P<opening>[两二三四])年(?![的来间中内制级期])
    |(?P<thelast>(?:过去|近|这|未来|今后)[五5]年|一年来|过去一年)|(?P<term>本届政府五年|五年任期内))""",
    re.VERBOSE,
)
# Before such an adverb the year belongs to a comparison or to what is described, not to the number.
_NO_ADVERB = re.compile(
    r"""(?:[-~至到]|比|较|与|和|跟|同|于|自|由|从|(?<!特别)(?<!尤其)(?<!年份)是|为|对|以|相当于|《[^》]*|“[^”]*|（|\(|过|超|创|近
    |前)$""",
    re.VERBOSE,
)
_ASIDE = re.compile(r"\((?:(?:19|20)\d\d年|上年|去年)(?:同期)?[^()，。；\d]{0,10}\d")  # 30件(2019年审结24件)
_LEVEL_OF = re.compile(r"(?:恢复|相当|回到|达|提前|占)$")
_NOT_ADVERB_BEHIND = re.compile(
    r"""的?基础上|的(?!基础)|版|行动|计划|规划|目标|任务|民生实事|实施方案|财政|政府|预算|结转|末|底|[一-龥]{0,6}名单|至|-|—|相比|相较
    |水平|同期(?!$|[为是仅只有达完实]|[（(，,：:约近超]|\d)|工作|重大项目|重点""",
    re.VERBOSE,
)
_OPENS = re.compile("(?:[。！？；\n]|[。！？；\n][^，。；！？]{2,4}，)$")
_AGAINST_YEAR = re.compile(r"的[^，。；]{1,20}比(?:19|20)\d\d年")
_MANY = {"六": 6, "6": 6, "七": 7, "7": 7, "八": 8, "8": 8, "九": 9, "9": 9, "十": 10, "10": 10}
_FEW = {"两": 2, "二": 2, "三": 3, "四": 4, "2": 2, "3": 3, "4": 4}  # 三年来, 三年内, 未来3年还要


class Years(NamedTuple):
    """First and last year; equal for a single one, None if they are unknown."""

    first: int | None
    last: int | None
    stated: bool = False


def adverb_years(match: re.Match[str], plain: str, passage: Passage, report_year: int, this_year: int) -> Years | None:
    """Return the years that an adverb of time gives, or None if it only describes something."""
    start = match.start()
    aside = _ASIDE.match(plain, start - 1, match.end() + 12) is not None
    if match.group("from"):
        return _years_from_to(match, plain)
    if match.group("until_year"):
        return _years_before(int(match.group("until_year")), match.group("n_before"))
    if match.group("year"):
        return _named_year(match, plain, aside, report_year)
    relative = match.group("relative")
    if relative in ("上年", "去年") and aside:
        return Years(report_year - 1, report_year - 1, True)
    if _NO_ADVERB.search(plain, max(0, start - 20), start):
        return None
    if relative:
        describes = _NOT_ADVERB_BEHIND.match(plain, match.end(), match.end() + 8) is not None
        return _relative_year(relative, describes, passage, report_year, this_year)
    if match.group("plan"):
        return _years_of_plan(match, report_year)
    if match.group("century"):
        return Years(2000, 2000, True) if report_year < 2000 else None
    if match.group("now"):
        return None if passage.modality == TARGET else Years(report_year, report_year, True)
    if match.group("numbered"):
        first, last = PLANS[f"{match.group('numbered')}五"]
        past = passage.modality != TARGET
        return Years(first, min(last, report_year) if past else last) if first <= report_year or not past else None
    if match.group("firstyears"):
        return _first_years(match, plain, report_year)
    if match.group("opening"):
        under_way = _is_under_way(passage, report_year)
        return Years(report_year + 1 - _FEW[match.group("opening")], report_year, True) if under_way else None
    if match.group("ahead"):
        return Years(report_year + 1, report_year + _FEW[match.group("ahead")], True)
    return _counted_years(match, plain, passage, report_year)


def _years_from_to(match: re.Match[str], plain: str) -> Years | None:
    """1979年到1983年."""
    first, last, start = int(match.group("from")), int(match.group("to")), match.start()
    if plain[max(0, start - 1)] not in "从由自在过" and _NO_ADVERB.search(plain, max(0, start - 20), start):
        return None
    names = _NOT_ADVERB_BEHIND.match(plain, match.end(), match.end() + 8)
    return None if last <= first or (names and not plain.startswith("的", match.end())) else Years(first, last, True)


def _years_before(last: int, count: str) -> Years:
    """1978年以前的二十六年: that many years up to the one named."""
    numeral = None if count.isdigit() else read_numeral(count)
    return Years(last + 1 - int(numeral.value if numeral else count), last, True)


def _first_years(match: re.Match[str], plain: str, report_year: int) -> Years | None:
    """五年计划的前三年: the first years of the plan that the report is on."""
    plan = plan_of(plain, match.start(), report_year)
    last = plan[0] + "一二三四".index(match.group("firstyears").replace("两", "二")) if plan else 0
    return Years(plan[0], last, True) if plan and last <= report_year else None


def _named_year(match: re.Match[str], plain: str, aside: bool, report_year: int) -> Years | None:
    """2019年, 截至2019年底, 2019年以来."""
    start, year, part = match.start(), int(match.group("year")), match.group("part")
    if match.group("until"):
        if _LEVEL_OF.search(plain, max(0, start - 4), start):
            return None
    elif not aside and _NO_ADVERB.search(plain, max(0, start - 20), start):
        return None
    elif not part and _NOT_ADVERB_BEHIND.match(plain, match.end(), match.end() + 8):
        # but 1957年的产值比1956年增长4%, at the head of a sentence
        opens = plain[match.end()] == "的" and (
            not start
            or _OPENS.search(plain, max(0, start - 6), start)
            or _AGAINST_YEAR.match(plain, match.end()) is not None
        )
        if not opens:
            return None
    if part in ("以来", "来") and year <= report_year:
        return Years(year, report_year, True)
    return Years(year, year, part not in ("以来", "来"))


def _relative_year(relative: str, describes: bool, passage: Passage, report_year: int, this_year: int) -> Years | None:
    """今年, 去年, 全年."""
    planned = passage.modality == TARGET
    if relative == "全年":
        return Years(report_year, report_year) if not planned and passage.first != passage.last else None
    if relative == "年内" and not planned:
        return None
    if relative in ("今年", "年内"):
        year = passage.last if planned and passage.first == passage.last and passage.last else this_year
        return Years(year, year, True)
    if relative in ("去年", "上年"):
        return None if describes else Years(this_year - 1, this_year - 1, True)
    ahead = {"前年": -2, "明年": 1}.get(relative)
    return None if ahead is None else Years(this_year + ahead, this_year + ahead, True)


def _years_of_plan(match: re.Match[str], report_year: int) -> Years | None:
    """“十三五”期间, “十三五”末, “十四五”以来."""
    years = PLANS.get(match.group("plan").strip("“”"))
    if years is None:
        return None
    over = years[1] <= report_year
    if match.group("planpart") in ("期末", "末"):
        return Years(years[1], years[1], True)
    if match.group("planpart") == "以来" and years[1] > report_year:
        return Years(years[0], report_year, True) if years[0] < report_year else None
    return Years(*years, stated=over)


def _past_years(match: re.Match[str], plain: str, passage: Passage, report_year: int) -> Years | None:
    """三年来, 两年增长40%: the years up to the one that is reviewed."""
    start, past = match.start(), report_year + 1 - _FEW[match.group("count")]
    if plain.startswith(("未来", "今后"), start):
        return None
    if passage.modality != TARGET:
        summed = match.group("within") or plain[start - 1] not in "续今后下"
        return Years(past, report_year) if summed else None
    so_far = _is_under_way(passage, report_year) and plain[start - 1] not in "后第"
    return Years(past, report_year, True) if so_far and plain[match.end() - 1] not in "内里" else None


def _is_under_way(passage: Passage, report_year: int) -> bool:
    """Return whether a passage presents a plan of years that have begun."""
    return passage.future_span and passage.first is not None and passage.first <= report_year


def _counted_years(match: re.Match[str], plain: str, passage: Passage, report_year: int) -> Years | None:
    """五年来, 未来五年, 过去一年."""
    start, count, last = match.start(), match.group("count"), match.group("thelast")
    planned = passage.modality == TARGET
    inside = not planned and count == "五" and (match.group("within") or "").endswith("内")
    if inside and (plan := plan_of(plain, start, report_year)):
        return Years(*plan, True)
    if count == "五" and planned and passage.future_span and (passage.first or report_year) < report_year:
        return Years(passage.first, passage.last)  # of the plan under way that is presented
    if count in ("五", "5") or (last and last[-2] in "五5"):
        if plain.startswith(("未来", "今后"), start) or (planned and not plain.startswith(("过去", "近", "这"), start)):
            return Years(report_year + 1, report_year + 5)
        if passage.first == passage.last or planned:
            return Years(report_year - 4, report_year)
        return Years(passage.first, passage.last)
    if planned and count in _FEW and plain.startswith("年内", match.end() - 2):
        return Years(report_year + 1, report_year + _FEW[count])
    if count in _MANY:
        return None if planned else Years(report_year + 1 - _MANY[count], report_year)
    if count in _FEW:
        return _past_years(match, plain, passage, report_year)
    if last in ("一年来", "过去一年"):
        return Years(report_year, report_year)
    if match.group("term") and passage.first != passage.last:
        return Years(passage.first, passage.last)
    return None
