"""Nationally prescribed forms: the cells of the tables of a report as data, and the sums that must hold between them.

A form is under the key `form` of the catalog of its family. It is written by axes: every pair of a row and a column of
a block is a cell, and each cell is an indicator, `<row>_<column>`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.head_nouns import ACTS_FILE, indicators_of_nouns
from schemas.locations import CATALOG
from schemas.vocabulary import HIGHER_IS, INDICATOR_ID, NATURES
from schemas.yaml_config import ConfigNode, load_yaml

UNITS = "units.yaml"
_ID = re.compile(INDICATOR_ID)
ROWS, COLUMNS = "rows", "columns"


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of the form, in force from report year `first` to `last`; None for the current one."""

    id: str
    first: int
    last: int | None
    document: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column of a block. `words` are its headings, that of the form first; `under` are the headings above it.

    `instead_of` is the line of an earlier edition that this one is a part of.
    """

    id: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]
    under: tuple[str, ...]
    editions: frozenset[str]
    instead_of: str | None

    @property
    def path(self) -> str:
        """The headings from the outermost to the innermost, as the form prints them."""
        return "/".join((*self.under, self.words[0]))


@dataclass(frozen=True, slots=True)
class FormCell:
    """One cell of the form. `unit` is that of its indicator, `printed_unit` the one that the form prints.

    An empty `printed_unit` means that the form prints none, so that the report must. `signed` cells may be negative.
    """

    id: str
    block: str
    row: Line
    column: Line
    name_zh: str
    name_en: str
    category: str
    unit: str
    printed_unit: str
    dimension: str
    nature: str
    higher_is: str
    editions: frozenset[str]
    signed: bool
    line: int

    @property
    def definition(self) -> str:
        """The definition of the indicator of the cell."""
        since = " and ".join(sorted(self.editions))
        return f"Cell of the form of {since}: {self.row.name_en}, {self.column.name_en}."


@dataclass(frozen=True, slots=True)
class Sum:
    """Cells of one report that must add up to others; `replaced` has by cell the cells that may replace it."""

    id: str
    parts: tuple[str, ...]
    whole: tuple[str, ...]
    replaced: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Carry:
    """A cell of one year that must equal a cell of the year before."""

    id: str
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class Stock:
    """A cell that must equal that of the year before plus `more` and minus `less`."""

    id: str
    stock: str
    more: tuple[str, ...]
    less: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows and columns that belong together; `table` is the section of the report that contains them."""

    id: str
    table: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: dict[tuple[str, str], FormCell]


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a family: its editions, its blocks in order, and the conditions between cells.

    `prose` has by indicator of the prose the cell with the same meaning.
    """

    family: str
    editions: tuple[Edition, ...]
    blocks: tuple[Block, ...]
    sums: tuple[Sum, ...]
    carries: tuple[Carry, ...]
    stocks: tuple[Stock, ...]
    prose: dict[str, str]

    @property
    def cells(self) -> Iterator[FormCell]:
        """All cells, block after block, row after row."""
        for block in self.blocks:
            yield from block.cells.values()

    def edition_of(self, year: int) -> Edition:
        """Return the edition for reports on a year; the first for earlier years."""
        return next((edition for edition in reversed(self.editions) if edition.first <= year), self.editions[0])


def catalog_paths(folder: Path = CATALOG) -> list[Path]:
    """Return the main catalog files of a folder, one per family, in order. A family's topics are in further files."""
    return [
        path for path in sorted(folder.glob("*.yaml")) if path.name not in (UNITS, ACTS_FILE) and "." not in path.stem
    ]


@cache
def read_catalog(path: Path) -> ConfigNode:
    """Return the catalog of a family with all its topics, read once per process.

    The topics of `work_report.yaml` are the files `work_report.<topic>.yaml`. Every noun is written out as indicators.

    Raises:
        ConfigError: A file is not a mapping, or a noun is wrong.
    """
    top = load_yaml(path)
    entries, nouns = list(top.entries("indicators")), list(top.entries("nouns"))
    for topic_path in sorted(path.parent.glob(f"{path.stem}.*.yaml")):
        topic = load_yaml(topic_path)
        topic.check_keys(["category"], ["indicators", "nouns"])
        for key, found in (("indicators", entries), ("nouns", nouns)):
            for entry in topic.entries(key):
                entry.values.setdefault("category", topic.text("category"))
                found.append(entry)
    values = {**top.values, "indicators": entries, "nouns": nouns}
    whole = ConfigNode(top.path, top.line, values, top.lines)
    known = frozenset(str(entry.values.get("id")) for entry in entries)
    entries += indicators_of_nouns(whole, path.parent, known)
    return whole


@cache
def catalog_columns() -> dict[str, tuple[str, str]]:
    """Return name and unit of every indicator of the catalog by id, in the order of the ids."""
    columns: dict[str, tuple[str, str]] = {}
    for path in catalog_paths():
        top = read_catalog(path)
        for entry in top.entries("indicators"):
            columns[entry.text("id")] = (f"{entry.text('name_zh')}: {entry.text('name_en')}", entry.text("unit") or "1")
        form = read_form(top)
        for cell in form.cells if form is not None else ():
            columns[cell.id] = (f"{cell.name_zh}: {cell.name_en}", cell.unit or "1")
    return dict(sorted(columns.items()))


@cache
def load_form(family: str, folder: Path = CATALOG) -> Form | None:
    """Return the form of a family, if its reports have one.

    Raises:
        ConfigError: The form is wrong; the message names file and line.
    """
    path = folder / f"{family}.yaml"
    return read_form(read_catalog(path)) if path.exists() else None


def read_form(top: ConfigNode) -> Form | None:
    """Return the form of a catalog, if it has one.

    Raises:
        ConfigError: The form is wrong; the message names file and line.
    """
    if "form" not in top.values:
        return None
    entry = top.mapping("form")
    entry.check_keys(["editions", "blocks"], ["prose"])
    editions = tuple(_edition(edition) for edition in entry.entries("editions"))
    if not editions or list(editions) != sorted(editions, key=lambda edition: edition.first):
        entry.refuse("a form needs editions, in the order of their years", "editions")
    known = {edition.id for edition in editions}
    blocks: list[Block] = []
    sums: list[Sum] = []
    carries: list[Carry] = []
    stocks: list[Stock] = []
    cell_ids: set[str] = set()
    for item in entry.entries("blocks"):
        block = _block(item, known)
        for cell in block.cells.values():
            if cell.id in cell_ids:
                item.refuse(f"the cell {cell.id!r} is in two blocks")
            cell_ids.add(cell.id)
        blocks.append(block)
        sums += [result for rule in item.entries("sums") for result in _sums(rule, block)]
        carries += [result for rule in item.entries("carries") for result in _carries(rule, block)]
        stocks += [result for rule in item.entries("flows") for result in _stocks(rule, block)]
    prose: dict[str, str] = {}
    for item in entry.entries("prose"):
        item.check_keys(["indicator", "cell"])
        if item.text("cell") not in cell_ids:
            item.refuse(f"{item.text('cell')!r} is not a cell of the form", "cell")
        prose[item.text("indicator")] = item.text("cell")
    return Form(top.text("family"), editions, tuple(blocks), tuple(sums), tuple(carries), tuple(stocks), prose)


def _edition(entry: ConfigNode) -> Edition:
    entry.check_keys(["id", "first", "document"], ["last"])
    last = entry.year("last") if "last" in entry.values else None
    return Edition(entry.text("id"), entry.year("first"), last, entry.text("document"))


_OF_CELLS = ("unit", "printed_unit", "dimension", "nature", "higher_is", "signed")


def _block(entry: ConfigNode, editions: set[str]) -> Block:
    entry.check_keys(
        ["id", "table", "category", "unit", "dimension", "rows", "columns"],
        ["editions", "printed_unit", "nature", "higher_is", "sums", "carries", "flows"],
    )
    every = _editions(entry, editions)
    rows = [(line, _line(line, every, editions)) for line in entry.entries("rows")]
    columns = [(line, _line(line, every, editions)) for line in entry.entries("columns")]
    for axis, lines in ((ROWS, rows), (COLUMNS, columns)):
        ids = [line.id for _, line in lines]
        if not ids:
            entry.refuse(f"a block needs {axis}", axis)
        for given, line in lines:
            if ids.count(line.id) > 1:
                given.refuse(f"the id {line.id!r} is given twice", "id")
            if line.instead_of is not None and line.instead_of not in ids:
                given.refuse(f"{line.instead_of!r} is none of the {axis} of this block", "instead_of")
    cells = {
        (row.id, column.id): _cell(entry, given_row, given_column, row, column)
        for given_row, row in rows
        for given_column, column in columns
        if row.editions & column.editions
    }
    return Block(
        entry.text("id"),
        entry.text("table"),
        tuple(line for _, line in rows),
        tuple(line for _, line in columns),
        cells,
    )


def _line(entry: ConfigNode, every: frozenset[str], editions: set[str]) -> Line:
    entry.check_keys(
        ["id", "name_zh", "name_en", "words"],
        ["under", "editions", "instead_of", *_OF_CELLS],
    )
    if not _ID.fullmatch(entry.text("id")):
        entry.refuse(f"the id {entry.text('id')!r} must be lower-case letters, digits and _", "id")
    if not entry.texts("words"):
        entry.refuse("a row or column needs the words that head it", "words")
    return Line(
        entry.text("id"),
        entry.text("name_zh"),
        entry.text("name_en"),
        entry.texts("words"),
        entry.texts("under"),
        _editions(entry, editions) & every,
        entry.text("instead_of") if "instead_of" in entry.values else None,
    )


def _editions(entry: ConfigNode, known: set[str]) -> frozenset[str]:
    named = entry.texts("editions") or tuple(sorted(known))
    for name in named:
        if name not in known:
            entry.refuse(f"{name!r} is no edition of the form", "editions")
    return frozenset(named)


def _cell(block: ConfigNode, of_row: ConfigNode, of_column: ConfigNode, row: Line, column: Line) -> FormCell:
    """Return a cell; for each key the entry of its column wins over that of its row, and that over the block's."""

    def entry_with(key: str) -> ConfigNode:
        return next((entry for entry in (of_column, of_row, block) if key in entry.values), block)

    unit = entry_with("unit").text("unit")
    return FormCell(
        id=f"{row.id}_{column.id}",
        block=block.text("id"),
        row=row,
        column=column,
        name_zh=f"{row.name_zh} × {column.name_zh}",
        name_en=f"{row.name_en}, {column.name_en}",
        category=block.text("category"),
        unit=unit,
        printed_unit=entry_with("printed_unit").text("printed_unit", unit),
        dimension=entry_with("dimension").text("dimension"),
        nature=entry_with("nature").choice("nature", NATURES, "flow"),
        higher_is=entry_with("higher_is").choice("higher_is", HIGHER_IS, "neutral"),
        editions=row.editions & column.editions,
        signed=entry_with("signed").flag("signed"),
        line=of_row.line,
    )


def _across(rule: ConfigNode, block: Block, names: Collection[str]) -> Iterator[dict[str, str]]:
    """Yield the ids of the cells of a rule by their names on its axis, once for every line of the other axis."""
    along = rule.choice("along", (ROWS, COLUMNS))
    own, other = (block.rows, block.columns) if along == ROWS else (block.columns, block.rows)
    for name in names:
        if name not in {line.id for line in own}:
            rule.refuse(f"{name!r} is none of the {along} of the block {block.id!r}")
    for line in other:
        keys = {name: (name, line.id) if along == ROWS else (line.id, name) for name in names}
        yield {name: block.cells[key].id for name, key in keys.items() if key in block.cells}


def _sums(rule: ConfigNode, block: Block) -> Iterator[Sum]:
    rule.check_keys(["id", "along", "parts", "whole"])
    parts, whole = rule.texts("parts"), rule.texts("whole")
    own = block.rows if rule.values["along"] == ROWS else block.columns
    for ids in _across(rule, block, (*parts, *whole)):
        replaced: dict[str, tuple[str, ...]] = {}
        for line in own:
            if line.instead_of in ids and line.id in ids:
                old = ids[str(line.instead_of)]
                replaced[old] = (*replaced.get(old, ()), ids[line.id])
        yield Sum(
            rule.text("id"),
            tuple(ids[name] for name in parts if name in ids),
            tuple(ids[name] for name in whole if name in ids),
            replaced,
        )


def _carries(rule: ConfigNode, block: Block) -> Iterator[Carry]:
    rule.check_keys(["id", "along", "from", "to"])
    earlier, later = rule.text("from"), rule.text("to")
    for ids in _across(rule, block, (earlier, later)):
        yield Carry(rule.text("id"), ids[earlier], ids[later])


def _stocks(rule: ConfigNode, block: Block) -> Iterator[Stock]:
    rule.check_keys(["id", "along", "stock", "more", "less"])
    stock, more, less = rule.text("stock"), rule.texts("more"), rule.texts("less")
    for ids in _across(rule, block, (stock, *more, *less)):
        yield Stock(rule.text("id"), ids[stock], tuple(ids[n] for n in more), tuple(ids[n] for n in less))
