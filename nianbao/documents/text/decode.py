"""Decode bytes to text. The bytes decide on the encoding; declared encodings are ignored."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass, replace

from nianbao.documents.media_types import OLE_SIGNATURE, PDF_SIGNATURE, RTF_SIGNATURE, ZIP_SIGNATURE
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.text.characters import clean_characters

_BOMS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
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

_REPLACEMENT = "\ufffd"
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_CHINESE_RUN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]{2,}")
_ORDINARY = re.compile("[\t\n\r -~\u2010-\u203b\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_MIN_ORDINARY_SHARE = 0.9
# Undecodable bytes that cost only themselves: this many, or this share of the Chinese characters.
_MIN_TOLERATED = 3
_TOLERATED_SHARE = {"utf-8": 0.25, "utf-8-sig": 0.25, "gb18030": 0.02, "utf-16": 0.02, "utf-32": 0.02}
# Control characters that are removed; a file with more is binary. NUL hardly ever occurs in text.
_MIN_CONTROLS = 3
_MAX_CONTROL_SHARE = 0.1
_MAX_NUL_SHARE = 0.01
_PAIR = re.compile(rb"([\x81-\xfe])([\x40-\x7e\x80-\xfe])")
_BIG5_RUN = re.compile(rb"(?:[\xa1-\xc6][\x40-\x7e\xa1-\xfe])+")
_MIN_BIG5_PAIRS = 20

_EMPTY = "the file is empty; fetch or save it again"
_HAS_CONTROLS = "the file holds control characters: it is a binary file of an unknown type; save the text of the report"
_HAS_NUL = "the file contains NUL: it is a binary file of an unknown type; save the text of the report"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text.

    Attributes:
        text: The text without its byte order mark and without control characters.
        encoding: The encoding that it had.
        n_undecoded: The number of U+FFFD that replace bytes that are not in the encoding.
    """

    text: str
    encoding: str
    n_undecoded: int = 0


def binary_kind(data: bytes) -> str | None:
    """Return what a binary file is, by its first bytes; None for what may be text.

    >>> binary_kind(b"%PDF-1.7 ...")
    'a PDF'
    """
    head = data[:1024].lstrip(b"\r\n\t ")[:16]
    return next((kind for signature, kind in _BINARY if head.startswith(signature)), None)


def decode(data: bytes) -> Decoded:
    """Decode by the byte order mark, else as UTF-8, else as GB18030 (which includes GB2312 and GBK), else as UTF-16.

    A few bytes that the encoding does not have become U+FFFD. Control characters are removed.

    Raises:
        UnreadableDocument: The file is empty, binary, Big5, or in none of these encodings.
    """
    if not data.strip():
        raise UnreadableDocument(_EMPTY)
    if kind := binary_kind(data):
        raise UnreadableDocument(f"the file is {kind}, not text; save the text of the report")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            decoded = _tolerant(data, encoding)
            if decoded is None:
                raise UnreadableDocument(f"the file is not {encoding}, as the byte order mark says; save it as UTF-8")
            return _checked(decoded)
    n_nul = data.count(0)
    if n_nul > _MAX_CONTROL_SHARE * len(data):
        if (wide := _unmarked_utf16(data)) is not None:
            return _checked(wide)
        raise UnreadableDocument(_HAS_NUL)
    try:
        return _checked(Decoded(data.decode("utf-8"), "utf-8"))
    except UnicodeDecodeError as error:
        first_invalid = error.start
    if (decoded := _tolerant(data, "utf-8")) is not None:
        return _checked(decoded)
    if _is_big5(data):
        raise UnreadableDocument("the file is Big5 (traditional Chinese); save it as UTF-8")
    if (decoded := _tolerant(data, "gb18030")) is not None:
        return _checked(decoded)
    raise UnreadableDocument(
        f"the file is neither UTF-8 nor GB18030 (first byte that is not UTF-8 at {first_invalid}); save it as UTF-8"
    )


def _tolerant(data: bytes, encoding: str) -> Decoded | None:
    """Decode with U+FFFD for invalid bytes; return None if there are too many of them."""
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    n_undecoded = text.count(_REPLACEMENT) - _count_replacements(data, encoding)
    # Any bytes decode as two-byte characters by chance, but only UTF-8 has Chinese characters of three bytes.
    n_valid = len(_CHINESE.findall(text)) if encoding != "gb18030" else sum(map(len, _CHINESE_RUN.findall(text)))
    n_tolerated = max(_MIN_TOLERATED if n_valid else 0, n_valid * _TOLERATED_SHARE[encoding])
    return Decoded(text, encoding, n_undecoded) if n_undecoded <= n_tolerated else None


def _count_replacements(data: bytes, encoding: str) -> int:
    """Return how often the bytes themselves contain U+FFFD."""
    return data.count(_REPLACEMENT.encode("utf-8")) if encoding.startswith("utf-8") else 0


def _checked(decoded: Decoded) -> Decoded:
    """Return the text without control characters; raise UnreadableDocument for an empty or a binary file."""
    text = clean_characters(decoded.text)
    n_characters, n_nul = len(decoded.text), decoded.text.count("\0")
    if n_nul > max(_MIN_CONTROLS, _MAX_NUL_SHARE * n_characters):
        raise UnreadableDocument(_HAS_NUL)
    if n_characters - len(text) > max(_MIN_CONTROLS, _MAX_CONTROL_SHARE * n_characters):
        raise UnreadableDocument(_HAS_CONTROLS)
    if not text or text.isspace():
        raise UnreadableDocument(_EMPTY)
    return decoded if text is decoded.text else replace(decoded, text=text)


def _unmarked_utf16(data: bytes) -> Decoded | None:
    """Return the text of UTF-16 without a byte order mark; None if the bytes are something else."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, "replace")
        if len(_ORDINARY.findall(text)) >= _MIN_ORDINARY_SHARE * len(text):
            return Decoded(text, encoding, text.count(_REPLACEMENT))
    return None


def _is_big5(data: bytes) -> bool:
    """Return whether the pairs of bytes are frequent characters in Big5, and rare or none in GB18030."""
    pairs = _PAIR.findall(data)
    n_big5 = sum(map(len, _BIG5_RUN.findall(data))) // 2
    n_gb = sum(1 for first, second in pairs if second[0] >= 0xA1 and (first[0] <= 0xA3 or 0xB0 <= first[0] <= 0xD7))
    return len(pairs) >= _MIN_BIG5_PAIRS and n_big5 > 0.85 * len(pairs) and n_gb < 0.75 * len(pairs)
