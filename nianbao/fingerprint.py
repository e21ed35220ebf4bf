"""The versions of what decides a result: each changes when the code or the data that it is made of changes.

A run compares them with those under which the kept rows were made, and does again what another version would do
otherwise: reads, or matches and compares, or only writes. Nothing heavy is imported: a run with nothing new asks too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

_ENDINGS = (".py", ".yaml", ".csv")
_HOUSE = Path(__file__).parent

# The tables whose rows reading makes, and what all tables share.
_READ = (
    *("reports", "documents", "sections", "observations", "unmatched", "cells", "findings", "rejects"),
    *("table", "vocabulary", "forms", "yaml_config"),
)
# A catalog with this key at its top holds a form, by which reading knows the cells of a table.
_FORM = re.compile(r"^form:", re.MULTILINE)
_ROWS = ("rows", "report_findings", "batch", "validation", "rejects", "fast_checks")


@cache
def reader_version() -> str:
    """Of what becomes of one snapshot: reading, extraction, the rows made of it, the libraries that open files."""
    rows = [_HOUSE / "tables" / f"{name}.py" for name in _ROWS]
    models = [_schemas() / f"{name}.py" for name in _READ]
    forms = [path for path in sorted((_schemas() / "catalog").glob("*.yaml")) if _FORM.search(path.read_text("utf-8"))]
    return _hash(
        [_HOUSE / "documents", _HOUSE / "extraction", *rows, *models, *forms],
        (version("lxml"), version("pdfminer.six")),
    )


@cache
def catalog_version() -> str:
    """Of which indicator an observation is: the catalog and the rules that match."""
    files = (_schemas() / "catalog", _schemas() / "forms.py", _schemas() / "yaml_config.py")
    return _hash([*files, _HOUSE / "indicators"])


@cache
def comparison_version() -> str:
    """Of what is compared and checked, once indicators are known."""
    derived = [_HOUSE / "tables" / f"{name}.py" for name in ("integrity", "validation", "rejects", "fast_checks")]
    return _hash([_HOUSE / "comparison", _HOUSE / "steps", *derived, *sorted(_schemas().glob("*.py"))])


@cache
def tables_version() -> str:
    """Of how the rows that are there become published files."""
    folders = [_HOUSE / name for name in ("tables", "publishing", "cache", "steps")]
    return _hash([*folders, *sorted(_schemas().glob("*.py"))], (version("pyarrow"),))


def versions() -> dict[str, str]:
    """All of them by name, as the manifest of a published state holds them."""
    return {
        "reader_version": reader_version(),
        "catalog_version": catalog_version(),
        "comparison_version": comparison_version(),
        "tables_version": tables_version(),
    }


@cache
def _schemas() -> Path:
    """The folder of the package, found without importing it: that would import pandera."""
    found = find_spec("schemas")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("schemas: the package of the tables is not installed beside nianbao")
    return Path(found.submodule_search_locations[0])


def _hash(places: Iterable[Path], words: Iterable[str] = ()) -> str:
    """A hash of files and folders of them, twelve hexadecimal digits."""
    digest = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in _ENDINGS:
                digest.update(f"{place.name}/{path.relative_to(place).as_posix()}\n".encode())
                digest.update(path.read_text("utf-8").encode())
    for word in words:
        digest.update(f"{word}\n".encode())
    return digest.hexdigest()[:12]
