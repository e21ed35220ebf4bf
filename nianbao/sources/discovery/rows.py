"""Rows of a list page: links with their titles and days, as every content system writes them somehow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

_DAY = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_LEAST_TITLE = 4
_ROW_TAGS = ("li", "tr", "dd", "dl", "p")


@dataclass(frozen=True, slots=True)
class Row:
    """A link of a list: the title in full, the absolute address, and the day that stands beside it."""

    title: str
    url: str
    day: date | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list page as it was received: its address after redirects, and its text."""

    url: str
    text: str


def rows_of_page(page: ListPage) -> list[Row]:
    """The rows of a page in their order, each address once.

    >>> page = "<li><a href='./1.htm' title='2020年工作报告'>2020年工…</a> 2021-01-02"
    >>> rows_of_page(ListPage("http://a.invalid/c/", page))
    [Row(title='2020年工作报告', url='http://a.invalid/c/1.htm', day=datetime.date(2021, 1, 2))]
    """
    soup = BeautifulSoup(page.text, "lxml")
    base = soup.find("base", href=True)
    root = urljoin(page.url, str(base["href"])) if isinstance(base, Tag) else page.url
    rows: dict[str, Row] = {}
    for link in soup.find_all("a", href=True):
        url = absolute(root, str(link["href"]))
        title = _title(link)
        if url is not None and len(title) >= _LEAST_TITLE:
            rows.setdefault(url, Row(title, url, _day_beside(link)))
    return list(rows.values())


def absolute(base: str, href: str) -> str | None:
    """A link as an absolute web address without its fragment; None for what is no page (javascript:, mailto:)."""
    try:
        url = urljoin(base, href.strip()).split("#")[0]
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def find_day(text: str) -> date | None:
    """The last day in a text, where it is one of the calendar.

    >>> find_day("[2021-01-02]"), find_day("2021年13月1日")
    (datetime.date(2021, 1, 2), None)
    """
    day = None
    for year, month, of_month in _DAY.findall(text):
        try:
            day = date(int(year), int(month), int(of_month))
        except ValueError:
            continue
    return day


def _title(link: Tag) -> str:
    """The title in full: the attribute where the text is cut, else the longer of the two."""
    told = "".join(str(link.get("title") or "").split())
    shown = "".join(link.get_text().split())
    cut = shown.endswith(("...", "…", "..")) or len(told) >= len(shown)
    return told if told and cut else shown


def _day_beside(link: Tag) -> date | None:
    """The day in the row of a link: in the nearest element that is a row, or holds only this link."""
    around = link.find_parent(_ROW_TAGS)
    wider = link.parent
    while around is None and wider is not None and len(wider.find_all("a", href=True)) == 1:
        around = wider if find_day(wider.get_text()) else None
        wider = wider.parent
    if around is None:
        return None
    own = link.get_text()
    return find_day(around.get_text().replace(own, " ", 1)) or find_day(own)
