"""Short forms for the tests of this folder: a report from a line of text, and its observations."""

from __future__ import annotations

from hypothesis import settings

from nianbao.documents.model import Document, Family, Metadata
from nianbao.documents.outline import outline
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.model import Extraction, Observation

# The same examples in every run, so that a failure of today is the failure of tomorrow; their number keeps it quick.
STEADY = settings(derandomize=True, max_examples=200, deadline=None)
WORK_REPORT = Family("work_report")


def report(text: str, *, year: int = 2023, since: int | None = None, family: Family = WORK_REPORT) -> Document:
    """Return a document on the year 2023 with the text; `since` makes it review several years."""
    metadata = Metadata(family=family, report_year=year, covers_from=since or year)
    return Document(text, outline(text), metadata, "utf-8", "text/plain")


def read(text: str, *, year: int = 2023, since: int | None = None, family: Family = WORK_REPORT) -> Extraction:
    """Return the extraction of a text."""
    return extract_observations(report(text, year=year, since=since, family=family))


def observation_of(text: str, quote: str) -> Observation:
    """Return the observation of the text with the given quote."""
    found = [row for row in read(text).observations if text[row.start : row.end] == quote]
    assert len(found) == 1, f"{quote} is read {len(found)} times in {text}"
    return found[0]


def quotes(text: str) -> list[str]:
    """Return the quotes of all observations of a text."""
    return [text[row.start : row.end] for row in read(text).observations]


def reasons(text: str) -> dict[str, str]:
    """Return the numbers of a text that are not observations, with the reason of each."""
    return {text[row.start : row.end]: row.reason for row in read(text).unmatched}


_SIGNS = "零一二三四五六七八九"


def spell(number: int) -> str:
    """Return a number below a hundred million in Chinese characters, as a person writes it."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        zero = "零" if 0 < low < 1000 else ""
        return spell(high) + "万" + (zero + spell(low) if low else "")
    parts, gap = "", False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            parts += ("零" if gap else "") + _SIGNS[digit] + sign
            gap = False
        elif parts and number:
            gap = True
    return parts
