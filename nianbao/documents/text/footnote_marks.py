"""Decide what a raised or linked text is: the mark of a footnote, an exponent of a unit, or text of the report."""

from __future__ import annotations

import re

# A number or symbol, in brackets or not, after 注 or not: 1, [2], 注1, ①, *, 1,2, 3-5.
_MARK = re.compile(
    r"""
    [\[［(（〔【]?
    (?: (?:注释|附注|脚注|尾注|注|释|note|fn|n)?[.:：]?\d{1,3}(?:[,，、\-－–—~～]\d{1,3}){0,5}
      | (?:注释|附注|脚注|尾注|注)?[①-⑳㉑-㉟⓪❶-❿⑴-⒇⒈-⒛a-zⅰ-ⅻ]
      | 注[一二三四五六七八九十]{0,3}
      | [*＊※†‡#＃★☆△▲]{1,5} )
    [\]］)）〕】]?[.、]?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SUPERSCRIPT_DIGITS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_EXPONENT = re.compile(r"[-−+]?\d{1,2}")
_LATIN_METRE = re.compile(r"(?:^|[^A-Za-z])(?:[kcdmnhμµN]?m|ft)$")
_CHINESE_METRE = re.compile(r"(?<![平立]方)(?:千|厘|毫|分)?米$")
_POWER_BASE = re.compile(r"[×*xX·]10$|^10$")
CONTEXT_LENGTH = 12  # characters before a raised text that decide what it is


def replace_raised(before: str, raised: str, after: str) -> str:
    """Return what a raised text becomes, given the text on both sides: nothing for the mark of a footnote.

    An exponent stays (m2 as printed in Latin letters, otherwise as a superscript digit), and so does other text. A
    space separates digits that would become one number.

    >>> replace_raised("全市地区生产总值", "1", "1312.5亿元"), replace_raised("面积45m", "2", "。")
    ('', '2')
    >>> replace_raised("3.2×10", "8", "元"), replace_raised("2021", "注1", "1312件")
    ('⁸', ' ')
    """
    text = "".join(raised.split())
    if _EXPONENT.fullmatch(text):
        if _LATIN_METRE.search(before) and text.lstrip("-−+") in ("2", "3"):
            return text + (" " if after[:1].isdigit() else "")
        if _POWER_BASE.search(before) or (_CHINESE_METRE.search(before) and text in ("2", "3")):
            return text.translate(_SUPERSCRIPT_DIGITS)
    if is_mark(text):
        return " " if before[-1:].isdigit() and after[:1].isdigit() else ""
    left = " " if before[-1:].isdigit() and text[:1].isdigit() else ""
    right = " " if after[:1].isdigit() and text[-1:].isdigit() else ""
    return f"{left}{raised}{right}"


def is_mark(text: str) -> bool:
    """Return whether a text is what marks a footnote: 1, [2], 注1, ①, *.

    >>> [is_mark(text) for text in ("1", "[12]", "注1", "1,2", "※", "1312.5", "注解", "®")]
    [True, True, True, True, True, False, False, False]
    """
    return _MARK.fullmatch("".join(text.split())) is not None
