"""The numbers that Word puts before paragraphs by itself: 一、 （一） 1. stand in list rules, not in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

_PLACE = re.compile(r"%([1-9])")
_CN_DIGITS = "零一二三四五六七八九"
_IN_CHINESE = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "ideographTraditional",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    )
)
_MOST_LEVELS = 9
_MOST_BASES = 20  # styles that a style may stand on


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class _List:
    """One list: its levels by depth, and what each has counted to since one above it counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)

    def next_label(self, depth: int) -> str:
        level = self.levels.get(depth)
        if level is None:
            return ""
        self.counts[depth] = self.counts.get(depth, level.start - 1) + 1
        for deeper in [at for at in self.counts if at > depth]:
            del self.counts[deeper]

        def printed(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            other = self.levels.get(at, _Level())
            return print_number(self.counts.get(at, other.start), other.format)

        return "" if level.format in ("bullet", "none") else _PLACE.sub(printed, level.text)


class Numbering:
    """Counts the lists of one document; ask for each paragraph's label once, in the order of the text."""

    def __init__(self, rules: etree._Element | None, styles: etree._Element | None) -> None:
        kinds: dict[str, _List] = {}
        self._lists: dict[str, _List] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for rule in rules if rules is not None else ():
            if _name(rule) == "abstractNum":
                kinds[_of(rule, "abstractNumId")] = _List(_levels(rule))
        for rule in rules if rules is not None else ():
            if _name(rule) != "num":
                continue
            number, kind = _of(rule, "numId"), _said(rule, "abstractNumId")
            if kind in kinds:
                self._lists[number] = kinds[kind]
            for change in rule:
                start = _said(change, "startOverride")
                if _name(change) == "lvlOverride" and start.isdecimal():
                    self._restarts.setdefault(number, {})[_depth(_of(change, "ilvl"))] = int(start[:6])
        self._styles = (
            {_of(style, "styleId"): style for style in styles if _name(style) == "style"}
            if (styles is not None)
            else {}
        )

    def label(self, paragraph: etree._Element, style: str) -> str:
        """What Word prints before the paragraph: `二、`; empty where it prints nothing."""
        if not self._lists:
            return ""
        number, depth = _rule_of(paragraph)
        for _ in range(_MOST_BASES):
            if number or style not in self._styles:
                break
            base = self._styles[style]
            number, at = _rule_of(base)
            depth = depth or at
            style = _said(base, "basedOn")
        found = self._lists.get(number)
        if found is None:
            return ""
        for level, start in self._restarts.pop(number, {}).items():
            found.counts[level] = start - 1
        return found.next_label(_depth(depth))


def print_number(number: int, style: str) -> str:
    """A number as a list prints it.

    >>> print_number(12, "chineseCounting"), print_number(3, "decimalEnclosedCircle"), print_number(2, "lowerLetter")
    ('十二', '③', 'b')
    """
    if style in _IN_CHINESE:
        return _chinese(number)
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if style.startswith("decimalFullWidth"):
        return "".join(chr(ord("０") + int(digit)) for digit in str(number))
    if style in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr(ord("a" if style == "lowerLetter" else "A") + number - 1)
    if style in ("lowerRoman", "upperRoman") and 1 <= number <= 39:
        roman = "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
        return roman if style == "upperRoman" else roman.lower()
    return str(number)


def _chinese(number: int) -> str:
    if not 0 <= number < 100:
        return "".join(_CN_DIGITS[int(digit)] for digit in str(abs(number)))
    tens, ones = divmod(number, 10)
    if not tens:
        return _CN_DIGITS[ones]
    return ("" if tens == 1 else _CN_DIGITS[tens]) + "十" + (_CN_DIGITS[ones] if ones else "")


def _levels(rule: etree._Element) -> dict[int, _Level]:
    levels = {}
    for part in rule:
        if _name(part) == "lvl":
            start = _said(part, "start")
            levels[_depth(_of(part, "ilvl"))] = _Level(
                _said(part, "numFmt") or "decimal", _said(part, "lvlText"), int(start[:6]) if start.isdecimal() else 1
            )
    return levels


def _rule_of(holder: etree._Element) -> tuple[str, str]:
    """The list and the depth in it that a paragraph or style names; empty where it names none."""
    for properties in holder:
        if _name(properties) == "pPr":
            for rule in properties:
                if _name(rule) == "numPr":
                    return _said(rule, "numId"), _said(rule, "ilvl")
    return "", ""


def _depth(said: str) -> int:
    return min(int(said[:2]), _MOST_LEVELS) if said.isdecimal() else 0


def _said(holder: etree._Element, name: str) -> str:
    return next((_of(child, "val") for child in holder if _name(child) == name), "")


def _of(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
