"""The named forms of number in `numbers/forms.yaml`: amounts in two units, parts, halves, and powers of ten."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

from nianbao.extraction.lexicon import LexiconError, trie_pattern
from nianbao.extraction.numbers.numerals import add, read_arabic, read_chinese
from nianbao.extraction.numbers.quantity import Quantity, class_of


class FormExample(NamedTuple):
    """A sentence, the words of the number in it, and what they are read as."""

    text: str
    quote: str
    value: float
    unit: str
    qualifier: str


class _Second(NamedTuple):
    """The second unit of an amount: so many of it make one of the first; the sum is in `unit`."""

    per_first: int
    unit: str
    in_first: bool


@cache
def _forms() -> dict[str, list[Any]]:
    source = resources.files("nianbao.extraction").joinpath("numbers/forms.yaml")
    loaded: dict[str, list[Any]] = yaml.load(
        source.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return loaded


def form_examples() -> list[FormExample]:
    """Return the examples of the named forms, which a test reads."""
    examples = []
    for name in ("combined", "parts", "halves", "vague"):
        for entry in _forms()[name]:
            quote, _, reading = entry["reads"].partition(" = ")
            value, *unit, qualifier = reading.split()
            if quote not in entry["example"]:
                raise LexiconError(f"numbers/forms.yaml: {quote} is not in the example {entry['example']}")
            examples.append(FormExample(entry["example"], quote, float(value), "".join(unit), qualifier))
    return examples


def _bound(entry: dict[str, str]) -> str:
    return entry["reads"].split()[-1]


HALVES = {entry["word"]: "exact" if entry["word"] == "半数" else _bound(entry) for entry in _forms()["halves"]}
VAGUE = {entry["word"]: _bound(entry) for entry in _forms()["vague"]}
PARTS = {entry["whole"]: (entry["unit"], float(entry["size"])) for entry in _forms()["parts"]}
MILESTONES = tuple(_forms()["milestones"])
_SECONDS = {
    first: {
        unit: _Second(number, entry["unit"], entry["unit"] in entry["first"]) for unit, number in entry["of"].items()
    }
    for entry in _forms()["combined"]
    for first in entry["first"]
}
_SIGNS = "一二两三四五六七八九十百千零"
_SECOND = {
    first: re.compile(
        rf"零?(?:(?P<digits>\d{{1,4}}(?:\.\d+)?)|(?P<signs>[{_SIGNS}]{{1,7}}))(?P<unit>{trie_pattern(units)})"
    )
    for first, units in _SECONDS.items()
}
BEHIND_AMOUNT = frozenset("0123456789零一二两三四五六七八九十半")
WITH_PARTS = frozenset((*_SECOND, "个"))


def add_parts(plain: str, quantity: Quantity) -> Quantity:
    """Return the quantity with what follows it in smaller units (123元5角, 5元3角2分), in one unit."""
    unit, end, last = quantity.unit, quantity.end, 1
    if plain[end - 1] != unit[-1]:
        return quantity
    while unit in _SECOND and quantity.high is None:
        match = _SECOND[unit].match(plain, end)
        if match is None:
            break
        digits, signs, second = match.groups()
        value, rounding = read_arabic(digits) if digits else read_chinese(signs)
        per_first, total_unit, in_first = _SECONDS[unit][second]
        if per_first <= last or value >= per_first:
            break
        if in_first:
            value, rounding, last = add(quantity.value, value / per_first), rounding / per_first, per_first
        else:
            value, unit, last = add(quantity.value * per_first, value), total_unit, 1
        end = match.end()
        quantity = quantity._replace(
            end=end, value=value, rounding=rounding, unit=total_unit, unit_class=class_of(total_unit)
        )
    return quantity
