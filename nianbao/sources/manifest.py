"""The manifest of a folder of files: a CSV that says what is known of each file, or leaves the document to say it.

Columns: file (relative to the manifest's folder), family, jurisdiction, title, delivered. An empty cell: find out.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from nianbao.documents.model import Family

COLUMNS = ("file", "family", "jurisdiction", "title", "delivered")

_DELIVERED = re.compile(r"\d{4}(-\d{1,2}(-\d{1,2})?)?")


class BadManifest(Exception):
    """A manifest that cannot be followed; says the file, the row or column, and the mend."""


def read_manifest(path: Path) -> dict[Path, dict[str, str]]:
    """What is given of each file (absolute path): the cells that are not empty, by column. Raises BadManifest."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadManifest(f"{path}: cannot be read ({error.strerror})") from error
    rows = csv.reader(io.StringIO(_decode(path, data), newline=""), strict=True)
    given: dict[Path, dict[str, str]] = {}
    try:
        header = [name.strip() for name in next(rows, [])]
        _require_columns(path, header)
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path}, line {rows.line_num}"
            if len(cells) != len(header):
                raise BadManifest(f"{where}: {len(cells)} cells under {len(header)} columns; quote a cell with a comma")
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            file = _file_of_row(path, where, row.pop("file"))
            if file in given:
                raise BadManifest(f"{where}: {file.name} has a row already; leave one")
            given[file] = {name: cell for name, cell in row.items() if cell}
            _require_values(where, given[file])
    except csv.Error as error:
        raise BadManifest(f"{path}, line {rows.line_num}: no CSV ({error})") from error
    return given


def _decode(path: Path, data: bytes) -> str:
    """UTF-8 with or without its mark, or what a Chinese spreadsheet saves."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadManifest(f"{path}: is neither UTF-8 nor GB18030; save it as UTF-8")


def _require_columns(path: Path, header: list[str]) -> None:
    wanted = f"it needs exactly {', '.join(COLUMNS)}"
    for name in header:
        if name not in COLUMNS:
            raise BadManifest(f"{path}: column {name!r} is not known; {wanted}")
    for name in COLUMNS:
        if name not in header:
            raise BadManifest(f"{path}: column {name!r} is missing; {wanted}")
        if header.count(name) > 1:
            raise BadManifest(f"{path}: column {name!r} is there twice; {wanted}")


def _file_of_row(path: Path, where: str, name: str) -> Path:
    if not name:
        raise BadManifest(f"{where}: the cell `file` is empty")
    folder = path.parent.resolve()
    file = (folder / name).resolve()
    if not file.is_relative_to(folder) or file == folder:
        raise BadManifest(f"{where}: {name!r} leaves the manifest's folder {folder.name}/; move the file there")
    return file


def _require_values(where: str, row: dict[str, str]) -> None:
    if (family := row.get("family")) and family not in tuple(Family):
        raise BadManifest(f"{where}: family {family!r} is none of {', '.join(Family)}")
    if (delivered := row.get("delivered")) and not _DELIVERED.fullmatch(delivered):
        raise BadManifest(f"{where}: delivered {delivered!r} is no year or date; write 2020 or 2020-01-16")
