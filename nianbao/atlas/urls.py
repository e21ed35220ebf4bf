"""Where everything stands in the atlas: the address of each page, and the anchors in it. Pure text, no files.

Folders are one letter, because their names stand in every one of a hundred thousand links:
`j/` jurisdictions, `i/` indicators, `r/` reports, `search/` what the search reads.
"""

from __future__ import annotations

FRONT = "index.html"
COVERAGE = "coverage.html"
INDICATORS = "indicators.html"
ABOUT = "about.html"


def jurisdiction_page(code: str) -> str:
    """`440300` → `j/440300.html`."""
    return f"j/{code}.html"


def category_page(code: str, family: str, category: str, part: int = 1) -> str:
    """The charts of one category of a jurisdiction: `j/440300-work_report-economy.html`, further ones `…-2.html`."""
    return f"j/{code}-{family}-{category}{f'-{part}' if part > 1 else ''}.html"


def findings_page(code: str) -> str:
    """All findings of a jurisdiction, where its own page does not show them all."""
    return f"j/{code}-findings.html"


def promises_page(code: str) -> str:
    """The promises of all years of a jurisdiction, where its own page does not show them all."""
    return f"j/{code}-promises.html"


def indicator_page(indicator_id: str) -> str:
    """`gdp` → `i/gdp.html`."""
    return f"i/{indicator_id}.html"


def report_page(report_id: str) -> str:
    """`rule_of_law/440300/2019-2` → `r/rule_of_law-440300-2019-2.html`."""
    return f"r/{report_id.replace('/', '-')}.html"


def series_url(code: str, indicator_id: str) -> str:
    """An indicator of one jurisdiction in the list of the jurisdiction's page: an address that others may keep."""
    return f"{jurisdiction_page(code)}#{indicator_id}"


def card_url(code: str, family: str, category: str, part: int, indicator_id: str) -> str:
    """The chart and the numbers of an indicator of one jurisdiction, on the page of its category."""
    return f"{category_page(code, family, category, part)}#{indicator_id}"


def ranking_url(code: str, indicator_id: str) -> str:
    """A jurisdiction among all others, on the indicator's page."""
    return f"{indicator_page(indicator_id)}#j{code}"


def number_anchor(char_start: int) -> str:
    """The anchor of the number that begins at a character of a report's text."""
    return f"c{char_start}"


def number_url(observation_id: str) -> str:
    """`rule_of_law/440300/2019#123` → the number in its sentence, on the report's page."""
    report_id, char_start = observation_id.rsplit("#", 1)
    return f"{report_page(report_id)}#{number_anchor(int(char_start))}"
