"""The version of the reading: it changes when the code, a lexicon or a table that decides what is read changes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import nianbao
import schemas

_DECIDING = ("documents", "extraction")
_ENDINGS = (".py", ".yaml", ".csv")


@cache
def reader_version() -> str:
    """A hash of the files that reading, extraction and the tables are made of, twelve hexadecimal digits."""
    house = Path(str(nianbao.__file__)).parent
    folders = [house / name for name in _DECIDING] + [Path(str(schemas.__file__)).parent]
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _ENDINGS):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\n".encode())
            digest.update(path.read_text("utf-8").encode())
    return digest.hexdigest()[:12]
