"""Clean the characters of a text: remove control characters, and replace radicals and compatibility forms.

Every replacement is one character for one, so that full-width digits, units such as ㎡ and offsets stay what they are.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from unicodedata import normalize

# Control characters, noncharacters and surrogates. None of them is text, and XML forbids most of them.
_CONTROL = re.compile("[^\t\n\x0c\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
# Line breaks that text editors write: the soft break of Word (U+000B) and NEL.
_LINE_BREAKS = dict.fromkeys("\x0b\x85", "\n")
# Radicals (as copied from a PDF), compatibility ideographs, and small and vertical forms of punctuation.
_COMPATIBILITY = re.compile("[\u2e80-\u2fd5\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\U0002f800-\U0002fa1f]")
# Any of both: a page that has none, as most do, is looked through once.
_UNUSUAL = re.compile(
    "[^\t\n\x0c\r\x20-\x7e\xa0-\u2e7f\u2fd6-\ud7ff\ue000-\uf8ff\ufb00-\ufdcf\ufdf0-\ufe0f\ufe1a-\ufe2f\ufe6c-\ufffd"
    "\U00010000-\U0002f7ff\U0002fa20-\U0010fffd]"
)
# The ideographs of U+2E80 to U+2EF3; Unicode states a decomposition for two of them only.
_RADICALS = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀"
        "⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乛乚乙亻冂几刀刂卜㔾小小兀尣尢尣巳幺彑彐忄心扌攵旡日月歺母民氵水灬爫爫丬牛犭王疋目示礻竹糹纟罓罒网网网羊羊羊耂肀聿肉臼艹艹艹"
        "虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
# Radicals that fonts of simplified Chinese draw for these ideographs; Unicode decomposes them to the traditional ones.
_RADICALS |= {"⼾": "户", "⾭": "青", "⿈": "黄"}
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,9}));?")
_LAST_CODE_POINT = 0x10FFFF


def clean_characters(text: str) -> str:
    r"""Return a text without control characters, and with ordinary ideographs for radicals and compatibility forms.

    >>> clean_characters("⽐上年增⻓7.2﹪，1,\x01312件")
    '比上年增长7.2%，1,312件'
    """
    if not _UNUSUAL.search(text):
        return text
    text = _CONTROL.sub(lambda match: _LINE_BREAKS.get(match.group(), ""), text)
    return _COMPATIBILITY.sub(lambda match: _ordinary(match.group()), text)


def clean_references(source: str) -> str:
    r"""Return HTML source without character references to control characters or compatibility forms.

    >>> clean_references("1&#11;312&#x2f00;&#150;&#20214;")
    '1\n312一–&#20214;'
    """
    return _REFERENCE.sub(_reference, source) if "&#" in source else source


def _reference(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    if not 0 < code <= _LAST_CODE_POINT:
        return ""
    char = unescape(match.group()) if 0x80 <= code < 0xA0 else chr(code)  # HTML reads &#150; as Windows does
    cleaned = clean_characters(char)
    return match.group() if cleaned == chr(code) else cleaned


@cache
def _ordinary(char: str) -> str:
    found = _RADICALS.get(char) or normalize("NFKC", char)
    return found if len(found) == 1 else char
