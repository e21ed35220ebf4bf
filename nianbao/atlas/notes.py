"""Notes, messages and quotes of the tables in the other language: names of places, units and numbers as well. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from nianbao.atlas.data_files import load_data
from nianbao.atlas.i18n import unit_in_english, units_in_english
from nianbao.atlas.numbers import MAGNITUDES, in_english, printed_step
from nianbao.atlas.romanize import name_in_english

# What the fields of a pattern match, by their names without a number.
_FIELDS = {"year": r"\d{4}", "n": r"[\d.]+(?:e[+-]\d+)?", "change": r"[+-][\d.]+(?:e[+-]\d+)?", "code": r"\d+"}
_FIELD = re.compile(r"\{(([a-z]+)\d*)\}")
# Words around a number, and what is written before it in English.
_WORDS = {
    **dict.fromkeys(("约", "左右", "上下"), "about "),
    **dict.fromkeys(("近", "接近", "不足"), "nearly "),
    **dict.fromkeys(("超", "超过", "突破", "余", "多"), "over "),
    **dict.fromkeys(("不低于", "不少于", "以上", "及以上"), "at least "),
    **dict.fromkeys(("不超过", "不高于", "以内", "以下"), "at most "),
}


def note_texts(note: str, breaks: Mapping[str, str]) -> tuple[str, str]:
    """Return a note of `comparisons` in Chinese and English; a part of it without a pattern stays as it is.

    Args:
        note: The note, whose parts are separated by semicolons.
        breaks: Breaks of the indicators in English, and the same in Chinese.

    >>> note_texts("no report gives this figure for 2019; 宝安区 was divided: 光明区 (440311) in 2018", {})[0]
    '没有报告写2019年的数；2018年宝安区析置光明区（440311）'
    >>> note_texts("the report states +17.3%, 2239亿元 to 2860.51亿元 gives +27.76%", {})[1]
    'the report states +17.3%, 223.9 billion yuan to 286.051 billion yuan gives +27.76%'
    """
    texts = [_part_texts(part, breaks) for part in note.split("; ")]
    return "；".join(zh for zh, _ in texts), "; ".join(en for _, en in texts)


def _part_texts(part: str, breaks: Mapping[str, str]) -> tuple[str, str]:
    if part in breaks:
        return breaks[part], part
    for pattern, en, zh in _patterns():
        match = pattern.fullmatch(part)
        if match:
            fields = match.groupdict()
            in_english_words = {name: _english_field(name, value) for name, value in fields.items()}
            return zh.format(**fields), en.format(**in_english_words)
    return part, part


@cache
def reason_texts(reason: str) -> tuple[str, str]:
    """Return why a number is no observation, in Chinese and English.

    >>> reason_texts("age"), reason_texts("another_rule")
    (('年龄', 'an age'), ('another rule', 'another rule'))
    """
    zh, en = load_data("notes.yaml")["reasons"].get(reason) or [reason.replace("_", " ")] * 2
    return zh, en


@cache
def _patterns() -> list[tuple[re.Pattern[str], str, str]]:
    """Return the patterns of `notes.yaml`, those with the fewest fields first."""
    notes = sorted(load_data("notes.yaml")["notes"], key=lambda note: (note[0].count("{"), -len(note[0])))
    return [(re.compile(_expression(en)), en, zh) for en, zh in notes]


def _expression(template: str) -> str:
    """Return the regular expression of a pattern with its fields as named groups."""
    parts = []
    position = 0
    for field in _FIELD.finditer(template):
        parts.append(re.escape(template[position : field.start()]))
        parts.append(f"(?P<{field[1]}>{_FIELDS.get(field[2], '.+?')})")
        position = field.end()
    return "".join(parts) + re.escape(template[position:])


def _english_field(name: str, value: str) -> str:
    if name.startswith("place"):
        return name_in_english(value)
    if name.startswith("unit"):
        return unit_in_english(value) or value
    return quote_in_english(value) if name.startswith("quote") else value


def quote_in_english(text: str) -> str:
    """Return a text with each of its numbers and units in English; numbers without a unit stay as they are.

    >>> quote_in_english("近1400万标箱"), quote_in_english("7.0%左右"), quote_in_english("2.80万亿元")
    ('nearly 14 million TEU', 'about 7.0%', '2.80 trillion yuan')
    """
    return _quantity_pattern().sub(_english_quantity, text)


@cache
def _quantity_pattern() -> re.Pattern[str]:
    def one_of(words: Mapping[str, object]) -> str:
        return "|".join(map(re.escape, sorted(words, key=lambda word: -len(word))))

    units = {**units_in_english(), "%": "%"}
    return re.compile(
        rf"(?:(?P<before>{one_of(_WORDS)})?(?P<number>\d[\d,]*(?:\.\d+)?)|(?P<bare>{one_of(_WORDS)})(?=[百千万亿]))"
        rf"(?P<magnitude>{one_of(MAGNITUDES)})?(?P<more>余|多)?(?P<unit>{one_of(units)})?(?P<after>{one_of(_WORDS)})?"
        rf"(?![一-鿿])"
    )


def _english_quantity(match: re.Match[str]) -> str:
    word = next((match[name] for name in ("before", "bare", "more", "after") if match[name]), "")
    if not (match["magnitude"] or match["unit"] or word):
        return match[0]
    value = float((match["number"] or "1").replace(",", "")) * MAGNITUDES.get(match["magnitude"] or "", 1.0)
    unit = match["unit"] or ""
    english = "%" if unit == "%" else unit_in_english(unit)
    space = "" if english in ("%", "") else " "
    return f"{_WORDS.get(word, '')}{in_english(value, unit, printed_step(match[0]))}{space}{english}"
