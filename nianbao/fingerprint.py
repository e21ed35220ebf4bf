"""Versions of the steps of a run: hashes of the code and data that decide what each step makes.

A run compares them with those of the rows in the cache, and repeats the steps with another version. A version
covers every module that the entry module of its step reaches by imports, and every data file that those modules name.

Imports and names of data files are found by scanning source text, not by importing: a run with nothing new needs the
versions too, and must not wait for pandas. A module names a data file by a string literal that holds its path, or that
of a folder of data files, relative to the module's own package or to one named in `files("…")`; `{…}` in an f-string
matches any name.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from schemas.locations import DATA_FOLDER

# The module that does each step, by the name of its version in the manifest.
ENTRY_MODULES = {
    "reader_version": "nianbao.steps.read",
    "catalog_version": "nianbao.indicators.assign",
    "comparison_version": "nianbao.steps.compare",
    "tables_version": "nianbao.pipeline",
}
PACKAGES = ("nianbao", "schemas")
_SUFFIXES = (".py", ".yaml", ".csv", ".json")
# Reading takes forms from the catalogs and no indicators: a new indicator must not cause all reports to be read again.
READER_SECTIONS = {"schemas/catalog": ("family", "form")}

_TYPE_CHECKING = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+.*\n|\n)+", re.MULTILINE)
_IMPORT = re.compile(
    rf"""
    ^[ \t]*(?:
        from[ ]((?:{"|".join(PACKAGES)})\b[\w.]*)[ ]import[ ]   # the module or package
            (\((?:[^)#]|\#[^\n]*)*\)|[^\n#]*)                   # the names, in parentheses or on one line
      | import[ ]((?:{"|".join(PACKAGES)})\b[\w., ]*)           # modules
    )
    """,
    re.MULTILINE | re.VERBOSE,
)
_IMPORTED_NAME = re.compile(r"(\w+)(?:[ ]+as[ ]+\w+)?[ \t]*(?:,|$|\)|#|\n)")
# A package that resolves names on demand imports them from one module by `import_module`.
_LAZY_IMPORT = re.compile(rf"""import_module\("((?:{"|".join(PACKAGES)})\.[\w.]+)"\)""")
_RESOURCE_PACKAGE = re.compile(rf"""files\("((?:{"|".join(PACKAGES)})\b[\w.]*)"\)""")
_DATA_LITERAL = re.compile(r"\"([\w{}./*-]+\.(?:yaml|csv|json))\"")
_REPLACEABLE = ("schemas/catalog/", "schemas/families.yaml")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


@cache
def reader_version() -> str:
    """Return the version of reading a snapshot: parsing, extraction, and the rows made of it."""
    libraries = (version("lxml"), version("pdfminer.six"))
    return _hash_step(ENTRY_MODULES["reader_version"], libraries, READER_SECTIONS)


@cache
def catalog_version() -> str:
    """Return the version of matching observations to indicators."""
    return _hash_step(ENTRY_MODULES["catalog_version"])


@cache
def comparison_version() -> str:
    """Return the version of comparing and checking."""
    return _hash_step(ENTRY_MODULES["comparison_version"])


@cache
def tables_version() -> str:
    """Return the version of a run as a whole: of how rows become published files."""
    return _hash_step(ENTRY_MODULES["tables_version"], (version("pyarrow"),))


def versions() -> dict[str, str]:
    """Return all versions by name, as the manifest of a published version holds them."""
    return {
        "reader_version": reader_version(),
        "catalog_version": catalog_version(),
        "comparison_version": comparison_version(),
        "tables_version": tables_version(),
    }


def step_files(entry_module: str) -> list[str]:
    """Return the modules and data files that a step depends on, by name: `nianbao/steps/read.py`."""
    pending, reached = [entry_module], set[str]()
    found: set[str] = set()
    while pending:
        module = pending.pop()
        if module in reached:
            continue
        reached.add(module)
        name = _module_file(module)
        if name is not None:
            found.add(name)
            found.update(_data_files(name))
            pending += _imported_modules(name)
            pending.append(module.rpartition(".")[0])
    return sorted(found)


def _hash_step(
    entry_module: str, libraries: Iterable[str] = (), sections: Mapping[str, tuple[str, ...]] | None = None
) -> str:
    """Return a hash of a step's files and libraries, twelve hexadecimal digits.

    Of files in the folders of `sections` only these top-level keys count, and only of files that have the last of them.
    """
    digest = hashlib.sha256()
    for name in step_files(entry_module):
        keys = sections.get(name.rpartition("/")[0]) if sections else None
        text = _read(name) if keys is None else _sections(_read(name), keys)
        if text:
            digest.update(f"{name}\n{len(text)}\n{text}".encode())
    for library in libraries:
        digest.update(f"{library}\n".encode())
    return digest.hexdigest()[:12]


def _sections(text: str, keys: tuple[str, ...]) -> str:
    """Return the top-level sections of YAML with these keys; nothing if the last is missing."""
    blocks = re.split(r"^(?=\w)", text, flags=re.MULTILINE)
    if not any(block.startswith(f"{keys[-1]}:") for block in blocks):
        return ""
    return "".join(block for block in blocks if block.partition(":")[0] in keys)


@cache
def _imported_modules(name: str) -> list[str]:
    """Return the first-party modules that a module imports, in functions too, except for type checks."""
    text = _TYPE_CHECKING.sub("", _read(name))
    modules = [] if name.endswith("/__init__.py") else _LAZY_IMPORT.findall(text)
    for source, names, imported in _IMPORT.findall(text):
        if imported:
            modules += re.findall(r"[\w.]+", imported)
        else:
            modules += [_defining_module(source, imported_name) for imported_name in _IMPORTED_NAME.findall(names)]
    return modules


@cache
def _defining_module(source: str, name: str) -> str:
    """Return the module to which `from source import name` leads, through a package that imports on demand."""
    if _module_file(f"{source}.{name}") is not None:
        return f"{source}.{name}"
    file = _module_file(source)
    lazy = _LAZY_IMPORT.search(_read(file)) if file is not None and file.endswith("/__init__.py") else None
    if lazy is None:
        return source
    index = _module_file(lazy[1])
    for module, names, _ in _IMPORT.findall(_read(index)) if index is not None else ():
        if module and name in _IMPORTED_NAME.findall(names):
            return str(module)
    return lazy[1]


@cache
def _data_files(name: str) -> list[str]:
    """Return the data files that a module names by string literals."""
    text, files = _read(name), _files()
    folders = {name.rpartition("/")[0], *(package.replace(".", "/") for package in _RESOURCE_PACKAGE.findall(text))}
    literals = {_PLACEHOLDER.sub("*", literal) for literal in _DATA_LITERAL.findall(text)}
    named = [f"{folder}/{literal}" for folder, literal in product(folders, literals)]
    found = [path for path in named if path in files]
    found += [path for pattern in named if "*" in pattern for path in files if fnmatchcase(path, pattern)]
    for data_folder, members in _data_folders().items():
        parent, _, base = data_folder.rpartition("/")
        if parent in folders and f'"{base}"' in text:
            found += members
    return [path for path in found if not path.endswith(".py")]


@cache
def _data_folders() -> dict[str, list[str]]:
    """Return the folders with data files that are not packages, each with its files."""
    folders: dict[str, list[str]] = {}
    for name in _files():
        folder = name.rpartition("/")[0]
        if f"{folder}/__init__.py" not in _files():
            folders.setdefault(folder, []).append(name)
    return folders


def _module_file(module: str) -> str | None:
    """Return the name of a first-party module's file; None if it does not exist."""
    path = module.replace(".", "/")
    return next((name for name in (f"{path}.py", f"{path}/__init__.py") if name in _files()), None)


@cache
def _files() -> dict[str, str]:
    """Return the paths of all modules and data files by name, from their top-level package on."""
    found = {name: path for package in PACKAGES for name, path in _walk(package, _package_folder(package))}
    if str(DATA_FOLDER) != _package_folder("schemas"):  # another folder replaces the data of the schemas
        found = {name: path for name, path in found.items() if not name.startswith(_REPLACEABLE)}
        found.update(item for item in _walk("schemas", str(DATA_FOLDER)) if item[0].startswith(_REPLACEABLE))
    return found


def _walk(package: str, root: str) -> Iterator[tuple[str, str]]:
    """Yield the names and paths of the modules and data files below a folder."""
    for folder, _, names in os.walk(root):
        prefix = package + folder[len(root) :].replace(os.sep, "/")
        yield from ((f"{prefix}/{name}", f"{folder}{os.sep}{name}") for name in names if name.endswith(_SUFFIXES))


def _package_folder(package: str) -> str:
    """Return the folder of a top-level package without importing it: `schemas` would import pandera."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package}: the package is not installed beside nianbao")
    return spec.submodule_search_locations[0]


@cache
def _read(name: str) -> str:
    """Return the text of a file, read once a process."""
    return Path(_files()[name]).read_text("utf-8")
