"""The gate: what was fetched and is no report. A verdict is a mark with its reason; no verdict lets it pass.

Nothing here tries to get past a challenge; it is only told apart, so that the host can be left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from bs4 import BeautifulSoup

from nianbao.documents.model import Document, UnreadableDocument
from nianbao.documents.text.decode import decode
from nianbao.snapshots.store import Exclusion
from nianbao.sources.media_types import HTML

CHALLENGE, LOGIN, MISSING, EMPTY = "challenge", "login", "missing", "empty"
OTHER_YEAR, SMALLER = "other_year", "smaller"
MANUAL_IMPORT_HINT = "open the page in a browser, save it, and take it in with `nianbao ingest`"


@dataclass(frozen=True, slots=True)
class _Rules:
    challenge_statuses: frozenset[int]
    login_statuses: frozenset[int]
    challenge_words: re.Pattern[str]
    challenge_script: re.Pattern[str]
    login_words: re.Pattern[str]
    login_form: re.Pattern[str]
    little: int
    login_at_most: int
    hardly_any: int
    smaller_than: float


def check_response(status: int, data: bytes, media_type: str) -> Exclusion | None:
    """What an answer is instead of a page: a challenge, a login, an error; None where it may be one."""
    rules = _rules()
    if status in rules.challenge_statuses:
        return Exclusion(CHALLENGE, f"the site answers {status} and keeps programs out; {MANUAL_IMPORT_HINT}")
    if status in rules.login_statuses:
        return Exclusion(LOGIN, f"the site answers {status} and wants a login; {MANUAL_IMPORT_HINT}")
    if status != 200:
        return Exclusion(MISSING, f"the site answers {status}, there is no such page; look whether it has moved")
    if media_type != HTML:
        return None
    try:
        source = decode(data).text
    except UnreadableDocument:
        return None  # reading it will say why
    shown = _shown(source)
    if len(shown) > rules.little:
        return None
    if found := rules.challenge_words.search(shown):
        return Exclusion(CHALLENGE, f"the page says {found.group()!r} and keeps programs out; {MANUAL_IMPORT_HINT}")
    if len(shown) <= rules.hardly_any and rules.challenge_script.search(source):
        return Exclusion(
            CHALLENGE, f"the page only sets a cookie and loads itself anew: a browser check; {MANUAL_IMPORT_HINT}"
        )
    if len(shown) <= rules.login_at_most and (rules.login_form.search(source) or rules.login_words.search(shown)):
        return Exclusion(LOGIN, f"the page is a login; {MANUAL_IMPORT_HINT}")
    return None


def check_document(document: Document, wanted_years: Collection[int], length_before: int | None) -> Exclusion | None:
    """What a document is instead of the report: that of another year, or a remnant of the version before.

    `wanted_years` are those that its title may mean, the likelier first; none where it says none.
    """
    year = document.metadata.report_year
    if year is not None and wanted_years and year not in wanted_years:
        wanted = next(iter(wanted_years))
        return Exclusion(OTHER_YEAR, f"the report of {wanted} was wanted, the text is that of {year}; look at the page")
    length = len(document.text)
    if length_before is not None and length < _rules().smaller_than * length_before:
        return Exclusion(
            SMALLER,
            f"it has {length:,} characters, the version before had {length_before:,}; the older stands. If the new one "
            f"is right, {MANUAL_IMPORT_HINT}",
        )
    return None


def exclude_unreadable(error: UnreadableDocument, files_missed: int) -> Exclusion:
    """A page without a report in it, and without an attachment that has one."""
    missed = f" ({files_missed} attachments could not be fetched)" if files_missed else ""
    return Exclusion(EMPTY, f"no text of a report{missed}: {error}")


def _shown(source: str) -> str:
    """What a page shows, without white space."""
    soup = BeautifulSoup(source, "lxml")
    for element in soup.find_all(["script", "style", "noscript", "template"]):
        element.extract()
    return "".join(soup.get_text().split())


@cache
def _rules() -> _Rules:
    """The rules of `acceptance.yaml`. Raises KeyError where one is missing."""
    data = yaml.safe_load(files(__package__).joinpath("acceptance.yaml").read_text(encoding="utf-8"))
    return _Rules(
        challenge_statuses=frozenset(data["challenge_statuses"]),
        login_statuses=frozenset(data["login_statuses"]),
        challenge_words=re.compile(data["challenge_words"], re.IGNORECASE),
        challenge_script=re.compile(data["challenge_script"]),
        login_words=re.compile(data["login_words"]),
        login_form=re.compile(data["login_form"], re.IGNORECASE),
        little=int(data["little"]),
        login_at_most=int(data["login_at_most"]),
        hardly_any=int(data["hardly_any"]),
        smaller_than=float(data["smaller_than"]),
    )
