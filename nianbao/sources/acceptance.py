"""Check responses: is this a report, or a challenge, a login page, an error, or the wrong report?

A rejected response is stored with an exclusion. Nothing here tries to pass a challenge: it is only recognized, so that
the host can be left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from bs4 import BeautifulSoup

from nianbao.documents.media_types import HTML
from nianbao.documents.model import Document, UnreadableDocument
from nianbao.documents.text.decode import decode
from nianbao.snapshots.store import Exclusion

CHALLENGE, LOGIN, MISSING, EMPTY = "challenge", "login", "missing", "empty"
OTHER_YEAR, SMALLER = "other_year", "smaller"
MANUAL_IMPORT_HINT = "open the page in a browser, save it, and import it with `nianbao ingest`"


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of `acceptance.yaml`, compiled."""

    challenge_statuses: frozenset[int]
    login_statuses: frozenset[int]
    challenge_words: re.Pattern[str]
    challenge_scripts: re.Pattern[str]
    login_words: re.Pattern[str]
    login_form: re.Pattern[str]
    max_challenge_characters: int
    max_login_characters: int
    max_script_characters: int
    min_length_ratio: float


def check_response(status: int, data: bytes, media_type: str) -> Exclusion | None:
    """Return why a response cannot be the page of a report: a challenge, a login, an error; None if it can be."""
    rules = _rules()
    if status in rules.challenge_statuses:
        return Exclusion(CHALLENGE, f"the site answers {status} and refuses programs; {MANUAL_IMPORT_HINT}")
    if status in rules.login_statuses:
        return Exclusion(LOGIN, f"the site answers {status} and requires a login; {MANUAL_IMPORT_HINT}")
    if status != 200:
        return Exclusion(MISSING, f"the site answers {status}: there is no such page; check whether it has moved")
    if media_type != HTML:
        return None
    try:
        source = decode(data).text
    except UnreadableDocument:
        return None  # reading it reports the reason
    text = _visible_text(source)
    if len(text) > rules.max_challenge_characters:
        return None
    if match := rules.challenge_words.search(text):
        return Exclusion(CHALLENGE, f"the page says {match.group()!r} and refuses programs; {MANUAL_IMPORT_HINT}")
    if len(text) <= rules.max_script_characters and rules.challenge_scripts.search(source):
        reason = f"the page only sets a cookie and reloads itself (a browser check); {MANUAL_IMPORT_HINT}"
        return Exclusion(CHALLENGE, reason)
    is_short = len(text) <= rules.max_login_characters
    if is_short and (rules.login_form.search(source) or rules.login_words.search(text)):
        return Exclusion(LOGIN, f"the page is a login form; {MANUAL_IMPORT_HINT}")
    return None


def check_document(document: Document, wanted_years: Collection[int], previous_length: int | None) -> Exclusion | None:
    """Return why a document is not the wanted report: another year's, or a fragment of it; None if it is.

    Args:
        document: The document that was fetched.
        wanted_years: The years that its title may mean, likeliest first; empty if it states none.
        previous_length: The number of characters of the stored version; None if there is none.
    """
    year = document.metadata.report_year
    if year is not None and wanted_years and year not in wanted_years:
        wanted = next(iter(wanted_years))
        return Exclusion(OTHER_YEAR, f"expected the report on {wanted}, but the text is that on {year}; check the page")
    length = len(document.text)
    if previous_length is not None and length < _rules().min_length_ratio * previous_length:
        return Exclusion(
            SMALLER,
            f"it has {length:,} characters, the previous version has {previous_length:,} and stays in use; if the new "
            f"version is right, {MANUAL_IMPORT_HINT}",
        )
    return None


def exclude_unreadable(error: UnreadableDocument, n_missed: int) -> Exclusion:
    """Return the exclusion of a page without a report; `n_missed` of its attachments could not be fetched."""
    missed = f" ({n_missed} attachments could not be fetched)" if n_missed else ""
    return Exclusion(EMPTY, f"no text of a report{missed}: {error}")


def _visible_text(source: str) -> str:
    """Return the visible text of a page, without white space."""
    soup = BeautifulSoup(source, "lxml")
    for element in soup.find_all(["script", "style", "noscript", "template"]):
        element.extract()
    return "".join(soup.get_text().split())


@cache
def _rules() -> _Rules:
    """Load the rules of `acceptance.yaml`; raise KeyError if one is missing."""
    data = yaml.safe_load(files(__package__).joinpath("acceptance.yaml").read_text(encoding="utf-8"))
    return _Rules(
        challenge_statuses=frozenset(data["challenge_statuses"]),
        login_statuses=frozenset(data["login_statuses"]),
        challenge_words=_any_of(data["challenge_words"], re.IGNORECASE),
        challenge_scripts=_any_of(data["challenge_scripts"]),
        login_words=_any_of(data["login_words"]),
        login_form=re.compile(data["login_form"], re.IGNORECASE),
        max_challenge_characters=int(data["max_challenge_characters"]),
        max_login_characters=int(data["max_login_characters"]),
        max_script_characters=int(data["max_script_characters"]),
        min_length_ratio=float(data["min_length_ratio"]),
    )


def _any_of(patterns: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile("|".join(patterns), flags)
