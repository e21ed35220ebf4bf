"""Determine what a response is: by its first bytes, else by its Content-Type, else by its URL.

A name that a server gives is only shown to people: no file is ever named after it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from nianbao.documents.media_types import (
    DOC,
    DOCX,
    HTML,
    OFD,
    OLE_SIGNATURE,
    PDF,
    PDF_SIGNATURE,
    TEXT,
    UNKNOWN,
    XHTML,
    XLS,
    XLSX,
    ZIP_SIGNATURE,
)

_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|table|p|span|meta|td|script)\b", re.IGNORECASE)
# Names inside a ZIP archive, and inside the directory of an OLE file, that only one type has.
_IN_ZIP = ((b"word/document.xml", DOCX), (b"xl/workbook.xml", XLSX), (b"OFD.xml", OFD))
_IN_OLE = (("WordDocument", DOC), ("Workbook", XLS))
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|ofd)$", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]|^\.+")
_MAX_NAME_LENGTH = 120


def media_type_of(data: bytes, content_type: str, url: str) -> str:
    """Return the media type of a response; `content_type` is the header of the server.

    >>> media_type_of(b"%PDF-1.4", "text/html", "http://a.invalid/x.html"), media_type_of(b"<p>x", "", "http://a.invalid/")
    ('application/pdf', 'text/html')
    """
    if data[:1024].lstrip().startswith(PDF_SIGNATURE):
        return PDF
    if data.startswith(ZIP_SIGNATURE):
        return next((media_type for name, media_type in _IN_ZIP if name in data), UNKNOWN)
    if data.startswith(OLE_SIGNATURE):
        return next((media_type for name, media_type in _IN_OLE if name.encode("utf-16-le") in data), DOC)
    if _MARKUP.search(data[:4096]):
        return HTML
    declared = content_type.split(";")[0].strip().lower()
    if declared in (HTML, XHTML):
        return HTML
    if declared == TEXT:
        return TEXT
    return TEXT if url.lower().endswith(".txt") else UNKNOWN


def file_name(url: str) -> str:
    """Return a display name for a response, made from its URL; no path can be made of it.

    >>> file_name("http://a.invalid/x/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), file_name("http://a.invalid/")
    ('__.._etc_passwd', 'page')
    """
    parts = urlsplit(url)
    names = [value for _, value in parse_qsl(parts.query) if _FILE_NAME.search(value)]
    name = names[0] if names else unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
    return _UNSAFE.sub("_", name)[:_MAX_NAME_LENGTH] or "page"


def is_file(url: str, text: str = "") -> bool:
    """Return whether a link may lead to a report as a file, judging by its path, its query, or its text.

    >>> is_file("http://a.invalid/module/download/downfile.jsp?filename=a.pdf"), is_file("http://a.invalid/a.html")
    (True, False)
    """
    parts = urlsplit(url)
    names = [parts.path, *(value for _, value in parse_qsl(parts.query)), text.strip()]
    return any(_FILE_NAME.search(name) for name in names)
