"""Decode bytes to text. The bytes decide on the encoding; declared encodings are ignored."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass

from nianbao.documents.media_types import OLE_SIGNATURE, PDF_SIGNATURE, RTF_SIGNATURE, ZIP_SIGNATURE
from nianbao.documents.model import UnreadableDocument

_BOMS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins with the same two bytes
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    (PDF_SIGNATURE, "a PDF"),
    (ZIP_SIGNATURE, "a ZIP archive (or a docx, xlsx, ofd file)"),
    (OLE_SIGNATURE, "an old Office file (doc, xls, wps)"),
    (RTF_SIGNATURE, "an RTF file"),
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

_EMPTY = "the file is empty; fetch or save it again"
_HAS_NUL = "the file contains NUL: it is a binary file of an unknown type; save the text of the report"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text without its byte order mark, and the encoding that it had."""

    text: str
    encoding: str


def binary_kind(data: bytes) -> str | None:
    """Return what a binary file is, by its first bytes; None for what may be text.

    >>> binary_kind(b"%PDF-1.7 ...")
    'a PDF'
    """
    head = data[:1024].lstrip(b"\r\n\t ")[:16]
    return next((kind for signature, kind in _BINARY if head.startswith(signature)), None)


def decode(data: bytes) -> Decoded:
    """Decode by the byte order mark, else as strict UTF-8, else as GB18030 (which includes GB2312 and GBK).

    Raises:
        UnreadableDocument: The file is empty, binary, or in none of these encodings.
    """
    if not data.strip():
        raise UnreadableDocument(_EMPTY)
    if kind := binary_kind(data):
        raise UnreadableDocument(f"the file is {kind}, not text; save the text of the report")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(_strict(data, encoding), encoding)
    if b"\0" in data:
        raise UnreadableDocument(_HAS_NUL)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Decoded(_strict(data, "gb18030"), "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = (
            "neither UTF-8 nor GB18030" if encoding == "gb18030" else f"not {encoding}, as the byte order mark says"
        )
        raise UnreadableDocument(
            f"the file is {reason} (first invalid byte at {error.start}); save it as UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableDocument(_HAS_NUL)
    if not text.strip():
        raise UnreadableDocument(_EMPTY)
    return text
