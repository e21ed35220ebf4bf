"""Bytes to text: which encoding they are in, or what they are instead of text. A label is never believed."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass

from nianbao.documents.model import UnreadableDocument

_BOMS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (or a docx, xlsx, ofd file)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (doc, xls, wps)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text without its byte order mark, and the encoding that it was in."""

    text: str
    encoding: str


def binary_kind(data: bytes) -> str | None:
    """What a file that is no text is, by its first bytes: `a PDF`, `a PNG image`; None for what may be text.

    >>> binary_kind(b"%PDF-1.7 ...")
    'a PDF'
    """
    head = data[:1024].lstrip(b"\r\n\t ")[:16]
    return next((kind for magic, kind in _BINARY if head.startswith(magic)), None)


def decode(data: bytes) -> Decoded:
    """The text of `data`: by its byte order mark, else strict UTF-8, else GB18030 (which holds GB2312 and GBK).

    Raises UnreadableDocument for an empty file, a binary file, or bytes that are in none of these encodings.
    """
    if not data.strip():
        raise UnreadableDocument("the file is empty; fetch or save it again")
    if kind := binary_kind(data):
        raise UnreadableDocument(f"the file is {kind}, not text")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(_strict(data, encoding), encoding)
    if b"\0" in data:
        raise UnreadableDocument("the file holds NUL bytes: it is a binary file of an unknown kind, not text")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Decoded(_strict(data, "gb18030"), "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        tried = "UTF-8 nor GB18030" if encoding == "gb18030" else f"{encoding} as its byte order mark says"
        raise UnreadableDocument(
            f"the bytes are neither {tried} (first bad byte at {error.start}); save the file as UTF-8"
            if encoding == "gb18030"
            else f"the bytes are not {tried} (first bad byte at {error.start}); save the file as UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableDocument("the file holds NUL characters: it is a binary file of an unknown kind, not text")
    if not text.strip():
        raise UnreadableDocument("the file is empty; fetch or save it again")
    return text
