"""Media types: their names, their file extensions, and their first bytes."""

from __future__ import annotations

TEXT = "text/plain"
HTML = "text/html"
XHTML = "application/xhtml+xml"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOC = "application/msword"
RTF = "application/rtf"
XLS = "application/vnd.ms-excel"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
IMAGES = (PNG, JPEG, TIFF)
UNKNOWN = "application/octet-stream"

# The extensions of files that `ingest` takes. The first extension of a type is the one that a snapshot gets.
READABLE_EXTENSIONS = {
    ".txt": TEXT,
    ".html": HTML,
    ".htm": HTML,
    ".shtml": HTML,
    ".xhtml": HTML,
    ".pdf": PDF,
    ".docx": DOCX,
    ".doc": DOC,
    ".wps": DOC,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".tif": TIFF,
    ".tiff": TIFF,
}
# Attachments of these types are stored with their page, although no reader reads them.
STORED_EXTENSIONS = {**READABLE_EXTENSIONS, ".xls": XLS, ".xlsx": XLSX, ".ofd": OFD}

PDF_SIGNATURE = b"%PDF-"
ZIP_SIGNATURE = b"PK\x03\x04"
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of doc, xls and wps files
RTF_SIGNATURE = b"{\\rtf"
IMAGE_SIGNATURES = (
    (b"\x89PNG\r\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
)


def extension_of(media_type: str) -> str:
    """Return the file extension of a media type, with its dot; `.bin` for an unknown type."""
    return next((extension for extension, name in STORED_EXTENSIONS.items() if name == media_type), ".bin")
