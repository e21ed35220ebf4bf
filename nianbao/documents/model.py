"""What reading yields: a document, its sections, tables and metadata. Every offset is an offset into its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from schemas.families import Family as Family


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A government's territory as in GB/T 2260.

    Attributes:
        code: The six-digit code, `441800`.
        name: The official name, 清远市.
        level: `province`, `city` or `county`.
        province_name: The province that it belongs to, 广东省; None for a province.
    """

    code: str
    name: str
    level: str
    province_name: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """Who reports within a jurisdiction.

    Attributes:
        kind: One of `BODY_KINDS`, `government` or `department`.
        slug: A word that identifies it within the jurisdiction, `sfj`; empty for the government.
        name: Its name without the jurisdiction's, 司法局; empty for the government.
        acts_for_government: It reports on behalf of the whole government.
    """

    kind: str
    slug: str
    name: str
    acts_for_government: bool


GOVERNMENT = Body("government", "", "", acts_for_government=True)


class Problem(NamedTuple):
    """Why it cannot be decided who reports: `body_unknown` or `place_ambiguous`, and the reason with the fix."""

    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the text.

    Attributes:
        path: The numbers of the headings that contain it, `一/（二）/三是`.
        level: The number of parts of `path`.
        heading: The heading without its number.
        start: The offset of its first character.
        end: The offset after its last character.
    """

    path: str
    level: int
    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the report says about itself; a field is None if it does not say.

    Attributes:
        family: The report family.
        jurisdiction: The territory of the government that reports, or that the body belongs to.
        body: Who reports within the jurisdiction.
        problem: Why the jurisdiction is None although the document names who reports.
        issuer: The body that signs, as printed.
        title: The title as printed.
        document_number: The number of the document, 云府〔2020〕2号.
        issued_on: The date of signature.
        published_at: When the page was posted.
        report_year: The year that the report reviews, or the last of them.
        covers_from: The first year that it reviews.
        covers_beyond: It also reviews months after `report_year`.
    """

    family: Family | None = None
    jurisdiction: Jurisdiction | None = None
    body: Body = GOVERNMENT
    problem: Problem | None = None
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
    """What is known about a document before it is read; a field is None if the document is to say it.

    Attributes:
        family: The report family.
        jurisdiction: A name (深圳市罗湖区) or a GB/T 2260 code.
        body: The body that reports, by name (司法局) or slug (sfj), unless it is the government.
        title: The title.
        year: The year that the report reviews.
        delivered: The year or date of delivery or publication, `2020` or `2020-01-16`.
    """

    family: Family | None = None
    jurisdiction: str | None = None
    body: str | None = None
    title: str | None = None
    year: int | None = None
    delivered: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; a merged cell is listed once, at its upper left position.

    Attributes:
        row: The index of its first row, from 0.
        column: The index of its first column, from 0.
        row_span: The number of rows that it covers.
        column_span: The number of columns that it covers.
        text: `Document.text[start:end]`; empty for an empty cell.
        start: The offset of its first character.
        end: The offset after its last character; equals `start` for an empty cell.
        header: The file marks it as a heading.
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
    """A table of a document.

    A table that the file splits (over pages, or in its markup) is one Table. Heading rows that the second part repeats
    stay rows.

    Attributes:
        cells: The cells, ordered by row and column.
        n_rows: The number of rows.
        n_columns: The number of columns.
        start: The offset of its first line in the text.
        end: The offset after its last line.
    """

    cells: tuple[Cell, ...]
    n_rows: int
    n_columns: int
    start: int
    end: int

    def grid(self) -> tuple[tuple[Cell | None, ...], ...]:
        """Return `n_rows` rows of `n_columns` cells; a merged cell fills all its positions, None is a missing cell."""
        rows: list[list[Cell | None]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    rows[row][column] = cell
        return tuple(map(tuple, rows))


@dataclass(frozen=True, slots=True)
class HintConflict:
    """A field where the document contradicts its hint; the document's value is used.

    Attributes:
        field: The name of the field of `Hints`.
        given: The value of the hint.
        found: The value in the document.
    """

    field: str
    given: str
    found: str


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded report.

    Attributes:
        text: One paragraph per line, without white space inside Chinese text. All other characters are unchanged:
            full-width digits stay full-width.
        sections: The numbered parts of the text, in text order.
        metadata: What the report says about itself.
        encoding: The character encoding of the file.
        media_type: The media type that the bytes have.
        hint_conflicts: The hints that the document contradicts.
        tables: The tables, in text order.
        container_guessed: The page's content system is unknown, so its text was located by sentence density.
        n_undecoded: The number of U+FFFD that replace bytes of the file that are not in its encoding.
        n_unread_pages: The number of pages that are images and were not recognized.
        confidences: The confidence of each character of the text, 0 to 1; empty unless some were recognized in images.
    """

    text: str
    sections: tuple[Section, ...]
    metadata: Metadata
    encoding: str
    media_type: str
    hint_conflicts: tuple[HintConflict, ...] = field(default=())
    tables: tuple[Table, ...] = field(default=())
    container_guessed: bool = False
    n_undecoded: int = 0
    n_unread_pages: int = 0
    confidences: tuple[float, ...] = ()


class UnreadableDocument(Exception):
    """The bytes hold no readable report; the message says why and how to fix it."""
