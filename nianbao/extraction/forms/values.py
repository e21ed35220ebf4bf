"""What a cell of a form holds: a number, nothing, a stroke that says it does not apply, or something unreadable."""

from __future__ import annotations

import re
from typing import NamedTuple

from nianbao.extraction.lexicon import trie_pattern, words
from nianbao.extraction.numbers.numerals import power_of, read_arabic
from nianbao.extraction.numbers.quantity import plain_text

NUMBER, EMPTY, NOT_APPLICABLE, UNREADABLE, NO_UNIT = "number", "empty", "not_applicable", "unreadable", "no_unit"
MONEY = "元"

_SIGNS = words("cells")
_NOT_APPLICABLE = frozenset(_SIGNS["not_applicable"])
_NOUGHT = frozenset(_SIGNS["nought"])
_LESS = frozenset(_SIGNS["less"])
_STROKES = re.compile(r"[-/\\*×_]+")
_SPACE = re.compile(r"\s+")
_FULL_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_UNIT = trie_pattern(plain_text(unit) for unit in (*_SIGNS["counted"], *_SIGNS["money"]))
_MONEY = frozenset(_SIGNS["money"])
_NUMBER = re.compile(
    rf"(?P<sign>{trie_pattern((*_SIGNS['more'], *_SIGNS['less']))})?"
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    rf"(?P<times>[十百千]?[万亿])?\(?(?P<unit>{_UNIT})?\)?[。.]?",
    re.VERBOSE,
)
_LONGEST_NUMBER = 18  # digits; what is longer is no count
_NAMED_UNIT = re.compile(rf"[(:](?:单位)?:?(?P<times>[万亿])?(?P<unit>{_UNIT})\)?$|(?P<more>[万亿])(?P<money>元)$")


class CellValue(NamedTuple):
    """A cell's state; where it is `number`, its value with 万 and 亿 applied, the size of its last digit, its unit."""

    state: str
    value: float = 0.0
    rounding: float = 0.0
    unit: str = ""


def read_cell(text: str, printed_unit: str, *, signed: bool = False) -> CellValue:
    """Return the value of a cell in its own unit or `printed_unit`; without either its state is `no_unit`.

    >>> read_cell("１,２３４", "件").value, read_cell("7730.28", "万元")[1:]
    (1234.0, (77302800.0, 100.0, '元'))
    >>> read_cell("251000元", "").value, read_cell("0", "件").state, read_cell("", "件").state
    (251000.0, 'number', 'empty')
    >>> read_cell("——", "件").state, read_cell("约30", "件").state, read_cell("251000", "").state
    ('not_applicable', 'unreadable', 'no_unit')
    >>> read_cell("减3", "项", signed=True).value
    -3.0
    """
    plain = _FULL_COMMA.sub(",", _SPACE.sub("", plain_text(text)))
    if not plain:
        return CellValue(EMPTY)
    if plain in _NOT_APPLICABLE or _STROKES.fullmatch(plain):
        return CellValue(NOT_APPLICABLE)
    if plain in _NOUGHT:
        plain = "0"
    found = _NUMBER.fullmatch(plain)
    if found is None or (found["sign"] and not signed) or sum(map(str.isdigit, plain)) > _LONGEST_NUMBER:
        return CellValue(UNREADABLE)
    times, unit = found["times"] or "", found["unit"] or ""
    if not unit:
        if not printed_unit:
            return CellValue(NO_UNIT)
        power, unit = split_unit(printed_unit)
        times = times or power
    elif printed_unit and (unit in _MONEY) != printed_unit.endswith(MONEY):
        return CellValue(UNREADABLE)
    value, rounding = read_arabic(found["number"], times)
    return CellValue(NUMBER, -value if found["sign"] in _LESS else value, rounding, MONEY if unit in _MONEY else unit)


def split_unit(unit: str) -> tuple[str, str]:
    """万元 as 万 and 元."""
    return (unit[0], unit[1:]) if unit[:1] in "万亿" and power_of(unit[:1]) else ("", unit)


def unit_named(heading: str) -> str:
    """Return the unit that a heading gives for the cells below it, or an empty string.

    >>> unit_named("本年收费金额（单位：万元）"), unit_named("本年收费金额(元)"), unit_named("本年制发件数")
    ('万元', '元', '')
    """
    found = _NAMED_UNIT.search(_SPACE.sub("", plain_text(heading)))
    if found is None:
        return ""
    return f"{found['times'] or ''}{found['unit']}" if found["unit"] else f"{found['more']}{found['money']}"
