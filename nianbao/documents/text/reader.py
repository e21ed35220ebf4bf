"""Read a plain text file: decode it and split it into lines."""

from __future__ import annotations

from nianbao.documents.page import Page
from nianbao.documents.text.decode import decode
from nianbao.documents.text.lines import join_broken_numbers, lines_of, unwrap_columns


def read_plain(data: bytes) -> Page:
    """Return the lines of a text file.

    Raises:
        UnreadableDocument: The file is empty, binary or in an unknown encoding.
    """
    decoded = decode(data)
    return Page(
        join_broken_numbers(unwrap_columns(lines_of(decoded.text))), decoded.encoding, n_undecoded=decoded.n_undecoded
    )
