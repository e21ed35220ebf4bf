"""URLs of the atlas: the path of each page and the anchors in it. Pure.

Folders have one letter because they occur in a hundred thousand links: `j/` reporting bodies, `i/` indicators, `r/`
reports. `search/` has the search index.
"""

from __future__ import annotations

FRONT = "index.html"
COVERAGE = "coverage.html"
INDICATORS = "indicators.html"
ABOUT = "about.html"
COMPARE = "compare.html"
FEED = "feed.xml"


def page_key(series_code: str, body_id: str) -> str:
    """Return what names the pages of a reporting body: `440300` of a government, `440300.sfj` of a department."""
    return f"{series_code}.{body_id}" if body_id else series_code


def body_page(key: str) -> str:
    """Return the path of a reporting body's page: `440300` → `j/440300.html`."""
    return f"j/{key}.html"


def category_page(key: str, family: str, category: str, part: int = 1) -> str:
    """Return the path of a category's charts: `j/440300-work_report-economy.html`, further pages `…-2.html`."""
    return f"j/{key}-{family}-{category}{f'-{part}' if part > 1 else ''}.html"


def findings_page(key: str) -> str:
    """Return the path of the page with all findings of a reporting body."""
    return f"j/{key}-findings.html"


def promises_page(key: str, part: int = 1) -> str:
    """Return the path of a page with promises of a reporting body: `j/440300-promises.html`, older years `…-2.html`."""
    return f"j/{key}-promises{f'-{part}' if part > 1 else ''}.html"


def indicator_page(indicator_id: str) -> str:
    """Return the path of an indicator's page: `gdp` → `i/gdp.html`."""
    return f"i/{indicator_id}.html"


def report_page(report_id: str) -> str:
    """Return the path of a report's page: `rule_of_law/440300/2019-2` → `r/rule_of_law-440300-2019-2.html`."""
    return f"r/{report_id.replace('/', '-')}.html"


def series_url(key: str, indicator_id: str) -> str:
    """Return the permanent URL of a series: its row on the page of the reporting body."""
    return f"{body_page(key)}#{indicator_id}"


def card_url(key: str, family: str, category: str, part: int, indicator_id: str) -> str:
    """Return the URL of a series' chart and numbers on its category page, which may move to another part."""
    return f"{category_page(key, family, category, part)}#{indicator_id}"


def ranking_url(key: str, indicator_id: str) -> str:
    """Return the URL of a reporting body's row in the ranking of an indicator."""
    return f"{indicator_page(indicator_id)}#j{key}"


def number_anchor(char_start: int | str) -> str:
    """Return the anchor of the number that starts at this offset of a report's text."""
    return f"c{char_start}"


def number_url(observation_id: str) -> str:
    """Return the URL of a number: `rule_of_law/440300/2019#123` → `r/rule_of_law-440300-2019.html#c123`."""
    report_id, char_start = observation_id.rsplit("#", 1)
    return f"{report_page(report_id)}#{number_anchor(int(char_start))}"


def download(page: str, extension: str) -> str:
    """Return the path of a file with the figures of a page: `i/gdp.html` → `i/gdp.csv`."""
    return f"{page.removesuffix('.html')}.{extension}"


def comparison_url(indicator_id: str) -> str:
    """Return the URL of the comparison of an indicator: `compare.html#i=gdp`."""
    return f"{COMPARE}#i={indicator_id}"
