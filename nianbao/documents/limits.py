"""Read documents within limits on time and memory, whatever the bytes hold.

Ordinary documents are read in this process. Large ones, and those that repeat themselves, as files made to exhaust a
parser do, are read in a limited process from the start (`nianbao.io.limited`).
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from nianbao.documents.media_types import PDF_SIGNATURE, ZIP_SIGNATURE
from nianbao.documents.model import Document, Hints, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.io.limited import OverLimit, call_limited

# The largest pages of real sites have 400 KB; a PDF consists of images for the most part.
_MAX_ORDINARY_BYTES = 1_000_000
_MAX_ORDINARY_PDF_BYTES = 10_000_000
_MAX_ORDINARY_UNZIPPED = 20_000_000
# A block of real text or markup shrinks to a twentieth at most; one character repeated shrinks to a hundredth and less.
# A sample of each block is enough, because what is repeated for long fills several blocks.
_BLOCK_BYTES = 16_384
_SAMPLE_BYTES = 4_096
_MAX_ORDINARY_RATIO = 40


def read_limited(data: bytes, *, media_type: str | None, name: str = "", hints: Hints | None = None) -> Document:
    """Read a report like `read_document`; one that exceeds the limits is unreadable."""
    try:
        return call_limited(_read, data, media_type, name, hints, expensive=is_expensive(data))
    except OverLimit as error:
        raise UnreadableDocument(too_expensive(error)) from error


def _read(data: bytes, media_type: str | None, name: str, hints: Hints | None) -> Document:
    return read_document(data, media_type=media_type, name=name, hints=hints)


def too_expensive(error: OverLimit) -> str:
    """Return the reason for a document that exceeds the limits, with the fix."""
    return f"the file cannot be read within the limits: {error}; save the text of the report as a new file"


def is_expensive(data: bytes) -> bool:
    """Return whether reading may take unusual time or memory, by size and repetition.

    >>> is_expensive("全年办理行政许可1,312件。".encode()), is_expensive("一".encode() * 20_000)
    (False, True)
    """
    if data.startswith(PDF_SIGNATURE):
        return len(data) > _MAX_ORDINARY_PDF_BYTES
    if data.startswith(ZIP_SIGNATURE):
        return _unzipped_size(data) > _MAX_ORDINARY_UNZIPPED
    return len(data) > _MAX_ORDINARY_BYTES or _repeats(data)


def _unzipped_size(data: bytes) -> int:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return 0  # the reader reports it


def _repeats(data: bytes) -> bool:
    samples = (data[start : start + _SAMPLE_BYTES] for start in range(0, len(data), _BLOCK_BYTES))
    return any(len(sample) > _MAX_ORDINARY_RATIO * len(zlib.compress(sample, 1)) for sample in samples)
