"""Why a number names, orders, dates or selects, and counts nothing; the other half of `quantities`."""

from __future__ import annotations

import re

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.quantity import class_of

_EXCLUSIONS = words("exclusions")
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
NAMING_LEFT = LETTERS | frozenset("+×*#=_&@$/")
NAMING_UNITS = frozenset(_EXCLUSIONS["naming_units"])
_RATINGS = frozenset(_EXCLUSIONS["ratings"])
_LENGTH_UNITS = frozenset(_EXCLUSIONS["length_units"])
_SPAN_UNITS = frozenset(_EXCLUSIONS["span_units"])
_BOUNDING = frozenset(("money", "measure", "person", "count"))
_ROADS = frozenset("国省县乡")
_WITH_MULTIPLIER = frozenset("方线石担")  # units only behind 万 and 亿: 土石方500万方, but 三方, 3线
_STAGES = frozenset(_EXCLUSIONS["stages"])
_NUMERALS = frozenset("一二两三四五六七八九")
_TIMES = frozenset("底年月日")
_REASONS = {"号": "number_of_thing", "岁": "age", "日": "date", "周年": "anniversary"}


def _behind(key: str, reach: int) -> re.Pattern[str]:
    """One of the words of a list, at most `reach` characters before the number and in its clause."""
    return re.compile(rf"(?:{trie_pattern(_EXCLUSIONS[key])})[^，。；\n]{{0,{reach}}}$")


_ACRONYM = re.compile(rf"(?<![A-Z])(?:{trie_pattern(_EXCLUSIONS['acronyms'])})$")
_SPAN_HEAD, _YEAR_HEAD, _AGE_HEAD = _behind("span_heads", 10), _behind("year_heads", 28), _behind("age_heads", 28)
_SCORE_HEAD, _ISSUE_HEAD = _behind("score_heads", 8), _behind("issue_heads", 8)
_ELECTRIC = re.compile(r"电(?:耗|量|力)?[^，。；\n]{0,4}$")
_LENGTH_NAME = re.compile(rf"(?:{trie_pattern(_EXCLUSIONS['length_names'])}|跑(?!步)|以[上下](?:老|人|的))")
_ARRIVING = re.compile(rf"(?:{trie_pattern(_EXCLUSIONS['arriving'])}){{0,8}}(?:到|至|为|成)")
_ANOTHER = re.compile(r"、(?:\d+(?!期|\d)|[^\d一二三四])")  # 45期、3200人次: no list of stages
_AND_NUMBER = re.compile(r"[和与及]\d")
# 22、25、27号线: the members of a list of names
_LISTED_NAMES = re.compile(r"(?:[、和及与,，]\d{1,6}(?:号线?)?){0,20}(?:[、和及与]\d{1,6})?(?:号线?|期(?=[工项]))")
_ADDRESS = re.compile(r"(?:电话|邮编|邮政编码|传真|手机|热线|专线|短号)(?:号码)?[:：为]?$")
_FLOW = trie_pattern(words("verbs")["flow"])
# 500万元以上|独立核算工业企业: no verb stands between the bound and what it selects
_SELECTED_LATER = re.compile(
    rf"(?:(?!{_FLOW})[^，。；、\d\n的向给对为于]){{1,8}}?(?:{trie_pattern(_EXCLUSIONS['selected_later'])})"
)
_SELECTED_COUNT = re.compile(r"的[^，。；、\n\d]{1,14}?\d")  # 3000平方米以上|的商业网点58个
_ENTERS = re.compile(r"(?:进入|跻身|迈入|列入|入围|入选|全[国省市区县])[^，。；\d]{0,4}$")
_AMONG = re.compile(r"[^，。；、\n\d]{1,12}?(?:行列|之列|阵营|方阵)")
SELECTED = re.compile(trie_pattern(_EXCLUSIONS["selected"]))
SELECTED_OF = re.compile(rf"的(?:[^，。；、\d的]{{1,6}})??(?:{trie_pattern(_EXCLUSIONS['selected_of'])})")


def exclusion_reason(plain: str, start: int, end: int, number: str, multiplier: str | None, unit: str | None) -> str:
    """Return the reason why the number `plain[start:end]` does not count, or an empty string if it does."""
    before, behind = _neighbours(plain, start, end)
    reason = _by_left_neighbour(plain, start, before, unit)
    if reason:
        return reason
    if unit is None:
        if multiplier is not None:
            return "name" if behind in LETTERS else ""
        return _of_bare(plain, start, end, number, before, behind)
    return _by_unit(plain, start, end, number, multiplier, unit)


def _neighbours(plain: str, start: int, end: int) -> tuple[str, str]:
    """Return the characters before and behind a number; a line break at the edges of the text."""
    return (plain[start - 1] if start else "\n"), (plain[end] if end < len(plain) else "\n")


def _by_left_neighbour(plain: str, start: int, before: str, unit: str | None) -> str:
    """G20, FM88.7, 1+3, 前10名, 每10名, 第3."""
    second = plain[start - 2] if start > 1 else "\n"
    if before in NAMING_LEFT or (before == "-" and second in LETTERS):
        # an acronym may be what is measured (地均GDP70.75亿元), other letters name (G20, FM88.7)
        measured = unit and before in LETTERS and _ACRONYM.search(plain, max(0, start - 6), start)
        return "" if measured else "name"
    if (before == "个" and second in _NUMERALS) or (before == "-" and second.isdigit()):
        return "name"
    if before == "." and second.isalnum():
        return "name"
    if before == "每":
        return "base"
    return "order" if before == "第" or (before == "前" and second not in _TIMES) else ""


def _of_bare(plain: str, start: int, end: int, number: str, before: str, behind: str) -> str:
    """Classify a number without multiplier and unit: a name, a numbering, a year, rarely a count (访客948429)."""
    if behind in LETTERS or behind in "+×*=_&#@'′" or (behind == "-" and plain[end + 1 : end + 2] in LETTERS):
        return "name"
    if before in "\n\t" and behind in ".、．)]\t\n ":
        return "numbering"
    if behind in ".、．)" and before in "。；;：:！ (（)）":
        return "numbering"
    if before in "〔[(（【" and behind in "〕])）】":
        return "numbering" if len(number) < 4 else "document_number"
    if behind == "〕" or before == "〔":
        return "document_number"
    if _ADDRESS.search(plain, max(0, start - 6), start):
        return "name"
    chinese_left = "\u4e00" <= before <= "\u9fff"
    if "\u4e00" <= behind <= "\u9fff":
        if behind == "年" and len(number) in (2, 4):
            return "year"
        if ("." in number or before == ":") and _ARRIVING.match(plain, end):
            return ""
        goes_on = _AND_NUMBER.match(plain, end) is not None and not _LISTED_NAMES.match(plain, end)
        return "" if goes_on and (chinese_left or before in "、和") else "name"
    if behind in "、，," and _LISTED_NAMES.match(plain, end):
        return "number_of_thing"
    if not (chinese_left or before in ":：)）”、和,，"):
        return "name"
    if len(number) == 4 and number.isdigit() and number[:2] in ("19", "20") and before not in ":)":
        return "year"  # a count of 2019 without a unit is rarer than the year
    return "name" if behind in "/~" else ""


def _by_unit(plain: str, start: int, end: int, number: str, multiplier: str | None, unit: str) -> str:
    """Classify a number by its unit: a name (500强), duration (15分钟), rating (110千伏) or threshold."""
    unit_class = class_of(unit)
    before, behind = _neighbours(plain, start, end)
    if before in "\n\t":
        if "." in number and not multiplier and unit_class in ("count", "person"):
            return "numbering"  # 40.151件: the item's number runs into the count
        if behind in "、." and unit != "%":
            return "numbering"
    if (behind == "道" and unit in _ROADS) or (unit in _WITH_MULTIPLIER and multiplier is None):
        return "name"
    if unit in NAMING_UNITS:
        if unit == "成" or (unit == "岁" and _AGE_HEAD.search(plain, max(0, start - 32), start)):
            return ""
        return _REASONS.get(unit, "name")
    if behind == "级" or plain.startswith("以上级", end):
        return "threshold"
    if unit == "年":
        if multiplier is None and len(number) == 4 and number.isdigit() and number[:2] in ("18", "19", "20", "21"):
            return "year"
        return "" if _YEAR_HEAD.search(plain, max(0, start - 34), start) else "duration"
    if unit in _SPAN_UNITS:
        return _of_span(plain, start, end, number, unit)
    if unit == "期":
        counted = (behind not in _STAGES or _ANOTHER.match(plain, end)) and _ISSUE_HEAD.search(
            plain, max(0, start - 12), start
        )
        return "" if counted else "number_of_thing"
    if unit in "分点字" and not _SCORE_HEAD.search(plain, max(0, start - 14), start):
        return "name"
    if unit == "度" and multiplier is None and not _ELECTRIC.search(plain, max(0, start - 8), start):
        return "name"
    return _of_threshold(plain, start, end, unit, unit_class)


def _of_span(plain: str, start: int, end: int, number: str, unit: str) -> str:
    """Classify a length of time, which counts only after a word such as 时限 or 压缩."""
    left = max(0, start - 18)
    if number == "24" and unit == "小时" and not _YEAR_HEAD.search(plain, left, start):
        return "name"
    before, behind = _neighbours(plain, start, end)
    if "×" in (before, behind):
        return "name"
    if behind == "来" or plain.startswith("以来", end):
        return "duration"
    if SELECTED.match(plain, end):
        return "threshold"
    return "" if _SPAN_HEAD.search(plain, left, start) or plain.startswith("优良", end) else "duration"


def _of_threshold(plain: str, start: int, end: int, unit: str, unit_class: str) -> str:
    """Sizes of devices and bounds that only select what is counted."""
    if (unit in _RATINGS and plain[end - len(unit) - 1] not in "万亿") or (
        unit in _LENGTH_UNITS and _LENGTH_NAME.match(plain, end)
    ):
        return "threshold"
    last = plain[end - 1]
    if last in "上下" and unit_class in _BOUNDING and plain.startswith("的", end) and _SELECTED_COUNT.match(plain, end):
        return "threshold"
    if unit == "人":
        return "threshold" if last in "上下" and plain.startswith("重大", end) else ""
    if unit_class == "count":
        among = _ENTERS.search(plain, max(0, start - 8), start) and _AMONG.match(plain, end)
        return "name" if among else ""
    if unit_class == "money" and last in "上下" and SELECTED_OF.match(plain, end):
        return "threshold"
    if unit_class in ("money", "measure") and last in "上下超级" and SELECTED.match(plain, end):
        return "threshold"
    if unit_class == "money" and last in "上下" and _SELECTED_LATER.match(plain, end):
        return "threshold"
    return ""
