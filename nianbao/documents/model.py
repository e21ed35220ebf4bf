"""What reading yields: a document is text with its sections and metadata, and every offset is into that text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from schemas.families import Family as Family


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A government's territory as GB/T 2260 names it: `441800`, 清远市, `city`, 广东省."""

    code: str
    name: str
    level: str
    province_name: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the text, half-open; `path` is `一/（二）/三是`, `level` counts its parts from 1."""

    path: str
    level: int
    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the report says of itself; None where it does not say, never a guess without a reason."""

    family: Family | None = None
    jurisdiction: Jurisdiction | None = None
    issuer: str | None = None
    title: str | None = None
    document_number: str | None = None
    issued_on: date | None = None
    published_at: datetime | None = None
    report_year: int | None = None
    covers_from: int | None = None
    covers_beyond: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """What a manifest may say of a document before it is read; None where it leaves the document to say it.

    `jurisdiction` is a name (深圳市罗湖区) or a GB/T 2260 code, `year` the year that the report reviews,
    `delivered` the year or date (`2020`, `2020-01-16`) that it was given to the congress or published.
    """

    family: Family | None = None
    jurisdiction: str | None = None
    title: str | None = None
    year: int | None = None
    delivered: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, at its upper left place; rows and columns count from 0, `text == Document.text[start:end]`.

    An empty cell has an empty text, and start == end where it stands. `header`: the page marks it as a heading.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    start: int
    end: int
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document: its cells by row and column, each once; `start` and `end` are those of its lines of text.

    A table that the file splits in two (over pages, or in the markup) is one Table; the rows of headings that its
    second part repeats stay rows.
    """

    cells: tuple[Cell, ...]
    n_rows: int
    n_columns: int
    start: int
    end: int

    def grid(self) -> tuple[tuple[Cell | None, ...], ...]:
        """A row of cells for every row, a merged cell in each of its places; None where the file has no cell."""
        places: list[list[Cell | None]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    places[row][column] = cell
        return tuple(map(tuple, places))


@dataclass(frozen=True, slots=True)
class HintConflict:
    """A field that the manifest gives one way and the document another; the document's value was taken."""

    field: str
    given: str
    found: str


@dataclass(frozen=True, slots=True)
class Document:
    """A snapshot decoded. `text` has paragraphs as lines and no white space inside Chinese text.

    Every other character of the report stands in it unchanged (full-width digits stay full-width). `by_density`: of a
    web page whose content system is not known; its text was found where the sentences are dense.
    """

    text: str
    sections: tuple[Section, ...]
    metadata: Metadata
    encoding: str
    media_type: str
    disagreements: tuple[HintConflict, ...] = field(default=())
    tables: tuple[Table, ...] = field(default=())
    by_density: bool = False


class UnreadableDocument(Exception):
    """The bytes are no report that can be read; the message says why and what would mend it."""
