"""Find the sections of a text: where 一、 （一） 1. （1） 一是 第一章 附件 begin and end, and how they nest.

One pass over the lines; the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

from nianbao.documents.model import Section

_CN = "一二三四五六七八九十百"
_HEADING_LIMIT = 120
_MAX_TITLE_LENGTH = 40
_MIN_INLINE_LENGTH = 8  # a shorter paragraph has no room for markers inside

# Ranks: a section closes those of the same and of larger ranks. `title` is a heading without number (2016年工作回顾).
_ANNEX, _PART, _CHAPTER, _ARTICLE, _TITLE, _CN_COMMA, _CN_PAREN, _NUMBER, _NUMBER_PAREN, _CIRCLE, _ORDINAL = range(11)

_MARKER = re.compile(
    rf"""
    (?P<annex>
        (?:附[件表录][{_CN}\d]{{0,3}}|附)(?=[:：]|$)[:：]?                    # 附件1：
      | 附[件表录][{_CN}\d]{{1,3}}(?=[.．、]|[^{_CN}\d]{{2,40}}$)             # 附件1名词解释
      | (?:《[^》]{{2,20}}》)?(?:有关|相关|部分)?(?:名词|术语|用语)(?:[、和]?(?:术语))?
        (?:解释|注释|说明)[:：]?$                                             # 有关名词解释
    )
  | (?P<part>第[{_CN}]{{1,3}}(?:部分|编|篇)[:：、]?)                          # 第一部分
  | (?P<chapter>第[{_CN}]{{1,3}}[章节][:：、]?)                               # 第一章
  | (?P<cn>[{_CN}]{{1,4}}[、．.](?![{_CN}]{{1,2}}[、产次类批级]))             # 一、 but not 一、二产
  | (?P<cnparen>[（(][{_CN}]{{1,4}}[)）][、.．]?)                             # （一）
  | (?P<number>\d{{1,3}}(?:[．、]|\.)(?=\s|\d{{4}}年|[^\d\s.％%])[ ]?)         # 1. but not 1.5
  | (?P<numberparen>[（(]\d{{1,3}}[)）][、.．]?)                              # （1）
  | (?P<circle>[①-⑳])
  | (?P<ordinal>[{_CN}]{{1,3}}是(?![{_CN}]?否))                               # 一是 but not 一是否
  | (?P<first>第[{_CN}]{{1,2}}[，,、])                                        # 第一，
    """,
    re.VERBOSE,
)
_RANK = {
    "annex": _ANNEX, "part": _PART, "chapter": _CHAPTER, "cn": _CN_COMMA, "cnparen": _CN_PAREN, "number": _NUMBER,
    "numberparen": _NUMBER_PAREN, "circle": _CIRCLE, "ordinal": _ORDINAL, "first": _ORDINAL,
}  # fmt: skip
_INLINE_MARKER = re.compile(
    rf"""
    (?<=[。；;：:，,！!？?、）)])
    (?: (?P<ordinal>[{_CN}]{{1,3}}是) | (?P<numberparen>[（(]\d{{1,2}}[)）]) | (?P<circle>[①-⑳]) )
    """,
    re.VERBOSE,
)
# The last character of each inline marker: a cheap test that skips most paragraphs.
_INLINE_HINT = re.compile("[是)）①-⑳]")
_TITLE_LINE = re.compile(
    r"""
    (?: \d{4}年 | “?[一二三四五六七八九十]{1,3}五” | 过去 | 未来 | 今后 | 今年 | 本届 )
    .{0,30}
    (?: 回顾|工作|任务|目标|安排|成就|成绩|情况|建议|部署|思路|重点|计划|打算|展望|实事|指标|一览表|完成情况 )
    """,
    re.VERBOSE,
)
# The title of a report is not a heading in it: 2004年云汀市政府工作报告.
_REPORT_TITLE = re.compile(r"(?:报告|公报|年报)(?:[（(][^（()）]{1,40}[)）])?$")
_SENTENCE_MARK = re.compile("[。！？；，：:,;]")
_HEADING_END = re.compile("[。！？；\n\t]")
_CN_VALUE = {char: value for value, char in enumerate("一二三四五六七八九", 1)}
_NUMBER_IN = re.compile(rf"[{_CN}]+|\d+")


@dataclass(frozen=True, slots=True)
class _OpenSection:
    """A section that has begun; `index` is its position in the list of sections."""

    kind: str
    label: str
    heading: str
    start: int
    index: int
    path: str

    @property
    def rank(self) -> int:
        return _RANK.get(self.kind, _TITLE)


def outline(text: str, rows: Container[int] = ()) -> tuple[Section, ...]:
    r"""Return the sections of a text, ordered by start. Each ends where its next sibling begins or its parent ends.

    Args:
        text: The text of a document.
        rows: The offsets of lines that are table rows; their （一） opens no section.

    >>> for s in outline("一、2019年工作\n（一）立法。一是开门立法。印发3件。二是清理文件。\n二、2020年计划"):
    ...     print(s.path, s.heading)
    一 2019年工作
    一/（一） 立法
    一/（一）/一是 开门立法
    一/（一）/二是 清理文件
    二 2020年计划
    """
    sections = _Sections()
    start, length = 0, len(text)
    find, match_marker, has_inline_hint = text.find, _MARKER.match, _INLINE_HINT.search
    while start < length:
        end = find("\n", start)
        if end < 0:
            end = length
        if start in rows:
            start = end + 1
            continue
        marker = match_marker(text, start, end)
        body = start
        if marker:
            kind = marker.lastgroup or ""
            body = marker.end()
            heading = _heading(text, body, end)
            if kind == "annex" and not heading:
                heading = _next_heading(text, end + 1) or marker.group().strip(":：")
            sections.begin(kind, _label(kind, marker.group()), heading, start)
        elif end - start <= _MAX_TITLE_LENGTH and _is_title(text[start:end]):
            sections.begin("title", text[start:end], text[start:end], start)
        if end - body > _MIN_INLINE_LENGTH and has_inline_hint(text, body, end):
            _add_inline_sections(text, body, end, sections, opened=marker is not None)
        start = end + 1
    sections.close(0, length)
    return tuple(sections)


class _Sections:
    """The sections found so far, and the stack of those that are still open."""

    def __init__(self) -> None:
        self.stack: list[_OpenSection] = []
        self._sections: list[Section | None] = []  # ordered by start; None while it is open

    def __iter__(self) -> Iterator[Section]:
        return (section for section in self._sections if section is not None)

    def begin(self, kind: str, label: str, heading: str, start: int) -> None:
        """Begin a section after closing those of the same and of larger ranks."""
        rank = _RANK.get(kind, _TITLE)
        depth = len(self.stack)
        while depth and self.stack[depth - 1].rank >= rank:
            depth -= 1
        self.close(depth, start)
        self.push(kind, label, heading, start)

    def push(self, kind: str, label: str, heading: str, start: int) -> None:
        """Begin a section inside the innermost open one."""
        path = f"{self.stack[-1].path}/{label}" if self.stack else label
        self.stack.append(_OpenSection(kind, label, heading, start, len(self._sections), path))
        self._sections.append(None)

    def close(self, depth: int, end: int) -> None:
        """Close the open sections that are deeper than `depth`."""
        while len(self.stack) > depth:
            last = self.stack[-1]
            self._sections[last.index] = Section(last.path, len(self.stack), last.heading, last.start, end)
            self.stack.pop()


def _add_inline_sections(text: str, start: int, end: int, sections: _Sections, *, opened: bool) -> None:
    """Add the 一是 … 二是 …, （1） … （2） … and ① … ② … inside one paragraph; they end with it at the latest.

    With `opened` the paragraph itself begins with the marker on top of the stack; a sibling further on replaces it.
    """
    stack = sections.stack
    outer = len(stack)
    reached: dict[str, int] = {stack[-1].kind: _value(stack[-1].label)} if opened else {}
    for marker in _INLINE_MARKER.finditer(text, start, end):
        kind = marker.lastgroup or ""
        value = _value(marker.group())
        kinds = [section.kind for section in stack[outer:]]
        is_sibling = opened and stack[outer - 1].kind == kind
        if value == 1 and kind not in kinds and not is_sibling:
            depth = len(stack)
        elif value != reached.get(kind, 0) + 1:
            continue
        elif kind in kinds:
            depth = outer + kinds.index(kind)
        elif is_sibling:
            outer -= 1
            opened, depth = False, outer
        else:
            continue
        sections.close(depth, marker.start())
        reached[kind] = value
        sections.push(kind, _label(kind, marker.group()), _heading(text, marker.end(), end), marker.start())
    sections.close(outer, end)


def _next_heading(text: str, start: int) -> str | None:
    """Return the line under a bare 附件1 if it is a heading."""
    end = text.find("\n", start, start + 60)
    line = text[start:end] if end > start else ""
    if not line or "\t" in line or _SENTENCE_MARK.search(line) or _MARKER.match(line):
        return None
    return line


def _is_title(line: str) -> bool:
    return bool(_TITLE_LINE.match(line)) and not _SENTENCE_MARK.search(line) and not _REPORT_TITLE.search(line)


def _heading(text: str, start: int, end: int) -> str:
    limit = start + _HEADING_LIMIT
    if end < limit:
        limit = end
    stop = _HEADING_END.search(text, start, limit)
    return text[start : stop.start() if stop else limit].strip()


@lru_cache(maxsize=4096)
def _label(kind: str, marker: str) -> str:
    """Return the marker as it appears in a path: full-width brackets, no trailing comma."""
    marker = marker.strip()
    if kind in ("cnparen", "numberparen"):
        return f"（{marker.strip('（(）)、.．')}）"
    if kind == "number":
        return marker.rstrip("．、. ") + "."
    return marker.rstrip("、．.，,:：")


def _value(marker: str) -> int:
    """Return the number of a marker.

    >>> [_value(m) for m in ("一是", "（12）", "十二、", "二十、", "③")]
    [1, 12, 12, 20, 3]
    """
    if "①" <= marker[0] <= "⑳":
        return ord(marker[0]) - ord("①") + 1
    match = _NUMBER_IN.search(marker)
    digits = match.group() if match else ""
    if digits.isdecimal():
        return int(digits)
    tens, ten, units = digits.partition("十")
    if not ten:
        return _CN_VALUE.get(digits, 0)
    return 10 * _CN_VALUE.get(tens, 1) + _CN_VALUE.get(units, 0)
