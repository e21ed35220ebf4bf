"""Import pages that a person saved in a browser: a page with its `_files` folder, MHTML, or SingleFile.

Only the page itself is stored, with the URL that the browser wrote into it, so that it counts as a version of the same
page as a fetched one. Only HTTP(S) URLs are trusted; nothing in a file can name a path.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

MHTML_EXTENSIONS = (".mhtml", ".mht")
_PAGE_EXTENSIONS = (".htm", ".html", ".shtml", ".xhtml")
# How browsers name the folder of a page's images and scripts, in various languages.
_FOLDER_SUFFIXES = ("_files", ".files", "_文件", "_fichiers", "-Dateien")
_SAVED_FROM = re.compile(
    rb"<!--\s*saved from url=\(\d+\)(?P<ie>\S+?)\s*-->"
    rb"|<!--\s*Page saved with SingleFile\s+url:\s*(?P<single>\S+)",
    re.IGNORECASE,
)
_SEARCHED_BYTES = 20_000


class NotAPage(Exception):
    """The saved file has no page; the message says why."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page and the URL that it was saved from; None if the browser did not record it."""

    data: bytes
    url: str | None


def saved_page(data: bytes) -> SavedPage:
    """Return a page that a browser saved, with the URL in its comment.

    >>> saved_page(b"<!-- saved from url=(0025)http://www.a.invalid/1.html --><html>").url
    'http://www.a.invalid/1.html'
    """
    match = _SAVED_FROM.search(data[:_SEARCHED_BYTES])
    url = next((group for group in match.groups() if group), b"") if match else b""
    return SavedPage(data, web_address(url.decode("ascii", "replace")))


def unpack_mhtml(data: bytes) -> SavedPage:
    """Return the page in an MHTML file: the part that the archive starts with.

    Raises:
        NotAPage: The file is not MHTML, or has no page.
    """
    try:
        message = message_from_bytes(data, policy=policy.default)
        parts = list(_pages(message))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotAPage(f"invalid MHTML ({error}); save the page again") from error
    if not parts:
        raise NotAPage("the MHTML holds no page (no text/html part); save the page again")
    start_id = message.get_param("start")
    first = next((part for part in parts if start_id and part.get("Content-ID") == start_id), parts[0])
    payload = first.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        raise NotAPage("the page in the MHTML is empty; save the page again")
    locations = (first.get("Content-Location"), message.get("Snapshot-Content-Location"))
    url = next((url for location in locations if location and (url := web_address(str(location)))), None)
    return SavedPage(payload, url or saved_page(payload).url)


def belongs_to_a_page(path: Path, others: Collection[Path]) -> bool:
    """Return whether a file is in the folder that a browser made for the parts of a page among `others`."""
    for folder in path.parents:
        for suffix in _FOLDER_SUFFIXES:
            stem = folder.name.removesuffix(suffix)
            if stem != folder.name and any(folder.parent / f"{stem}{page}" in others for page in _PAGE_EXTENSIONS):
                return True
    return False


def web_address(url: str) -> str | None:
    """Return an HTTP(S) URL without its fragment; None for any other text.

    >>> web_address("file:///etc/passwd") is None, web_address("http://a.invalid/1.html#top")
    (True, 'http://a.invalid/1.html')
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f<>\"]", url.strip()):
        return None
    return parts._replace(fragment="").geturl()


def _pages(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_type() in ("text/html", "application/xhtml+xml"):
            yield part
