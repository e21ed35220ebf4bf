"""Read the manifest of a folder of files: a CSV with what is known about each file.

Columns: file (relative to the manifest's folder), family, jurisdiction, title, delivered, and body, which may be left
out. An empty cell leaves the document to say it.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from nianbao.documents.model import Family
from nianbao.documents.reporter import read_given_body, resolve_reporter
from nianbao.places.resolve import UnknownPlace

COLUMNS = ("file", "family", "jurisdiction", "title", "delivered")
OPTIONAL_COLUMNS = ("body",)

_DELIVERED = re.compile(r"\d{4}(-\d{1,2}(-\d{1,2})?)?")


class BadManifest(Exception):
    """The manifest is invalid; the message names the file, the row or column, and the fix."""


def read_manifest(path: Path) -> dict[Path, dict[str, str]]:
    """Return the cells that are not empty by column, for each file by its absolute path.

    Raises:
        BadManifest: The manifest cannot be read or is invalid.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadManifest(f"{path}: cannot be read ({error.strerror})") from error
    rows = csv.reader(io.StringIO(_decode(path, data), newline=""), strict=True)
    hints: dict[Path, dict[str, str]] = {}
    try:
        header = [name.strip() for name in next(rows, [])]
        _require_columns(path, header)
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path}, line {rows.line_num}"
            if len(cells) != len(header):
                raise BadManifest(
                    f"{where}: {len(cells)} cells for {len(header)} columns; quote cells that contain a comma"
                )
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            file = _file_of_row(path, where, row.pop("file"))
            if file in hints:
                raise BadManifest(f"{where}: duplicate row for {file.name}; keep one")
            hints[file] = {name: cell for name, cell in row.items() if cell}
            _require_values(where, hints[file])
    except csv.Error as error:
        raise BadManifest(f"{path}, line {rows.line_num}: invalid CSV ({error})") from error
    return hints


def _decode(path: Path, data: bytes) -> str:
    """Decode UTF-8 with or without a byte order mark, or GB18030 as Chinese spreadsheets save it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadManifest(f"{path}: neither UTF-8 nor GB18030; save it as UTF-8")


def _require_columns(path: Path, header: list[str]) -> None:
    expected = f"the columns must be {', '.join(COLUMNS)}; {', '.join(OPTIONAL_COLUMNS)} may be added"
    for name in header:
        if name not in (*COLUMNS, *OPTIONAL_COLUMNS):
            raise BadManifest(f"{path}: unknown column {name!r}; {expected}")
    for name in COLUMNS:
        if name not in header:
            raise BadManifest(f"{path}: missing column {name!r}; {expected}")
    for name in header:
        if header.count(name) > 1:
            raise BadManifest(f"{path}: duplicate column {name!r}; {expected}")


def _file_of_row(path: Path, where: str, name: str) -> Path:
    if not name:
        raise BadManifest(f"{where}: the cell in `file` is empty; name a file")
    folder = path.parent.resolve()
    file = (folder / name).resolve()
    if not file.is_relative_to(folder) or file == folder:
        raise BadManifest(f"{where}: {name!r} is outside the manifest's folder {folder.name}/; move the file into it")
    return file


def _require_values(where: str, row: dict[str, str]) -> None:
    if (family := row.get("family")) and family not in tuple(Family):
        raise BadManifest(f"{where}: unknown family {family!r}; use one of {', '.join(Family)}")
    if jurisdiction := row.get("jurisdiction"):
        try:
            place, body = resolve_reporter(jurisdiction)
        except UnknownPlace as error:
            raise BadManifest(f"{where}: column `jurisdiction`: {error}") from error
        row["jurisdiction"] = place.code if body else jurisdiction
        row.update({"body": body} if body else {})
    if (named_body := row.get("body")) and read_given_body(named_body) is None:
        raise BadManifest(f"{where}: unknown body {named_body!r}; write a name like 司法局 or a slug like sfj")
    if (delivered := row.get("delivered")) and not _DELIVERED.fullmatch(delivered):
        raise BadManifest(f"{where}: invalid year or date {delivered!r} in `delivered`; write 2020 or 2020-01-16")
