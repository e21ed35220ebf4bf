"""Normalize white space and lines: the text as its author would type it, with all other characters unchanged.

Independent of HTML, boilerplate and sections. Normalizing is idempotent and removes only white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Characters that are not visible: zero-width characters, soft hyphen, byte order mark, directional marks.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_SPACES = re.compile(r"[^\S\t]+")
_AROUND_TAB = re.compile(r" ?\t ?")
# A space matters only between two words or numbers of Latin letters and digits (full-width digits too).
_REMOVABLE_SPACE = re.compile(r" (?![A-Za-z0-9(&０-９])|(?<![A-Za-z0-9.,;:!?)&'０-９]) ")
# Numbers with spaces between their digits. Two digits are joined only before what needs a number, and a number in two
# parts only before a unit and a punctuation mark, which no table row has.
_SPACED_DIGITS = re.compile(
    r"""
    (?<![0-9A-Za-z.,])(?:[0-9][ ]){2,14}[0-9](?:\.[0-9]+)?(?![0-9A-Za-z.])                      # 1 9 9 3 年
  | (?<![0-9A-Za-z.,][ ])(?<![0-9A-Za-z.,])[0-9][ ][0-9](?:\.[0-9]+)?(?=[\u4e00-\u9fff%％])     # 增长1 1.9%
  | (?<![０-９．])(?:[０-９][ ]){1,14}[０-９](?![０-９])                                          # １ ９ ９ ３
  | (?<=[\u4e00-\u9fff])
    (?: [0-9]{1,3}[ ][0-9]{1,3}(?:\.[0-9]+)? | [0-9]{1,3}\.[0-9]{1,2}[ ][0-9]{1,2} )
    (?=(?:[万亿]?[元吨亩斤户人个家件项]|公[顷里斤]|[%％])[，。；、,;])                            # 纯收入18 51元，
    """,
    re.VERBOSE,
)

_NUMBER_ENDS = frozenset("0123456789.．,，")
_NUMBER_CONTEXT = 30  # characters on both sides of a line end
_ENDS_IN_NUMBER = re.compile(r"[\u4e00-\u9fff，、（(]\d{1,12}(?:[.,]\d{1,6}){0,4}[.,．]?$")
_NUMBERED_HEADING = re.compile(r"(?:附[件表录]?|表|图|第)\d{1,3}")
_UNIT_NAME = (
    "[%％‰]|个百分点|[万亿千百](?:[^\u4e00-\u9fff]|[万亿元吨人户个件家亩平立千公名项次])|"
    "(?:元|件|吨|亩|户|宗|公里|公顷|千米|平方|立方|人次|场次|个(?![别体])|名(?!称)|家(?!庭)|项(?!目)|次(?!日)|人(?![民才大员]))"
    "(?=[，。；、,;（(]|$|[\u4e00-\u9fff])"
)
_UNIT = re.compile(_UNIT_NAME)
_DIGITS_AND_UNIT = re.compile(rf"\d{{1,12}}(?:[.,]\d{{1,6}}){{0,4}}(?:{_UNIT_NAME})")
_YEAR = re.compile(r"(?:19|20)\d{2}年")

# A line with one of these ends is complete; a new paragraph follows.
_COMPLETE_ENDS = frozenset("。！？；：…!?;:”’\"'』」）)】〕》＞>—-")
_PARAGRAPH_START = re.compile(
    r"""
    [一二三四五六七八九十百]{1,4}[、.．是]                                  # 一、 一是
  | 第[一二三四五六七八九十百\d]{1,4}[编篇章节条部分，,、]                  # 第一章
  | [（(][一二三四五六七八九十百\d]{1,4}[)）]                              # （一）
  | \d{1,3}[.．、)）](?:(?!\d)|(?=\d{4}年))                               # 1. but not 1.5
  | [①-⑳❶-❿⑴-⑽]
  | [—\-─–]{2}
  | [●■◆▲★◇□○•·※☆]
  | 各位 | 同志们
  | 附[件表录]?[一二三四五六七八九十\d]*[:：]                              # 附件1：
  | [\d〇○零一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,2}月
    [\d一二三四五六七八九十]{1,3}日.{0,4}$                                 # 2020年1月9日
  | 新华社 | 图解 | 责任编辑 | 扫一扫 | 【
    """,
    re.VERBOSE,
)
_SENTENCE_ENDS = frozenset("。！？；：!?;:")
_INDENT = 4  # columns of white space, removed by now, at the start of a paragraph
_MIN_FULL_LINES, _LONGEST_FULL_LINE = 8, 130
_SIGNATURE = re.compile(r"(?:政府|办公室|委员会|[局厅部署办院])(?:[（(].{1,6}[)）])?")
_SENTENCE_INSIDE = re.compile(r"[。！？；](?!$)")
_PAIRS = {"《": "》", "“": "”", "（": "）", "〔": "〕", "「": "」"}
_BREAKABLE = re.compile("[。！？；《“（〔「，、,]")  # a short line without these is never incomplete
_OPENING = re.compile("[《“（〔「]")


def normalize_spaces(line: str) -> str:
    """Normalize the white space of a line: none inside Chinese, one space between Latin words, tabs between cells.

    >>> normalize_spaces("　　出 口总额 364 亿美元，增长 11.9 %")
    '出口总额364亿美元，增长11.9%'
    >>> normalize_spaces("1 9 9 3 年，人均 GDP 3.4 万美元")
    '1993年，人均GDP 3.4万美元'
    >>> normalize_spaces("Patent  Cooperation Treaty（ 简称 PCT ）")
    'Patent Cooperation Treaty（简称PCT）'
    """
    line = line.strip()
    if " " not in line and line.isprintable():  # the only printable white space is the plain space
        return line
    if not line.isascii() and _INVISIBLE.search(line):
        line = _INVISIBLE.sub("", line).strip()
    line = _REMOVABLE_SPACE.sub("", _AROUND_TAB.sub("\t", _SPACES.sub(" ", line)))
    if " " in line:
        line = _SPACED_DIGITS.sub(lambda match: match.group().replace(" ", ""), line)
    return line


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with normalized spaces, without empty ones.

    A line that begins with a tab is a further cell of the row before it.
    """
    lines: list[str] = []
    for raw in text.splitlines():
        line = normalize_spaces(raw)
        if not line:
            continue
        if raw[0] == "\t" and lines:
            lines[-1] += "\t" + line
        else:
            lines.append(line)
    return lines


def continues(before: str, after: str) -> bool:
    """Return whether `after` continues the sentence or heading of `before`.

    >>> continues("全市生产总值3593亿元，增长12%。工业总产值", "（1990年不变价）增长16%。")
    True
    >>> continues("一、过去一年工作回顾", "过去一年，我们迎难而上。")
    False
    """
    if len(before) < 15 and not _BREAKABLE.search(before):
        return False
    last = before[-1]
    if last in _COMPLETE_ENDS or "\t" in before or "\t" in after or _PARAGRAPH_START.match(after):
        return False
    if last in "，、,":
        return len(before) > 12
    if len(after) < 30 and _SIGNATURE.search(after[-9:]) and after[-1] not in "。！？；，":
        return False
    if _SENTENCE_INSIDE.search(before):
        return last not in "0123456789年月日" or len(before) > 60
    for opening in list(_OPENING.finditer(before))[-1:]:
        closing = _PAIRS[opening.group()]
        if closing not in before[opening.end() :] and closing in after[:60]:
            return True
    return len(before) >= 15 and 2 <= len(after) <= 8 and after[-1] == "。"


class FixedLine(str):
    """A line that is never joined with another, whatever its text looks like."""

    __slots__ = ()


def join_wraps(lines: Iterable[str]) -> list[str]:
    """Join lines to paragraphs where a sentence was broken over lines."""
    lines = list(lines)
    while True:
        joined: list[str] = []
        for line in lines:
            if (
                joined
                and continues(joined[-1], line)
                and not isinstance(line, FixedLine)
                and not isinstance(joined[-1], FixedLine)
            ):
                joined[-1] = normalize_spaces(joined[-1] + join_char(joined[-1], line) + line)
            else:
                joined.append(line)
        if len(joined) == len(lines):
            return joined
        lines = joined  # a joined line may itself continue the one before it


def unwrap_columns(lines: list[str]) -> list[str]:
    """Join lines that were broken at a fixed width (an email, a printed page); leave other texts unchanged."""
    if len(lines) < _MIN_FULL_LINES or max(map(len, lines)) > _LONGEST_FULL_LINE:
        return lines
    widths = [display_width(line) for line in lines]
    full_width = max(widths, default=0)
    n_full = sum(1 for width in widths if width >= full_width - 3)
    if not 40 <= full_width <= _LONGEST_FULL_LINE or n_full < _MIN_FULL_LINES or n_full < 0.4 * len(lines):
        return lines
    joined: list[str] = []
    is_incomplete = False
    for line, width in zip(lines, widths, strict=True):
        is_typed = not isinstance(line, FixedLine)
        if joined and is_incomplete and is_typed and not _PARAGRAPH_START.match(line) and "\t" not in line:
            joined[-1] = normalize_spaces(joined[-1] + join_char(joined[-1], line) + line)
        else:
            joined.append(line)
        is_first = not is_incomplete and line[-1] not in _SENTENCE_ENDS
        is_incomplete = is_typed and width >= full_width - 3 - (_INDENT if is_first else 0)
    return joined


def join_broken_numbers(lines: list[str]) -> list[str]:
    """Join lines that were broken inside a number or between a number and its unit.

    >>> join_broken_numbers(["罚没收入100", "00元，增长7.", "5%。", "1.基本情况", "2021年许可106", "2022年许可108"])
    ['罚没收入10000元，增长7.5%。', '1.基本情况', '2021年许可106', '2022年许可108']
    """
    joined: list[str] = []
    before = ""
    for line in lines:
        if before[-1:] in _NUMBER_ENDS and before and _breaks_number(before, line):
            before = joined[-1] = normalize_spaces(before + line)
        else:
            joined.append(line)
            before = line
    return joined


def _breaks_number(before: str, after: str) -> bool:
    if isinstance(before, FixedLine) or isinstance(after, FixedLine) or "\t" in before or "\t" in after:
        return False
    end = before[-_NUMBER_CONTEXT:]
    if not _ENDS_IN_NUMBER.search(end) or _NUMBERED_HEADING.fullmatch(before[:_NUMBER_CONTEXT]):
        return False
    start = after[:_NUMBER_CONTEXT]
    if end[-1] in ".．,，":
        return _DIGITS_AND_UNIT.match(start) is not None
    return _UNIT.match(start) is not None or (_DIGITS_AND_UNIT.match(start) is not None and not _YEAR.match(start))


def display_width(line: str) -> int:
    """Return the width of a line in columns: two per Chinese character, one per ASCII character."""
    return len(line) if line.isascii() else sum(1 if char < "\u0100" else 2 for char in line)


def starts_paragraph(line: str) -> bool:
    """Return whether a line begins as headings, items and signatures do: 一、 （二） 1. 附件."""
    return _PARAGRAPH_START.match(line) is not None


def join_char(before: str, after: str) -> str:
    """Return what joins two parts of a broken line: a space between Latin words, else nothing."""
    return " " if before[-1].isascii() and after[0].isascii() and before[-1].isalpha() and after[0].isalpha() else ""
