"""Finding numbers: every digit run of a text, read as a quantity with its unit and bounds, or set aside with the reason.

Only what touches the number is looked at here; what the number measures is named in `subjects`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .lexicon import alternation, words
from .numerals import read_arabic, read_chinese

# One character to one, so that every offset into the plain text is an offset into the report.
_FORMS = str.maketrans(
    "０１２３４５６７８９％﹪．（）：；～－—–―─﹣−＋／∶［］ＧＢＤＰＭＣＴ!?＂\u3000\u00a0",
    '0123456789%%.():;~-------+/:[]GBDPMCT！？"  ',
)


def plain_text(text: str) -> str:
    """`text` with the forms of digits and signs made one, character for character.

    Looking for each form first is five times faster than `str.translate` on a Chinese text.
    """
    for form, sign in _FORMS.items():
        if chr(form) in text:
            text = text.replace(chr(form), chr(sign))
    return text


class Quantity(NamedTuple):
    """A number with what is glued to it; `digits` is where the numeral itself begins, `kind_hint` what the form decides."""

    start: int
    digits: int
    end: int
    value: float
    high: float | None
    rounding: float | None
    unit: str
    unit_class: str
    qualifier: str
    kind_hint: str
    numeral_end: int


class Aside(NamedTuple):
    """A number that measures nothing, and why."""

    start: int
    end: int
    reason: str


_UNITS = words("units")
UNIT_CLASS = {unit: name for name, units in _UNITS.items() if name != "closing" and "." not in name for unit in units}
_OTHER_WORD = {
    name.removeprefix("not_before."): frozenset(signs)
    for name, signs in _UNITS.items()
    if name.startswith("not_before.")
}
_BOUNDS = words("bounds")
_BEFORE = {
    word: kind.removeprefix("before.") for kind, ws in _BOUNDS.items() if kind.startswith("before.") for word in ws
}
_AFTER = {word: kind.removeprefix("after.") for kind, ws in _BOUNDS.items() if kind.startswith("after.") for word in ws}
_NOT_BEFORE = frozenset(_BOUNDS["not_before"])

_NUM = r"(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?"
_MULT = (
    r"(?:万亿|千万亿|百万亿|千万|百万|十万|百亿|千亿|十亿|万|亿|千(?![瓦米克伏卡赫帕])|百(?!分|强|姓|货|日|年|万|亿))"
)
_UNIT = alternation(u for u in UNIT_CLASS if not u[0].isascii() or u in "%‰")
_ASCII_UNIT = r"(?:km|kW|TEU|KM)(?![A-Za-z])"
_CN = "一二两三四五六七八九"
_CN_NUM = rf"[{_CN}十百千][{_CN}十百千零]*(?:[万亿][{_CN}十百千零]*)*"

_NAMING_UNITS = frozenset(
    [
        "岁",
        "周年",
        "届",
        "届次",
        "代",
        "版",
        "星",
        "号",
        "环",
        "楼",
        "级",
        "强",
        "大",
        "国",
        "室",
        "重",
        "日",
        "周",
        "成",
        "把",
    ]
)
_CN_UNITS = (
    frozenset(u for name in ("count", "person", "measure", "money") for u in _UNITS[name])
    - _NAMING_UNITS
    - frozenset(
        [
            "类",
            "点",
            "分",
            "方面",
            "领域",
            "面",
            "道",
            "口",
            "头",
            "把",
            "双",
            "成",
            "期",
            "年",
            "队",
            "团",
            "出",
            "站",
            "段",
            "层",
            "字",
            "金",
            "银",
            "单",
            "度",
            "面",
        ]
    )
)
_MORE = r"[多余几]"
_TAIL = (
    rf"(?P<more1>{_MORE})?(?P<mult>{_MULT})?(?P<more2>{_MORE})?(?P<unit>{_UNIT}(?:/(?:{_UNIT}))?|{_ASCII_UNIT})?"
    rf"(?P<after>{alternation(_AFTER)})?"
)

# What begins a number, cheap enough to run over every character; the group that matched says which pattern reads on.
_SINGLE = f"[{_CN}十百千]"
_TRIGGER = re.compile(
    r"(《[^》\n]{1,80}》)"
    r"|(“[^”\n]{1,24}”|\"[^\"\n]{1,24}\"|‘[^’\n]{1,16}’)"
    r"|(\d)"
    r"|(第[\d一二三四五六七八九十])"
    r"|(首位(?!度|置|数|部))"
    r"|(百分之(?=[一二三四五六七八九十百]))"
    r"|(翻了?[一两二三]?番(?![茄])|一半(?=以上|[，。；、,;]|$))"
    rf"|((?:[数几上近](?=[十百千万]))?{_SINGLE}+(?=[{_CN}十百千零点万亿{_MORE[1:-1]}成分{''.join(sorted({unit[0] for unit in _CN_UNITS}))}]))"
)
_TITLE, _QUOTE, _DIGIT, _ORDINAL, _FIRST, _PERCENT, _FOLD, _CHINESE = range(1, 9)

_DATE = re.compile(
    r"(?:19|20)\d\d(?:[-./]\d{1,2}[-./]\d{1,2}|年(?:底前?|初|末)?(?:第?[一二三四1-4]季度|\d{1,2}月(?:份|底|末|初|\d{1,2}日)?|[上下]半年)?"
    r"|年?[-~至到](?:19|20)\d\d年?)(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
    r"|\d{1,2}(?:月\d{1,2}日|月?[-~至到]\d{1,2}月份?|月份?|日)(?:[-~至到]\d{1,2}日)?|\d{1,2}:\d\d(?::\d\d)?(?![\d.:])"
)
_RANGE = re.compile(
    rf"(?P<low>{_NUM})(?P<lowmult>{_MULT})?(?P<lowunit>%|个|家|元|人|项|所|套|条|公里|平方公里|年)?[-~至到](?P<high>{_NUM}){_TAIL}"
)
_FRACTION = re.compile(rf"(?P<upper>\d)/(?P<lower>\d{{1,2}})(?![\d/])(?P<after>{alternation(_AFTER)})?")
_ARABIC = re.compile(rf"(?P<number>{_NUM}){_TAIL}")
# 1万6千多户, 1亿3千多万: a numeral in two places
_COMPOUND = re.compile(
    rf"(?P<high>\d+)(?P<highmult>亿|万|千)(?P<low>\d{{1,4}})(?P<lowmult>千万|百万|千|百|万)?(?P<more>{_MORE})?(?P<rest>万)?"
    rf"(?P<unit>{_UNIT})?(?P<after>{alternation(_AFTER)})?"
)
# 22、25、27号线: the members of a list of names
_LISTED_NAMES = re.compile(r"(?:[、和及与,，]\d+(?:号线?)?)*(?:[、和及与]\d+)?(?:号线?|期(?=[工项]))")
_PER_CENT = re.compile(rf"百分之(?P<number>{_CN_NUM}(?:点[{_CN}零〇]+)?)(?P<after>{alternation(_AFTER)})?")
_PARTS = re.compile(rf"(?P<denominator>[{_CN}十]+)分之(?P<numerator>[{_CN}十]+)(?P<after>{alternation(_AFTER)})?")
_TENTHS = re.compile(
    rf"(?P<number>[{_CN}])(?P<half>点[{_CN}]|半)?成(?!为|本|立|果|效|员|长|功|人|年|品|绩|就|都|熟|不变|一|渝)"
    rf"(?P<after>{alternation(_AFTER)}|多)?"
)
_RANK = re.compile(rf"第(?P<number>\d+|{_CN_NUM})(?P<unit>位|名)?")
_CN_COUNT = re.compile(
    rf"(?P<some>[数几上近](?=[十百千万]))?(?P<number>{_CN_NUM}(?:点[{_CN}]+)?)(?P<more1>{_MORE})?(?P<mult>[万亿]+)?(?P<more2>{_MORE})?"
    rf"(?P<unit>{alternation(_CN_UNITS)})(?P<after>{alternation(_AFTER)})?"
)
_HALVED = re.compile(r"(?:占[^，。；\n]{1,12}|减少|下降|降低|缩短|压缩|压减|超过?|近|占|增长|达到?|不到|不足|减|降)$")
_FOLDS = {"一": 100.0, "二": 300.0, "两": 300.0, "三": 700.0}

_BOUND_LAST = frozenset(word[-1] for word in _BEFORE)
_BOUND_BEFORE = re.compile(f"(?:{alternation(_BEFORE)})$")
_RANGE_SEPARATORS = frozenset("-~至到")
_DATE_SIGNS = "年月日-~至到:./"
_ACRONYM = re.compile(r"(?<![A-Z])(?:GDP|CPI|PPI|PCT|R&D|AQI|GEP|VC|PE|PMI|ETF|REITs)$")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_NAMING_LEFT = _LETTERS | frozenset("+×*#=_&@$/")
_SELECTED_OF = re.compile(
    r"的(?:[^，。；、\d的]{1,6})??(?:城市|产业|街道|园区|集群|楼宇|平台|机构|大户|项目|企业|工程|单位|商户|大户|合同|案件|采购|支出|资金)"
)
_SELECTED = re.compile(alternation(words("words")["selected"]))
_PLACE_UNITS = frozenset(["市", "区", "县", "省", "村", "镇", "街道", "社区", "国"])
_SCORES = re.compile(
    r"(?:得分|评分|指数|测评|成绩|总分|均分|满意度|分值|考核|综合|高考|分数|点数|达到?|为)[^，。；\n]{0,8}$"
)
_SPAN_HEAD = re.compile(
    r"(?:时间|时限|期限|时长|用时|耗时|周期|寿命|工期|天数|压缩|压减|缩短|减少|提速|节约|节省|提前|延长|办理|办结|审批|限时|达标|优良|年限|年龄|等待|平均|待业|通关|"
    r"时效|以内|不超过|不少于|控制|培训|学习|开放|停电|连续|蝉联|预期|提高|日照|降水|服务)[^，。；\n]{0,10}$"
)
_YEARS_HEAD = re.compile(r"(?:寿命|期限|年限|周期|缩短|延长|年龄|工期|保质期|时限)[^，。；\n]{0,18}$")
_AGE_HEAD = re.compile(r"(?:寿命|年龄)[^，。；\n]{0,16}$")
_RANK_LEFT = re.compile(
    r"(?:(?P<scope>全[国省市区县州球]|世界|亚洲|全亚洲|全球|亚太|国内|省内|市内|珠三角|大湾区|长三角|中国|各[区市县州省]|全国[^，。；、\n]{0,8}城市|大中城市|[^，。；、\n]{0,4}城市|区县|同类[^，。；、\n]{0,4}|"
    r"全市各区|全省各市|原?特区[内外]|中西部|西部|中部|东部|内地[^，。；、\n]{0,6}|副省级城市|地级市|计划单列市)(?:排名|排|的)?|居|位列|名列|列|排名|排在|排|位居|名次|跃升至?|升至|升到|上升到|上升至|提升至|提升到|跃居|跃至|稳居|为|获得?|均|都|前移至|夺得|进入|位于|成绩|评比|连续|居于|蝉联|并列|保持|达到|占据|考核|评价|总量|综合|总分|从|由|仍|仅次|高居|雄踞|稳坐|荣获|总数|总额)$"
)
_RANK_RIGHT = re.compile(
    r"[，。；、,;：:)）”！\n的]|$|水平|[（(]|并|和|名|位|[^\S\n]|且|以|、|(?:一)?大(?:市|县|区|省|城市)(?!场)"
)
_PLACE_RIGHT = re.compile(r"[，。；、,;)）”！\n的]|$|(?:大幅)?(?:跃|升|上升|前移|提|到|至|下降|降|进)|[和及与]第")
_SET_FIRST = re.compile(r"(?:放|摆|置|列|作|视|定|当)(?:在|为|到|于|作)$")
_RANK_SCOPE = re.compile(
    r"(?:全[国省市区县州球](?:各?大中城市|各[省市区县]|城市|副省级城市)?|世界|亚洲|全球|国内|省内|市内|大中城市|中国|珠三角)$"
)
_FIRST_LEFT = re.compile(
    r"(?:居|列|位|全[国省市区县球州]|城市|世界|国内|省内|占据|保持|跃至|稳居|升至)[^，。；\n]{0,6}$"
)
_NUMBERING_RIGHT = frozenset(".、．)]\t")
_CN_SINGLE = frozenset("轮次场家座所艘架套辆宗条名位件")
_REPEATED = re.compile(r"([十百千万])\1|[一二三四五六七八九][一二三四五六七八九]")
_PUBLIC_WORKS = re.compile(r"(?:政府|年度|区级|市级|县级|省级|重点)?(?:民生实事|实事)")
_CN_VERB_LEFT = re.compile(rf"(?:{alternation(words('verbs')['flow'])}|了|全年|分别|仅|共|为|有)$")
_CN_TIMES_LEFT = re.compile(r"(?:先后|连续|累计|共|全年|曾|获|第)$")


def find_quantities(plain: str) -> tuple[list[Quantity], list[Aside], list[tuple[int, int]]]:
    """All numbers of `plain` (a text through `plain_text`) in their order: quantities, asides, and the spans of 《》 and “”.

    Chinese numerals that are part of a word (进一步, 统一) are in neither list; every Arabic digit run is in one.
    """
    quantities: list[Quantity] = []
    asides: list[Aside] = []
    shielded: list[tuple[int, int]] = []
    search = _TRIGGER.search
    match = search(plain)
    while match:
        start, end = match.span()
        trigger = match.lastindex
        if trigger == _DIGIT:
            end = _take_digits(plain, start, quantities, asides)
        elif trigger == _CHINESE:
            end = max(end, _take_chinese(plain, start, quantities, asides))
        elif trigger == _TITLE or trigger == _QUOTE:
            shielded.append((start, end))
            reason = "title" if trigger == _TITLE else "name_in_quotes"
            asides.extend(Aside(run.start(), run.end(), reason) for run in _DIGITS.finditer(plain, start, end))
        elif trigger == _ORDINAL:
            end = _take_rank(plain, start, quantities, asides)
        elif trigger == _PERCENT:
            end = _take_part(plain, _PER_CENT.match(plain, start), "percent", quantities, asides) or end
        elif trigger == _FOLD:
            begin, qualifier = _bound_before(plain, start)
            if plain[start] == "一":
                if not _HALVED.search(plain, max(0, start - 14), start):
                    match = search(plain, end)
                    continue
                if plain.startswith("以上", end):
                    qualifier, end = "more_than", end + 2
                quantities.append(Quantity(begin, start, end, 50.0, None, None, "%", "percent", qualifier, "", end))
                match = search(plain, end)
                continue
            quantities.append(
                Quantity(
                    begin,
                    start,
                    end,
                    _FOLDS.get(plain[end - 2], 100.0),
                    None,
                    None,
                    "%",
                    "percent",
                    qualifier,
                    "fold",
                    end,
                )
            )
        elif _FIRST_LEFT.search(plain, max(0, start - 10), start):
            begin = _with_scope(plain, start)
            quantities.append(Quantity(begin, start, end, 1.0, None, None, "", "rank", "exact", "rank", end))
        match = search(plain, end)
    return quantities, asides, shielded


_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def _take_digits(plain: str, start: int, quantities: list[Quantity], asides: list[Aside]) -> int:
    """Read what begins with a digit at `start`; returns where to search on."""
    match = _ARABIC.match(plain, start)
    assert match is not None
    digits_end = match.end("number")
    behind = plain[digits_end : digits_end + 1]
    if behind in _DATE_SIGNS and behind:
        date = _DATE.match(plain, start)
        if date and (start == 0 or plain[start - 1] not in _NAMING_LEFT and plain[start - 1] != "."):
            asides.append(Aside(start, date.end(), "date"))
            return date.end()
        if behind == "/":
            fraction = _FRACTION.match(plain, start)
            if fraction:
                return _take_part(plain, fraction, "fraction", quantities, asides)
    end = match.end()
    if plain[match.end("mult") : match.end("mult") + 1].isdigit() and match.end("mult") > 0:
        compound = _COMPOUND.match(plain, start)
        if compound:
            return _take_compound(plain, compound, quantities)
    if plain[end : end + 1] in _RANGE_SEPARATORS and plain[end + 1 : end + 2].isdigit():
        span = _RANGE.match(plain, start)
        if span:
            return _take_range(plain, span, quantities, asides)
    return _take_arabic(plain, match, quantities, asides)


def _take_compound(plain: str, match: re.Match[str], quantities: list[Quantity]) -> int:
    start, end = match.span()
    high, high_multiplier, low, low_multiplier, more, rest, unit, after = match.groups()
    upper, _ = read_arabic(high, high_multiplier)
    lower, rounding = read_arabic(low, (low_multiplier or "") + (rest or ""))
    begin, qualifier = _bound_before(plain, start)
    if more or (after and _AFTER[after] == "more_than"):
        qualifier = "more_than"
    elif after and qualifier == "exact":
        qualifier = _AFTER[after]
    quantities.append(
        Quantity(
            begin,
            start,
            end,
            upper + lower,
            None,
            rounding,
            unit or "",
            _class_of(unit),
            qualifier,
            "",
            match.end("high"),
        )
    )
    return end


def _with_scope(plain: str, start: int) -> int:
    """Where a rank begins when the place that it touches (全市第三) is counted in."""
    scope = _RANK_SCOPE.search(plain, max(0, start - 12), start)
    return scope.start() if scope else start


def _class_of(unit: str | None) -> str:
    """How a unit behaves; of a compound one (元/平方公里) as its first part does."""
    if not unit:
        return "none"
    return UNIT_CLASS.get(unit) or UNIT_CLASS[unit.partition("/")[0]]


def _bound_before(plain: str, start: int) -> tuple[int, str]:
    """Where the expression begins when the words of bound before it are counted in, and the qualifier they give."""
    if start == 0 or plain[start - 1] not in _BOUND_LAST:
        return start, "exact"
    found = _BOUND_BEFORE.search(plain, start - 6 if start > 6 else 0, start)
    if not found:
        return start, "exact"
    word, at = found.group(), found.start()
    if plain[at - 1 : at] + word in _NOT_BEFORE or word in _NOT_BEFORE:
        return start, "exact"
    return at, _BEFORE[word]


def _take_arabic(plain: str, match: re.Match[str], quantities: list[Quantity], asides: list[Aside]) -> int:
    start, end = match.span()
    number, more1, multiplier, more2, unit, after = match.group("number", "more1", "mult", "more2", "unit", "after")
    before = plain[start - 1] if start else "\n"
    behind = plain[end] if end < len(plain) else "\n"
    if multiplier and unit and behind in _OTHER_WORD.get(unit, ()) and not after:
        end -= len(unit)
        unit, behind = None, unit
    reason = _naming(plain, start, end, number, multiplier, unit, before, behind)
    if reason:
        if reason == "numbering" and "." in number and unit:
            end = start + number.index(".") + 1
        elif reason == "numbering" or reason == "name":
            end = match.end("number")
        asides.append(Aside(start, end, reason))
        return end
    numeral_end = match.end("number")
    if unit is None and after in ("内", "多", "余") and not multiplier:
        after = None if after == "内" else after
    if after == "内" and unit and _class_of(unit) != "span":
        after, end = None, end - 1
    value, rounding = read_arabic(number, multiplier or "")
    if unit == "成":
        value, rounding, unit = value * 10, rounding * 10, "%"
    begin, qualifier = _bound_before(plain, start)
    if more1 or more2 or (after and _AFTER[after] == "more_than"):
        qualifier = "more_than" if qualifier in ("exact", "approx", "less_than") else qualifier
    elif after and qualifier in ("exact",):
        qualifier = _AFTER[after]
    if begin < start and unit and _class_of(unit) == "money" and _SELECTED_OF.match(plain, end):
        asides.append(Aside(start, end, "threshold"))
        return end
    quantities.append(
        Quantity(begin, start, end, value, None, rounding, unit or "", _class_of(unit), qualifier, "", numeral_end)
    )
    return end


def _naming(
    plain: str, start: int, end: int, number: str, multiplier: str | None, unit: str | None, before: str, behind: str
) -> str:
    """Why the number names or orders something and counts nothing; empty where it counts."""
    if before in _NAMING_LEFT or (before == "-" and start > 1 and plain[start - 2] in _LETTERS):
        # an acronym may be what is measured (地均GDP70.75亿元), a single letter names (G20, FM88.7)
        if not (unit and before in _LETTERS and _ACRONYM.search(plain, max(0, start - 6), start)):
            return "name"
    if before == "个" and start > 1 and plain[start - 2] in _CN:
        return "name"
    if before == "-" and start > 1 and plain[start - 2].isdigit():
        return "name"
    if before == "." and start > 1 and plain[start - 2].isalnum():
        return "name"
    if before == "前" and plain[start - 2 : start - 1] not in tuple("底年月日") or before == "每" or (before == "第"):
        return "order" if before != "每" else "base"
    bare = unit is None and multiplier is None
    if bare:
        if (
            behind in _LETTERS
            or behind in "+×*=_&#@"
            or (behind == "-" and end + 1 < len(plain) and plain[end + 1] in _LETTERS)
        ):
            return "name"
        if before in "\n\t" and (behind in _NUMBERING_RIGHT or behind in "\n\t "):
            return "numbering"
        if behind in ".、．)" and before in "。；;：:！ (（)）\n\t":
            return "numbering"
        if before in "〔[(（【" and behind in "〕])）】":
            return "numbering" if len(number) < 4 else "document_number"
        if behind == "〕" or before == "〔":
            return "document_number"
        if behind == "'" or behind == "′":
            return "name"
        if "\u4e00" <= behind <= "\u9fff":
            if behind == "年" and len(number) in (2, 4):
                return "year"
            if "." in number and _ARRIVING.match(plain, end) and before not in _LETTERS:
                return ""
            if _JOINED_NUMBER.match(plain, end) and "\u4e00" <= before <= "\u9fff" or before in "、和":
                return "" if not _LISTED_NAMES.match(plain, end) and _JOINED_NUMBER.match(plain, end) else "name"
            return "name"
        if behind in "、，," and _LISTED_NAMES.match(plain, end):
            return "number_of_thing"
        if not ("\u4e00" <= before <= "\u9fff" or before in ":：)）”" or before in "、和,，"):
            return "name"
        if len(number) == 4 and number[:2] in ("19", "20") and "." not in number and before not in ":)":
            # a bare year in a title or a bracket; a count of 2019 without a unit is rarer than the year
            return "year"
        if behind == "/" or behind == "~":
            return "name"
        return ""
    if unit is None:
        if behind in _LETTERS:
            return "name"
        return ""
    unit_class = _class_of(unit)
    if before in "\n\t" and "." in number and not multiplier and unit_class in ("count", "person"):
        return "numbering"  # 40.151件: the item's number runs into the count
    if before in "\n\t" and behind in "、." and unit not in ("%",):
        return "numbering"
    if unit in _NAMING_UNITS:
        if unit == "岁" and _AGE_HEAD.search(plain, max(0, start - 20), start):
            return ""
        if unit == "成" and multiplier is None:
            return ""
        return {"号": "number_of_thing", "岁": "age", "日": "date", "周年": "anniversary"}.get(unit, "name")
    if behind == "级" or plain.startswith("以上级", end):
        return "threshold"
    if unit == "年":
        if multiplier is None and "." not in number and len(number) == 4 and number[:2] in ("18", "19", "20", "21"):
            return "year"
        return "" if _YEARS_HEAD.search(plain, max(0, start - 24), start) else "duration"
    if unit in ("个月", "个季度", "季度", "个小时", "小时", "分钟", "天", "秒", "秒钟", "个自然日", "自然日", "周"):
        head = plain[max(0, start - 18) : start]
        if number == "24" and unit == "小时" and not _YEARS_HEAD.search(head):
            return "name"
        if before == "×" or plain.startswith("×", end):
            return "name"
        if behind == "来" or plain.startswith("以来", end):
            return "duration"
        if _SELECTED.match(plain, end):
            return "threshold"
        if _SPAN_HEAD.search(head) or plain.startswith("优良", end):
            return ""
        return "duration"
    if unit == "期" or unit == "类" or unit == "批":
        if unit == "期" and (
            behind in ("工", "项", "用", "地", "建", "和", "、", "扩", "改")
            or not _COUNTED_PERIODS.search(plain[max(0, start - 12) : start])
        ):
            return "number_of_thing"
        return ""
    if unit in ("分", "点", "字") and not _SCORES.search(plain[max(0, start - 14) : start]):
        return "name"
    if unit == "度" and multiplier is None and not _ELECTRIC.search(plain, max(0, start - 8), start):
        return "name"
    if unit in (
        "米",
        "英寸",
        "千伏",
        "伏安",
        "千伏安",
        "兆",
        "比特",
        "千瓦",
        "兆瓦",
        "厘米",
        "毫米",
    ) and _LENGTHS.match(plain, end):
        return "threshold"
    if unit in _RATINGS or unit == "人" and plain[end - 1] in "上下" and plain.startswith("重大", end):
        return "threshold"
    if unit_class == "money" and _SELECTED_OF.match(plain, end) and plain[end - 1] in "上下":
        return "threshold"
    if unit_class in ("money", "measure") and _SELECTED.match(plain, end) and plain[end - 1] in "上下超级":
        return "threshold"
    return ""


_ARRIVING = re.compile(
    r"(?:优化|调整|上升|下降|提高|提升|增加|扩大|演进|转变|升|降|增|变|改善|减少|改变)?(?:到|至|为|成)"
)
_JOINED_NUMBER = re.compile(r"[和与及]\d")
_COUNTED_PERIODS = re.compile(
    r"(?:举办|开展|培训|组织|发布|印发|编印|班|录制|推出|播出|简报|刊发|编发|共|达|约|近|超|公布|曝光|通报)[^，。；\n]{0,8}$"
)
_RATINGS = frozenset(["英寸", "微米", "纳米", "千伏", "伏安", "千伏安", "厘米", "毫米"])
_ELECTRIC = re.compile(r"电(?:耗|量|力)?[^，。；\n]{0,4}$")
_LENGTHS = re.compile(
    r"(?:公交|半径|服务圈|生活圈|交通圈|口径|范围|跑(?!步)|大道|产线|变电|输变电|输电|宽带|光纤|家长|线路|晶圆|级|以[上下](?:老|人|的)|步行|社区|见|管径|深|高|宽|长|直径|光网|高楼|高空|以内|风电机组)"
)


def _take_range(plain: str, match: re.Match[str], quantities: list[Quantity], asides: list[Aside]) -> int:
    """N至M with one unit is one quantity with a low and a high end."""
    start, end = match.span()
    low, lowmult, high, more1, multiplier, unit, after = match.group(
        "low", "lowmult", "high", "more1", "mult", "unit", "after"
    )
    before = plain[start - 1] if start else "\n"
    behind = plain[end] if end < len(plain) else "\n"
    upper, rounding = read_arabic(high, multiplier or "")
    lower, _ = read_arabic(low, lowmult or multiplier or "")
    reason = "year" if unit == "年" else _naming(plain, start, end, high, multiplier, unit, before, behind)
    if not reason and (lower >= upper or unit is None and multiplier is None and behind not in "，。；、,;)）\n"):
        reason = "name"
    if reason:
        asides.append(Aside(start, end, reason))
        return end
    if unit and _class_of(unit) == "money" and _SELECTED.match(plain, end):
        asides.append(Aside(start, end, "threshold"))
        return end
    begin, qualifier = _bound_before(plain, start)
    if more1 or (after and _AFTER[after] == "more_than"):
        qualifier = "more_than" if qualifier == "exact" else qualifier
    elif after and qualifier == "exact":
        qualifier = _AFTER[after]
    quantities.append(
        Quantity(begin, start, end, lower, upper, rounding, unit or "", _class_of(unit), qualifier, "", end)
    )
    return end


def _take_rank(plain: str, start: int, quantities: list[Quantity], asides: list[Aside]) -> int:
    """第N is a rank where a word of place or order stands before it and no noun behind it; else it orders something."""
    match = _RANK.match(plain, start)
    assert match is not None
    end = match.end()
    number, unit = match.group("number", "unit")
    placed = _RANK_LEFT.search(plain, start - 14 if start > 14 else 0, start)
    if (
        (_RANK_RIGHT.match(plain, end) if placed else unit and _PLACE_RIGHT.match(plain, end))
        and plain[start - 1 : start] != "前"
        and not _SET_FIRST.search(plain, max(0, start - 4), start)
    ):
        value = float(number) if number[0].isdigit() else read_chinese(number).value
        begin = _with_scope(plain, start)
        quantities.append(Quantity(begin, start, end, value, None, None, unit or "", "rank", "exact", "rank", end))
    elif number[0].isdigit():
        asides.append(Aside(start, end, "order"))
    return end


def _take_chinese(plain: str, start: int, quantities: list[Quantity], asides: list[Aside]) -> int:
    """A numeral in Chinese characters counts only with a unit, and alone (三轮) only where a verb leads to it."""
    parts = _PARTS.match(plain, start)
    if parts:
        return _take_part(plain, parts, "parts", quantities, asides)
    before = plain[start - 1] if start else "\n"
    tenths = _TENTHS.match(plain, start)
    if tenths and before not in "十百千":
        return _take_part(plain, tenths, "tenths", quantities, asides)
    match = _CN_COUNT.match(plain, start)
    if not match or before in "第“十百千万之每前两各头首":
        return start + 1
    end = match.end()
    some, number, more1, multiplier, more2, unit, after = match.group(
        "some", "number", "more1", "mult", "more2", "unit", "after"
    )
    behind = plain[end : end + 1]
    if behind in ("”", "级", "制"):
        return end
    if len(number) == 1 and not (some or more1 or more2 or multiplier):
        if number in "百千":
            if before not in "近上超逾过":
                return end
        elif unit in "件项" and _PUBLIC_WORKS.match(plain, end):
            pass
        elif number == "十" or number == "一" or unit not in _CN_SINGLE or not behind:
            return end
        elif unit in "次位名":
            if unit != "次" or not (behind in "位获入荣居" or _CN_TIMES_LEFT.search(plain, max(0, start - 4), start)):
                return end
        elif not _CN_VERB_LEFT.search(plain, max(0, start - 8), start):
            return end
    if before == "届" or _REPEATED.search(number) or behind in _OTHER_WORD.get(unit, ()):
        return end
    value, rounding = read_chinese(number, multiplier or "")
    begin, qualifier = _bound_before(plain, start)
    if behind == ":" or not number.strip("十百千万亿") and begin == start and not (some or more1 or more2):
        return end
    if _class_of(unit) == "money" and (_SELECTED_OF.match(plain, end) or _SELECTED.match(plain, end)):
        return end
    if some == "近":
        qualifier = "less_than"
    elif some or more1 or more2 or (after and _AFTER[after] == "more_than"):
        qualifier = "more_than"
    elif after and qualifier == "exact":
        qualifier = _AFTER[after]
    quantities.append(
        Quantity(begin, start, end, value, None, rounding, unit, _class_of(unit), qualifier, "", match.end("number"))
    )
    return end


def _take_part(
    plain: str, match: re.Match[str] | None, form: str, quantities: list[Quantity], asides: list[Aside]
) -> int:
    """百分之N, N分之M, N成 and M/N: parts and changes in per cent; returns where to search on."""
    if match is None:
        return 0
    start, end = match.span()
    after = match.group("after")
    rounding: float | None = None
    if form == "percent":
        value, rounding = read_chinese(match.group("number"))
    elif form == "parts":
        value = round(
            100 * read_chinese(match.group("numerator")).value / read_chinese(match.group("denominator")).value, 3
        )
    elif form == "fraction":
        upper, lower = int(match.group("upper")), int(match.group("lower"))
        before = plain[start - 1] if start else "\n"
        if not lower or upper >= lower or (before.isascii() and before.isalnum()) or plain[end : end + 1] in _LETTERS:
            asides.append(Aside(start, end, "name"))
            return end
        value = round(100 * upper / lower, 3)
    else:
        half = match.group("half")
        value = read_chinese(match.group("number") + (half if half and half != "半" else "")).value * 10 + 5 * (
            half == "半"
        )
        rounding = 10.0
    begin, qualifier = _bound_before(plain, start)
    if after:
        qualifier = "more_than" if after == "多" else _AFTER[after]
    quantities.append(Quantity(begin, start, end, value, None, rounding, "%", "percent", qualifier, "", end))
    return end
