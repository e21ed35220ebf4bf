"""URLs of the atlas: the path of each page and the anchors in it. Pure.

Folders have one letter because they occur in a hundred thousand links: `j/` jurisdictions, `i/` indicators, `r/`
reports. `search/` has the search index.
"""

from __future__ import annotations

FRONT = "index.html"
COVERAGE = "coverage.html"
INDICATORS = "indicators.html"
ABOUT = "about.html"


def jurisdiction_page(code: str) -> str:
    """Return the path of a jurisdiction's page: `440300` → `j/440300.html`."""
    return f"j/{code}.html"


def category_page(code: str, family: str, category: str, part: int = 1) -> str:
    """Return the path of a category's charts: `j/440300-work_report-economy.html`, further pages `…-2.html`."""
    return f"j/{code}-{family}-{category}{f'-{part}' if part > 1 else ''}.html"


def findings_page(code: str) -> str:
    """Return the path of the page with all findings of a jurisdiction."""
    return f"j/{code}-findings.html"


def promises_page(code: str) -> str:
    """Return the path of the page with the promises of all years of a jurisdiction."""
    return f"j/{code}-promises.html"


def indicator_page(indicator_id: str) -> str:
    """Return the path of an indicator's page: `gdp` → `i/gdp.html`."""
    return f"i/{indicator_id}.html"


def report_page(report_id: str) -> str:
    """Return the path of a report's page: `rule_of_law/440300/2019-2` → `r/rule_of_law-440300-2019-2.html`."""
    return f"r/{report_id.replace('/', '-')}.html"


def series_url(code: str, indicator_id: str) -> str:
    """Return the permanent URL of a series: its row on the jurisdiction's page."""
    return f"{jurisdiction_page(code)}#{indicator_id}"


def card_url(code: str, family: str, category: str, part: int, indicator_id: str) -> str:
    """Return the URL of a series' chart and numbers on its category page, which may move to another part."""
    return f"{category_page(code, family, category, part)}#{indicator_id}"


def ranking_url(code: str, indicator_id: str) -> str:
    """Return the URL of a jurisdiction's row in the ranking of an indicator."""
    return f"{indicator_page(indicator_id)}#j{code}"


def number_anchor(char_start: int) -> str:
    """Return the anchor of the number that starts at this offset of a report's text."""
    return f"c{char_start}"


def number_url(observation_id: str) -> str:
    """Return the URL of a number: `rule_of_law/440300/2019#123` → `r/rule_of_law-440300-2019.html#c123`."""
    report_id, char_start = observation_id.rsplit("#", 1)
    return f"{report_page(report_id)}#{number_anchor(int(char_start))}"
