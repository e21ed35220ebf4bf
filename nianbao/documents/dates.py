"""Parse dates and times as reports and pages print them: 2020年1月9日, 二〇二〇年一月九日, 2020-01-22 16:25:44."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "UTC+08:00")

_CN_DIGITS = str.maketrans("〇○Ｏ零一二三四五六七八九０１２３４５６７８９", "00001234567890123456789")
_SEPARATED = re.compile(
    r"""
    ((?:19|20)\d{2}) \s*(?:年|[-/.．—–－]{1,2})\s* (\d{1,2}) \s*(?:月|[-/.．—–－]{1,2})\s* (\d{1,2}) \s*日?
    (?: \s*[T ]?\s* (\d{1,2}) \s*[:：时]\s* (\d{1,2}) (?: \s*[:：分]\s* (\d{1,2}) )? )?
    """,
    re.VERBOSE,
)
_IN_CHINESE = re.compile(
    r"([〇○Ｏ零一二三四五六七八九]{4})年(元|[一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
DATE = (
    r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日"
    r"|[〇○Ｏ零一二三四五六七八九]{4}年[一二三四五六七八九十元]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_DATE_LINE = re.compile(rf".{{0,40}}?({DATE})[)）]?")


def find_date(text: str) -> date | None:
    """Return the first date in a text; None if there is none, or it is not in the calendar.

    >>> find_date("二〇二〇年一月十九日"), find_date("2020年1月9日"), find_date("2020年13月1日")
    (datetime.date(2020, 1, 19), datetime.date(2020, 1, 9), None)
    """
    if match := _IN_CHINESE.search(text):
        year, month, day = match.groups()
        return _date(int(year.translate(_CN_DIGITS)), 1 if month == "元" else _cn_number(month), _cn_number(day))
    if match := _SEPARATED.search(text.translate(_CN_DIGITS) if "０" <= max(text, default="") <= "９" else text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    return None


def find_time(text: str) -> datetime | None:
    """Return the first date with its time of day, in China time; midnight if no time is printed.

    >>> find_time("时间:2020-01-22 16:25:44来源:本网").isoformat(), find_time("2017——04——12").isoformat()
    ('2020-01-22T16:25:44+08:00', '2017-04-12T00:00:00+08:00')
    """
    for match in _SEPARATED.finditer(text):
        day = _date(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            continue
        hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
        if hour > 23 or minute > 59 or second > 59:
            hour = minute = second = 0
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CHINA)
    return None


def date_line(line: str) -> str | None:
    """Return the date that ends a signature line, as printed; None for other lines.

    >>> date_line("云汀市人民政府2020年1月9日"), date_line("2020年1月9日，我市召开会议。")
    ('2020年1月9日', None)
    """
    match = _DATE_LINE.fullmatch(line)
    return match.group(1) if match else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 2020年2月30日
        return None


def _cn_number(digits: str) -> int:
    tens, ten, units = digits.partition("十")
    values = {char: value for value, char in enumerate("一二三四五六七八九", 1)}
    if not ten:
        return values.get(digits, 0)
    return 10 * values.get(tens, 1) + values.get(units, 0)
