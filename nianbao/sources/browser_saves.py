"""Pages that a person saved in a browser: a page with its `_files` folder, MHTML, SingleFile; the other door.

What is kept is the page itself, under the address that the browser wrote into it, so that it is a version of the same
page as one that was fetched. Addresses are believed only where they are http or https; nothing in a file names a path.
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

MHTML_ENDINGS = (".mhtml", ".mht")
_PAGE_ENDINGS = (".htm", ".html", ".shtml", ".xhtml")
# What browsers call the folder of a page's pictures and scripts, in their languages.
_FOLDER_ENDINGS = ("_files", ".files", "_文件", "_fichiers", "-Dateien")
_FROM = re.compile(
    rb"<!--\s*saved from url=\(\d+\)(?P<ie>\S+?)\s*-->"
    rb"|<!--\s*Page saved with SingleFile\s+url:\s*(?P<single>\S+)",
    re.IGNORECASE,
)
_HEAD = 20_000


class NotAPage(Exception):
    """A saved file that holds no page; the message says why."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The page itself, and where it was when it was saved; None where the browser did not say."""

    data: bytes
    url: str | None


def saved_page(data: bytes) -> SavedPage:
    """A page as a browser saved it, with the address in its comment.

    >>> saved_page(b"<!-- saved from url=(0025)http://www.a.invalid/1.html --><html>").url
    'http://www.a.invalid/1.html'
    """
    found = _FROM.search(data[:_HEAD])
    url = next((group for group in found.groups() if group), b"") if found else b""
    return SavedPage(data, web_address(url.decode("ascii", "replace")))


def unpack_mhtml(data: bytes) -> SavedPage:
    """The page in an MHTML file: the part that the archive starts with. Raises NotAPage."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        parts = list(_pages(message))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotAPage(f"this is no MHTML ({error}); save the page again") from error
    if not parts:
        raise NotAPage("this MHTML holds no page (no part of the type text/html); save the page again")
    wanted = message.get_param("start")
    first = next((part for part in parts if wanted and part.get("Content-ID") == wanted), parts[0])
    payload = first.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        raise NotAPage("the page in this MHTML is empty; save the page again")
    places = (first.get("Content-Location"), message.get("Snapshot-Content-Location"))
    url = next((url for place in places if place and (url := web_address(str(place)))), None)
    return SavedPage(payload, url or saved_page(payload).url)


def belongs_to_a_page(path: Path, others: Collection[Path]) -> bool:
    """Whether a file lies in the folder that a browser made for the parts of a page among `others`."""
    for folder in path.parents:
        for ending in _FOLDER_ENDINGS:
            stem = folder.name.removesuffix(ending)
            if stem != folder.name and any(folder.parent / f"{stem}{page}" in others for page in _PAGE_ENDINGS):
                return True
    return False


def web_address(url: str) -> str | None:
    """An address without its fragment, where it is one of the web.

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
