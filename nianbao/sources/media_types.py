"""What an answer's bytes are: by their first bytes, else by what the server says, else by the address.

A name that a server gives is only told to people: no file is ever called by it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from nianbao.snapshots.store import STORED_TYPES

HTML = "text/html"
UNKNOWN = "application/octet-stream"
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|table|p|span|meta|td|script)\b", re.IGNORECASE)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names inside an archive, and inside the directory of an old office file, that only one kind has.
_IN_ARCHIVE = ((b"word/document.xml", ".docx"), (b"xl/workbook.xml", ".xlsx"), (b"OFD.xml", ".ofd"))
_IN_OLD_OFFICE = (("WordDocument", ".doc"), ("Workbook", ".xls"))
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|ofd)$", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]|^\.+")
_LONGEST_NAME = 120


def media_type_of(data: bytes, told: str, url: str) -> str:
    """The media type of an answer; `told` is the server's Content-Type.

    >>> media_type_of(b"%PDF-1.4", "text/html", "http://a.invalid/x.html"), media_type_of(b"<p>x", "", "http://a.invalid/")
    ('application/pdf', 'text/html')
    """
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return STORED_TYPES[".pdf"]
    if data.startswith(b"PK\x03\x04"):
        return next((STORED_TYPES[ending] for name, ending in _IN_ARCHIVE if name in data), UNKNOWN)
    if data.startswith(_OLD_OFFICE):
        return next(
            (STORED_TYPES[ending] for name, ending in _IN_OLD_OFFICE if name.encode("utf-16-le") in data),
            STORED_TYPES[".doc"],
        )
    if _MARKUP.search(data[:4096]):
        return HTML
    kind = told.split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml", "text/plain"):
        return HTML if kind.endswith(("html", "xml")) else kind
    return "text/plain" if url.lower().endswith(".txt") else UNKNOWN


def file_name(url: str) -> str:
    """A name to call an answer by, from its address, without anything that a path could be made of.

    >>> file_name("http://a.invalid/x/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), file_name("http://a.invalid/")
    ('__.._etc_passwd', 'page')
    """
    parts = urlsplit(url)
    names = [value for _, value in parse_qsl(parts.query) if _FILE_NAME.search(value)]
    name = names[0] if names else unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
    return _UNSAFE.sub("_", name)[:_LONGEST_NAME] or "page"


def is_file(url: str, text: str = "") -> bool:
    """Whether a link leads to a file that may be a report: by its address, a name in its query, or its own words.

    >>> is_file("http://a.invalid/module/download/downfile.jsp?filename=a.pdf"), is_file("http://a.invalid/a.html")
    (True, False)
    """
    parts = urlsplit(url)
    names = [parts.path, *(value for _, value in parse_qsl(parts.query)), text.strip()]
    return any(_FILE_NAME.search(name) for name in names)
