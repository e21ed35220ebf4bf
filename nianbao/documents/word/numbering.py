"""Compute the automatic numbers of Word paragraphs (一、 （一） 1.), which are in list definitions, not in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

_PLACEHOLDER = re.compile(r"%([1-9])")
_CN_DIGITS = "零一二三四五六七八九"
_CHINESE_STYLES = frozenset(
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
_MAX_LEVELS = 9
_MAX_LABEL_LENGTH = 40  # characters of the pattern of a label
_MAX_STYLE_DEPTH = 20  # of styles based on styles


@dataclass(slots=True)
class _Level:
    """How one level of a list is numbered."""

    format: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class _List:
    """One list: its levels by depth, and the current number of each level."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)

    def next_label(self, depth: int) -> str:
        """Count one paragraph at a depth; return its label."""
        level = self.levels.get(depth)
        if level is None:
            return ""
        self.counts[depth] = self.counts.get(depth, level.start - 1) + 1
        for deeper in [level_depth for level_depth in self.counts if level_depth > depth]:
            del self.counts[deeper]

        def number(match: re.Match[str]) -> str:
            level_depth = int(match[1]) - 1
            referenced = self.levels.get(level_depth, _Level())
            return format_number(self.counts.get(level_depth, referenced.start), referenced.format)

        return "" if level.format in ("bullet", "none") else _PLACEHOLDER.sub(number, level.text)


class Numbering:
    """The lists of one document. Ask for the label of each paragraph once, in text order."""

    def __init__(self, definitions: etree._Element | None, styles: etree._Element | None) -> None:
        """Read numbering.xml and styles.xml; None if the document lacks the part."""
        abstract: dict[str, _List] = {}
        self._lists: dict[str, _List] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for definition in definitions if definitions is not None else ():
            if _name(definition) == "abstractNum":
                abstract[_attribute(definition, "abstractNumId")] = _List(_levels(definition))
        for definition in definitions if definitions is not None else ():
            if _name(definition) != "num":
                continue
            list_id, abstract_id = _attribute(definition, "numId"), _value(definition, "abstractNumId")
            if abstract_id in abstract:
                self._lists[list_id] = abstract[abstract_id]
            for override in definition:
                start = _value(override, "startOverride")
                if _name(override) == "lvlOverride" and start.isdecimal():
                    self._restarts.setdefault(list_id, {})[_depth(_attribute(override, "ilvl"))] = int(start[:6])
        self._styles = (
            {_attribute(style, "styleId"): style for style in styles if _name(style) == "style"}
            if (styles is not None)
            else {}
        )

    def is_raised(self, style: str) -> bool:
        """Return whether a character style prints above the line, itself or by the style that it is based on."""
        for _ in range(_MAX_STYLE_DEPTH):
            base = self._styles.get(style)
            if base is None:
                return False
            for properties in base:
                if _name(properties) == "rPr" and (alignment := _value(properties, "vertAlign")):
                    return alignment == "superscript"
            style = _value(base, "basedOn")
        return False

    def label(self, paragraph: etree._Element, style: str) -> str:
        """Return what Word prints before a paragraph, such as `二、`; empty if it prints nothing."""
        if not self._lists:
            return ""
        list_id, depth = _list_of(paragraph)
        for _ in range(_MAX_STYLE_DEPTH):
            if list_id or style not in self._styles:
                break
            base = self._styles[style]
            list_id, style_depth = _list_of(base)
            depth = depth or style_depth
            style = _value(base, "basedOn")
        numbered_list = self._lists.get(list_id)
        if numbered_list is None:
            return ""
        for level, start in self._restarts.pop(list_id, {}).items():
            numbered_list.counts[level] = start - 1
        return numbered_list.next_label(_depth(depth))


def format_number(number: int, style: str) -> str:
    """Return a number in a numbering style of Word.

    >>> format_number(12, "chineseCounting"), format_number(3, "decimalEnclosedCircle"), format_number(2, "lowerLetter")
    ('十二', '③', 'b')
    """
    if style in _CHINESE_STYLES:
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
    tens, units = divmod(number, 10)
    if not tens:
        return _CN_DIGITS[units]
    return ("" if tens == 1 else _CN_DIGITS[tens]) + "十" + (_CN_DIGITS[units] if units else "")


def _levels(definition: etree._Element) -> dict[int, _Level]:
    levels = {}
    for level in definition:
        if _name(level) == "lvl":
            start = _value(level, "start")
            levels[_depth(_attribute(level, "ilvl"))] = _Level(
                _value(level, "numFmt") or "decimal",
                _value(level, "lvlText")[:_MAX_LABEL_LENGTH],
                int(start[:6]) if start.isdecimal() else 1,
            )
    return levels


def _list_of(element: etree._Element) -> tuple[str, str]:
    """Return the id of the list that a paragraph or style belongs to, and the depth in it; empty if it has none."""
    for properties in element:
        if _name(properties) == "pPr":
            for child in properties:
                if _name(child) == "numPr":
                    return _value(child, "numId"), _value(child, "ilvl")
    return "", ""


def _depth(value: str) -> int:
    return min(int(value[:2]), _MAX_LEVELS) if value.isdecimal() else 0


def _value(element: etree._Element, name: str) -> str:
    return next((_attribute(child, "val") for child in element if _name(child) == name), "")


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
