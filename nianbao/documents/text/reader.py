"""Plain text files: decoded and cut into lines. Page furniture and second copies in them are not known here."""

from __future__ import annotations

from nianbao.documents.page import Page
from nianbao.documents.text.decode import decode
from nianbao.documents.text.lines import lines_of, unwrap_columns


def read_plain(data: bytes) -> Page:
    """The lines of a text file. Raises UnreadableDocument for what is empty, binary or in no known encoding."""
    decoded = decode(data)
    return Page(unwrap_columns(lines_of(decoded.text)), decoded.encoding)
