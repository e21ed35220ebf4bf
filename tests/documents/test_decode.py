"""Decoding: the encodings of reports, and files that are not text."""

from __future__ import annotations

import pytest

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.text.decode import decode

SENTENCE = "云汀市全年办理行政许可1234件。"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("gbk", "gb18030"),
        ("gb2312", "gb18030"),
        ("gb18030", "gb18030"),
    ],
)
def test_every_encoding_gives_the_same_text_without_a_mark(encoding: str, declared: str) -> None:
    """The same text comes out of every encoding, without a byte order mark, and the encoding is named."""
    decoded = decode(SENTENCE.encode(encoding))
    assert decoded.text == SENTENCE
    assert decoded.encoding == declared


def test_a_character_beyond_gb2312_is_read() -> None:
    """Characters that only GB18030 has are decoded."""
    assert decode("朱镕基、〇㎡".encode("gb18030")).text == "朱镕基、〇㎡"


def test_big_endian_utf16_is_read_by_its_mark() -> None:
    """UTF-16 in big-endian order is recognised by its byte order mark."""
    assert decode(b"\xfe\xff" + SENTENCE.encode("utf-16-be")).text == SENTENCE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"%PDF-1.7\n...", "a PDF"),
        (b"\n%PDF-1.4", "a PDF"),
        (b"PK\x03\x04....", "ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old Office file"),
        (b"\x89PNG\r\n\x1a\n....", "PNG image"),
        (b"abc\x00def", "NUL"),
        (b"\xff\xfe\x00\xd8\x00\x00", "utf-16"),
        (b"\x81\x20\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_is_not_text_is_refused_with_its_kind(data: bytes, reason: str) -> None:
    """An empty, binary or undecodable file is refused with a reason that says what it is."""
    with pytest.raises(UnreadableDocument, match=reason):
        decode(data)
