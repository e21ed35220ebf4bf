"""The sections of a text: where 一、 （一） 1. （1） 一是 第一章 附件 begin and end, how they nest, and their headings.

One pass over the lines; nothing is looked for twice, so the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from nianbao.documents.model import Section

_CN = "一二三四五六七八九十百"
_HEADING_LIMIT = 120

# Ranks: a section of a smaller rank closes those of a larger one. `title` is a heading without number (2016年工作回顾).
_ANNEX, _PART, _CHAPTER, _ARTICLE, _TITLE, _CN_COMMA, _CN_PAREN, _NUMBER, _NUMBER_PAREN, _CIRCLE, _ORDINAL = range(11)

_LINE_START = re.compile(
    rf"(?P<annex>(?:附[件表录][{_CN}\d]{{0,3}}|附)(?=[:：]|$)[:：]?|附[件表录][{_CN}\d]{{1,3}}(?=[.．、]|[^{_CN}\d]{{2,40}}$)"
    r"|(?:《[^》]{2,20}》)?(?:有关|相关|部分)?(?:名词|术语|用语)(?:[、和]?(?:术语))?(?:解释|注释|说明)[:：]?$)"
    rf"|(?P<part>第[{_CN}]{{1,3}}(?:部分|编|篇)[:：、]?)"
    rf"|(?P<chapter>第[{_CN}]{{1,3}}[章节][:：、]?)"
    rf"|(?P<cn>[{_CN}]{{1,4}}[、．.](?![{_CN}]{{1,2}}[、产次类批级]))"
    rf"|(?P<cnparen>[（(][{_CN}]{{1,4}}[)）][、.．]?)"
    r"|(?P<number>\d{1,3}(?:[．、]|\.)(?=\s|\d{4}年|[^\d\s.％%])[ ]?)"
    r"|(?P<numberparen>[（(]\d{1,3}[)）][、.．]?)"
    r"|(?P<circle>[①-⑳])"
    rf"|(?P<ordinal>[{_CN}]{{1,3}}是(?![{_CN}]?否))"
    rf"|(?P<first>第[{_CN}]{{1,2}}[，,、])"
)
_RANK = {
    "annex": _ANNEX, "part": _PART, "chapter": _CHAPTER, "cn": _CN_COMMA, "cnparen": _CN_PAREN, "number": _NUMBER,
    "numberparen": _NUMBER_PAREN, "circle": _CIRCLE, "ordinal": _ORDINAL, "first": _ORDINAL,
}  # fmt: skip
_INLINE = re.compile(
    rf"(?<=[。；;：:，,！!？?、）)])(?:(?P<ordinal>[{_CN}]{{1,3}}是)|(?P<numberparen>[（(]\d{{1,2}}[)）])|(?P<circle>[①-⑳]))"
)
# Where none of these stands there is nothing to find inline: the last sign of each marker, cheap to look for.
_INLINE_HINT = re.compile("[是)）①-⑳]")
_TITLE_LINE = re.compile(
    r"(?:\d{4}年|“?[一二三四五六七八九十]{1,3}五”|过去|未来|今后|今年|本届).{0,30}"
    r"(?:回顾|工作|任务|目标|安排|成就|成绩|情况|建议|部署|思路|重点|计划|打算|展望|实事|指标|一览表|完成情况)"
)
# What a report is called, no heading in it: 2004年云汀市政府工作报告.
_REPORT_TITLE = re.compile(r"(?:报告|公报|年报)(?:[（(][^（()）]{1,40}[)）])?$")
_SENTENCE_MARK = re.compile("[。！？；，：:,;]")
_HEADING_END = re.compile("[。！？；\n\t]")
_CN_VALUE = {char: value for value, char in enumerate("一二三四五六七八九", 1)}
_NUMBER_IN = re.compile(rf"[{_CN}]+|\d+")


class _Open:
    """A section that has begun: `place` is its own in the list of sections, `path` leads to it."""

    __slots__ = ("heading", "kind", "path", "piece", "place", "rank", "start")

    def __init__(self, kind: str, rank: int, piece: str, heading: str, start: int, place: int, above: str) -> None:
        self.kind, self.rank, self.piece, self.heading, self.start = kind, rank, piece, heading, start
        self.place = place
        self.path = f"{above}/{piece}" if above else piece


def outline(text: str, rows: Container[int] = ()) -> tuple[Section, ...]:
    """The sections of `text` by their starts; they nest, each ends where its next sibling begins or its parent ends.

    `rows`: where lines begin that are rows of a table. Its （一） numbers rows and opens no section.

    >>> for s in outline("一、2019年工作\\n（一）立法。一是开门立法。印发3件。二是清理文件。\\n二、2020年计划"):
    ...     print(s.path, s.heading)
    一 2019年工作
    一/（一） 立法
    一/（一）/一是 开门立法
    一/（一）/二是 清理文件
    二 2020年计划
    """
    done: list[Section | None] = []  # by their starts; None while it is open
    stack: list[_Open] = []
    start, length = 0, len(text)
    find, begins, is_inline = text.find, _LINE_START.match, _INLINE_HINT.search
    while start < length:
        end = find("\n", start)
        if end < 0:
            end = length
        if start in rows:
            start = end + 1
            continue
        found = begins(text, start, end)
        body = start
        if found:
            kind = found.lastgroup or ""
            body = found.end()
            heading = _heading(text, body, end)
            if kind == "annex" and not heading:
                heading = _next_heading(text, end + 1) or found.group().strip(":：")
            _begin(stack, done, kind, _RANK[kind], _piece(kind, found.group()), heading, start)
        elif end - start <= 40 and _is_title(text[start:end]):
            _begin(stack, done, "title", _TITLE, text[start:end], text[start:end], start)
        if end - body > 8 and is_inline(text, body, end):
            _inline(text, body, end, stack, done, opened=found is not None)
        start = end + 1
    _close(stack, done, 0, length)
    return tuple(section for section in done if section is not None)


def _begin(
    stack: list[_Open], done: list[Section | None], kind: str, rank: int, piece: str, heading: str, start: int
) -> None:
    """Begins a section, which ends those of its rank and deeper ones."""
    depth = len(stack)
    while depth and stack[depth - 1].rank >= rank:
        depth -= 1
    _close(stack, done, depth, start)
    stack.append(_Open(kind, rank, piece, heading, start, len(done), stack[-1].path if stack else ""))
    done.append(None)


def _close(stack: list[_Open], done: list[Section | None], depth: int, at: int) -> None:
    """Ends all sections that are deeper than `depth`."""
    while len(stack) > depth:
        last = stack[-1]
        done[last.place] = Section(last.path, len(stack), last.heading, last.start, at)
        stack.pop()


def _inline(text: str, start: int, end: int, stack: list[_Open], done: list[Section | None], opened: bool) -> None:
    """The 一是 … 二是 …, （1） … （2） … and ① … ② … inside one paragraph: they end with it at the latest.

    `opened`: the paragraph itself begins with the marker on top of the stack; a brother of it further on replaces it.
    """
    outer = len(stack)
    reached: dict[str, int] = {stack[-1].kind: _value(stack[-1].piece)} if opened else {}
    for found in _INLINE.finditer(text, start, end):
        kind = found.lastgroup or ""
        value = _value(found.group())
        kinds = [entry.kind for entry in stack[outer:]]
        is_brother = opened and stack[outer - 1].kind == kind
        if value == 1 and kind not in kinds and not is_brother:
            depth = len(stack)
        elif value != reached.get(kind, 0) + 1:
            continue
        elif kind in kinds:
            depth = outer + kinds.index(kind)
        elif is_brother:
            outer -= 1
            opened, depth = False, outer
        else:
            continue
        _close(stack, done, depth, found.start())
        reached[kind] = value
        above = stack[-1].path if stack else ""
        heading = _heading(text, found.end(), end)
        stack.append(_Open(kind, _RANK[kind], _piece(kind, found.group()), heading, found.start(), len(done), above))
        done.append(None)
    _close(stack, done, outer, end)


def _next_heading(text: str, start: int) -> str | None:
    """The line under a bare 附件1, where that is its heading."""
    end = text.find("\n", start, start + 60)
    line = text[start:end] if end > start else ""
    return (
        line if line and not _SENTENCE_MARK.search(line) and not _LINE_START.match(line) and "\t" not in line else None
    )


def _is_title(line: str) -> bool:
    return bool(_TITLE_LINE.match(line)) and not _SENTENCE_MARK.search(line) and not _REPORT_TITLE.search(line)


def _heading(text: str, start: int, end: int) -> str:
    limit = start + _HEADING_LIMIT
    if end < limit:
        limit = end
    stop = _HEADING_END.search(text, start, limit)
    return text[start : stop.start() if stop else limit].strip()


@lru_cache(maxsize=4096)
def _piece(kind: str, marker: str) -> str:
    """The marker as it stands in a path: brackets full-width, no trailing comma."""
    marker = marker.strip()
    if kind in ("cnparen", "numberparen"):
        return f"（{marker.strip('（(）)、.．')}）"
    if kind == "number":
        return marker.rstrip("．、. ") + "."
    return marker.rstrip("、．.，,:：")


def _value(marker: str) -> int:
    """The number that a marker counts: 一是 1, （12） 12, 十二、 12, ③ 3.

    >>> [_value(m) for m in ("一是", "（12）", "十二、", "二十、", "③")]
    [1, 12, 12, 20, 3]
    """
    if "①" <= marker[0] <= "⑳":
        return ord(marker[0]) - ord("①") + 1
    found = _NUMBER_IN.search(marker)
    digits = found.group() if found else ""
    if digits.isdecimal():
        return int(digits)
    tens, mark, ones = digits.partition("十")
    if not mark:
        return _CN_VALUE.get(digits, 0)
    return 10 * _CN_VALUE.get(tens, 1) + _CN_VALUE.get(ones, 0)
