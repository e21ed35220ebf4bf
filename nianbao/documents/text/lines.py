"""White space and lines: the text as the report's author would have typed it, with every other character kept.

Knows nothing of HTML, chrome or sections. `normalise` is idempotent and loses no character that is not white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# What a reader cannot see: zero-width characters, soft hyphen, byte order mark, directional marks.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_RUN = re.compile(r"[^\S\t]+")
_BY_TAB = re.compile(r" ?\t ?")
# A space means nothing except between two words or numbers in Latin letters and digits (full-width digits too).
_IDLE_SPACE = re.compile(r" (?![A-Za-z0-9(&０-９])|(?<![A-Za-z0-9.,;:!?)&'０-９]) ")
# `1 9 9 3 年`, `增长1 1.9%`: digits set apart one by one. Two alone are joined only before what needs a number, and a
# number broken in two (`纯收入18 51元，`) only where a unit and a mark follow, as in no row of a table.
_SPACED_DIGITS = re.compile(
    r"(?<![0-9A-Za-z.,])(?:[0-9] ){2,14}[0-9](?:\.[0-9]+)?(?![0-9A-Za-z.])"
    r"|(?<![0-9A-Za-z.,] )(?<![0-9A-Za-z.,])[0-9] [0-9](?:\.[0-9]+)?(?=[\u4e00-\u9fff%％])"
    r"|(?<![０-９．])(?:[０-９] ){1,14}[０-９](?![０-９])"
    r"|(?<=[\u4e00-\u9fff])(?:[0-9]{1,3} [0-9]{1,3}(?:\.[0-9]+)?|[0-9]{1,3}\.[0-9]{1,2} [0-9]{1,2})"
    r"(?=(?:[万亿]?[元吨亩斤户人个家件项]|公[顷里斤]|[%％])[，。；、,;])"
)

# A line that ends so is whole; what follows is a new paragraph.
_WHOLE = frozenset("。！？；：…!?;:”’\"'』」）)】〕》＞>—-")
_OPENS = re.compile(
    r"[一二三四五六七八九十百]{1,4}[、.．是]|第[一二三四五六七八九十百\d]{1,4}[编篇章节条部分，,、]|[（(][一二三四五六七八九十百\d]{1,4}[)）]"
    r"|\d{1,3}[.．、)）](?:(?!\d)|(?=\d{4}年))|[①-⑳❶-❿⑴-⑽]|[—\-─–]{2}|[●■◆▲★◇□○•·※☆]|各位|同志们|附[件表录]?[一二三四五六七八九十\d]*[:：]"
    r"|[\d〇○零一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日.{0,4}$"
    r"|新华社|图解|责任编辑|扫一扫|【"
)
_SIGNATURE = re.compile(r"(?:政府|办公室|委员会|[局厅部署办院])(?:[（(].{1,6}[)）])?")
_SENTENCE_INSIDE = re.compile(r"[。！？；](?!$)")
_PAIRS = {"《": "》", "“": "”", "（": "）", "〔": "〕", "「": "」"}
_BREAKABLE = re.compile("[。！？；《“（〔「，、,]")  # a short line without any of these breaks nothing off
_OPENING = re.compile("[《“（〔「]")


def normalize_spaces(line: str) -> str:
    """One line without idle white space: none inside Chinese, one space between Latin words, tabs between cells.

    >>> squeeze("　　出 口总额 364 亿美元，增长 11.9 %")
    '出口总额364亿美元，增长11.9%'
    >>> squeeze("1 9 9 3 年，人均 GDP 3.4 万美元")
    '1993年，人均GDP 3.4万美元'
    >>> squeeze("Patent  Cooperation Treaty（ 简称 PCT ）")
    'Patent Cooperation Treaty（简称PCT）'
    """
    line = line.strip()
    if " " not in line and line.isprintable():  # of all white space only the plain space is printable: nothing to do
        return line
    if not line.isascii() and _INVISIBLE.search(line):
        line = _INVISIBLE.sub("", line).strip()
    line = _IDLE_SPACE.sub("", _BY_TAB.sub("\t", _RUN.sub(" ", line)))
    if " " in line:
        line = _SPACED_DIGITS.sub(lambda match: match.group().replace(" ", ""), line)
    return line


def lines_of(text: str) -> list[str]:
    """The lines of a text, squeezed, without empty ones; a line led by a tab is a further cell of the row before it."""
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
    """Whether `after` is the rest of the sentence or heading that `before` breaks off.

    >>> continues("全市生产总值3593亿元，增长12%。工业总产值", "（1990年不变价）增长16%。")
    True
    >>> continues("一、过去一年工作回顾", "过去一年，我们迎难而上。")
    False
    """
    if len(before) < 15 and not _BREAKABLE.search(before):
        return False
    last = before[-1]
    if last in _WHOLE or "\t" in before or "\t" in after or _OPENS.match(after):
        return False
    if last in "，、,":
        return len(before) > 12
    if len(after) < 30 and _SIGNATURE.search(after[-9:]) and after[-1] not in "。！？；，":
        return False
    if _SENTENCE_INSIDE.search(before):
        return last not in "0123456789年月日" or len(before) > 60
    for found in list(_OPENING.finditer(before))[-1:]:
        closing = _PAIRS[found.group()]
        if closing not in before[found.end() :] and closing in after[:60]:
            return True
    return len(before) >= 15 and 2 <= len(after) <= 8 and after[-1] == "。"


class FixedLine(str):
    """A line that is whole as it stands, whatever its words look like: nothing is joined to it."""

    __slots__ = ()


def join_wraps(lines: Iterable[str]) -> list[str]:
    """Paragraphs as lines: the rest of a sentence that was broken over lines goes back to its beginning."""
    lines = list(lines)
    while True:
        whole: list[str] = []
        for line in lines:
            if (
                whole
                and continues(whole[-1], line)
                and not isinstance(line, FixedLine)
                and not isinstance(whole[-1], FixedLine)
            ):
                whole[-1] = normalize_spaces(whole[-1] + join_char(whole[-1], line) + line)
            else:
                whole.append(line)
        if len(whole) == len(lines):
            return whole
        lines = whole  # a line made whole may be the rest of the one before it


def unwrap_columns(lines: list[str]) -> list[str]:
    """Lines broken at a fixed width (an e-mail, a printed page) joined to paragraphs; other texts as they are."""
    if max(map(len, lines), default=0) > 130:
        return lines
    widths = [display_width(line) for line in lines]
    full = max(widths, default=0)
    at_edge = sum(1 for w in widths if w >= full - 3)
    if not 40 <= full <= 130 or at_edge < 8 or at_edge < 0.4 * len(lines):
        return lines
    whole: list[str] = []
    open_before = False
    for line, line_width in zip(lines, widths, strict=True):
        if whole and open_before and not _OPENS.match(line) and "\t" not in line:
            whole[-1] = normalize_spaces(whole[-1] + join_char(whole[-1], line) + line)
        else:
            whole.append(line)
        open_before = line_width >= full - 3
    return whole


def display_width(line: str) -> int:
    """Printed columns: two for a Chinese character, one for an ASCII one."""
    return len(line) if line.isascii() else sum(1 if char < "\u0100" else 2 for char in line)


def normalise(text: str) -> str:
    """The text with paragraphs as lines and no white space inside Chinese; idempotent, and nothing else is changed."""
    return "\n".join(join_wraps(lines_of(text)))


def begins_anew(line: str) -> bool:
    """Whether a line begins as headings, items and signatures do: 一、 （二） 1. 附件."""
    return _OPENS.match(line) is not None


def join_char(before: str, after: str) -> str:
    """What joins two pieces of a line that was broken between them: a space between Latin words, else nothing."""
    return " " if before[-1].isascii() and after[0].isascii() and before[-1].isalpha() and after[0].isalpha() else ""
