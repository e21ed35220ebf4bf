"""Read the rows of a list page: links with their titles and dates, whatever the content system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

_DAY = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_MIN_TITLE_LENGTH = 4
_ASCII = "".join(map(chr, range(33, 127)))
_ROW_TAGS = ("li", "tr", "dd", "dl", "p")


@dataclass(frozen=True, slots=True)
class Row:
    """A link of a list.

    Attributes:
        title: The title in full.
        url: The absolute URL.
        day: The date next to the link; None if there is none.
    """

    title: str
    url: str
    day: date | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list page: its URL after redirects, its text, and the encoding that its bytes had."""

    url: str
    text: str
    encoding: str = "utf-8"


def rows_of_page(page: ListPage) -> list[Row]:
    """Return the rows of a page in page order, each URL once.

    >>> page = "<li><a href='./1.htm' title='2020年工作报告'>2020年工…</a> 2021-01-02"
    >>> rows_of_page(ListPage("http://a.invalid/c/", page))
    [Row(title='2020年工作报告', url='http://a.invalid/c/1.htm', day=datetime.date(2021, 1, 2))]
    """
    soup = BeautifulSoup(page.text, "lxml")
    base = soup.find("base", href=True)
    root = urljoin(page.url, str(base["href"])) if isinstance(base, Tag) else page.url
    rows: dict[str, Row] = {}
    for link in soup.find_all("a", href=True):
        url = absolute(root, str(link["href"]), page.encoding)
        title = _title(link)
        if url is not None and len(title) >= _MIN_TITLE_LENGTH:
            rows.setdefault(url, Row(title, url, _day_near(link)))
    return list(rows.values())


def absolute(base: str, href: str, encoding: str = "utf-8") -> str | None:
    r"""Return a link as an absolute URL without its fragment; None for javascript:, mailto: and the like.

    As in browsers, a backslash is a slash, and Chinese in the query is in the encoding of the page.

    >>> absolute("http://a.invalid/c/", r"..\a.htm?q=年报", "gb18030")
    'http://a.invalid/a.htm?q=%C4%EA%B1%A8'
    """
    path, mark, query = href.strip().partition("?")
    if encoding.startswith("gb"):
        query = quote(query, safe=_ASCII, encoding=encoding)
    try:
        url = urljoin(base, path.replace("\\", "/") + mark + query).split("#")[0]
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def find_day(text: str) -> date | None:
    """Return the last valid date in a text; None if there is none.

    >>> find_day("[2021-01-02]"), find_day("2021年13月1日")
    (datetime.date(2021, 1, 2), None)
    """
    day = None
    for year, month, number in _DAY.findall(text):
        try:
            day = date(int(year), int(month), int(number))
        except ValueError:
            continue
    return day


def _title(link: Tag) -> str:
    """Return the title in full: the title attribute if the text is cut short, else the longer of the two."""
    attribute = "".join(str(link.get("title") or "").split())
    text = "".join(link.get_text().split())
    prefer_attribute = text.endswith(("...", "…", "..")) or len(attribute) >= len(text)
    return attribute if attribute and prefer_attribute else text


def _day_near(link: Tag) -> date | None:
    """Return the date in the row of a link: in the nearest row element, or the nearest one with only this link."""
    row = link.find_parent(_ROW_TAGS)
    parent = link.parent
    while row is None and parent is not None and len(parent.find_all("a", href=True)) == 1:
        row = parent if find_day(parent.get_text()) else None
        parent = parent.parent
    if row is None:
        return None
    text = link.get_text()
    return find_day(row.get_text().replace(text, " ", 1)) or find_day(text)
