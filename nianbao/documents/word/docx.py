"""Word documents (docx): their paragraphs with automatic numbers, and their tables with merged cells.

Read from the archive's XML by lxml: no entity is resolved, nothing is unpacked that is larger than a report can be.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.page import Page
from nianbao.documents.tables import LONGEST_ROW_OF_ONE, MOST_COLUMNS, Grid, GridCell, cell_text, rows_of
from nianbao.documents.text.lines import normalize_spaces
from nianbao.documents.word.numbering import Numbering

MOST_UNPACKED = 500_000_000  # bytes that all parts may say they have
MOST_PARTS = 20_000
MOST_XML = 60_000_000  # bytes of one part that is read
_INSIDE = frozenset(("body", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "Choice", "txbxContent"))
_NO_TEXT = frozenset(
    ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr", "Fallback", "tbl", "txbxContent", "annotationRef")
)


def read_docx(data: bytes) -> Page:
    """The lines of a Word document, footnotes last. Raises UnreadableDocument for what is none, or too large."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _read(archive)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        # The last two: a compression that Python does not know, a part behind a password.
        raise UnreadableDocument(
            f"the Word document (docx) is broken or locked ({error}); open it in Word and save it again"
        ) from error


def _read(archive: ZipFile) -> Page:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED or len(infos) > MOST_PARTS:
        raise UnreadableDocument(
            f"the Word document would unpack to {unpacked / 1e6:.0f} MB in {len(infos)} parts, no report does "
            f"(at most {MOST_UNPACKED / 1e6:.0f} MB in {MOST_PARTS}); save its text as a file of its own"
        )
    main = _main_part(archive)
    body = _part(archive, main)
    if body is None:
        raise UnreadableDocument("the file is a ZIP archive, but no Word document (docx); unpack it and take its files")
    folder = main.rpartition("/")[0]
    numbering = Numbering(_part(archive, f"{folder}/numbering.xml"), _part(archive, f"{folder}/styles.xml"))
    lines = list(_blocks(body, numbering, 0))
    notes = _part(archive, f"{folder}/footnotes.xml")
    for note in notes if notes is not None else ():
        if _attribute(note, "type") is None:  # else the rule between text and notes
            lines += _blocks(note, numbering, 0)
    return Page(lines, "utf-8")


def _main_part(archive: ZipFile) -> str:
    links = _part(archive, "_rels/.rels")
    for link in links if links is not None else ():
        if (link.get("Type") or "").endswith("/officeDocument"):
            return (link.get("Target") or "").lstrip("/")
    return "word/document.xml"


def _part(archive: ZipFile, name: str) -> etree._Element | None:
    """A part's XML; None where the archive has none of that name."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    with archive.open(info) as packed:
        source = packed.read(MOST_XML + 1)
    if len(source) > MOST_XML:
        raise UnreadableDocument(
            f"{name} in the Word document has over {MOST_XML / 1e6:.0f} MB, no report has; save its text as a file"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(
            f"{name} in the Word document is broken XML ({error}); save it again in Word"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument(f"{name} in the Word document declares a DTD, which Word never does; save it again")
    return root


def _blocks(holder: etree._Element, numbering: Numbering, depth: int) -> Iterator[str]:
    """The lines of the paragraphs and tables under an element, in order."""
    for child in holder:
        name = _name(child)
        if name == "p":
            yield from _paragraph(child, numbering)
            for box in _boxes(child):
                yield from _blocks(box, numbering, depth)
        elif name == "tbl":
            yield from _table(child, numbering, depth + 1)
        elif name in _INSIDE or (name == "AlternateContent"):
            yield from _blocks(child, numbering, depth)


def _paragraph(paragraph: etree._Element, numbering: Numbering) -> list[str]:
    style = _value(paragraph, "pPr", "pStyle") or ""
    if style.upper().startswith("TOC"):
        return []  # the table of contents says again what the headings say
    typed = "".join(_typed(paragraph))
    if not typed.strip():
        return []
    return [line for raw in (numbering.label(paragraph, style) + typed).split("\n") if (line := normalize_spaces(raw))]


def _typed(holder: etree._Element) -> Iterator[str]:
    """The characters of a paragraph; what was deleted, hidden, or stands in a text box is none of them."""
    for child in holder:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in ("br", "cr"):
            yield "\n"
        elif name in ("tab", "ptab"):
            yield " "
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "r" and _is_hidden(child):
            continue
        elif len(child) and name not in _NO_TEXT:
            yield from _typed(child)


def _is_hidden(run: etree._Element) -> bool:
    properties = _child(run, "rPr")
    hidden = _child(properties, "vanish") if properties is not None else None
    return hidden is not None and _attribute(hidden, "val") not in ("0", "false", "off")


def _boxes(paragraph: etree._Element) -> list[etree._Element]:
    """The text boxes that hang on a paragraph, each once: Word writes them a second time for old readers."""
    return [
        box
        for box in paragraph.iter("{*}txbxContent")
        if not any(_name(outer) in ("Fallback", "txbxContent") for outer in _outer(box, paragraph))
    ]


def _outer(element: etree._Element, upto: etree._Element) -> Iterator[etree._Element]:
    parent = element.getparent()
    while parent is not None and parent is not upto:
        yield parent
        parent = parent.getparent()


@dataclass(slots=True)
class _TableRow:
    """A row: its cells if it is one of data, and the lines that stand for it if not."""

    cells: list[GridCell]
    goes_on: list[bool]
    blocks: list[str]


def _table(table: etree._Element, numbering: Numbering, depth: int) -> list[str]:
    """The lines of a table; its rows of data know their cells."""
    rows = [_table_row(row, at, numbering, depth) for at, row in enumerate(_rows(table))]
    if max((len(row.cells) for row in rows), default=0) < 2:
        return [line for row in rows for line in row.blocks]
    grid = Grid(n_rows=len(rows))
    open_at: dict[int, int] = {}  # the last cell of a column, by the column that it begins in
    for row in rows:
        for spot, goes_on in zip(row.cells, row.goes_on, strict=True):
            above = open_at.get(spot.column)
            if goes_on and above is not None and _ends_above(grid.spots[above], spot):
                merged = grid.spots[above]
                grid.spots[above] = GridCell(
                    merged.row, merged.column, merged.row_span + 1, merged.column_span, merged.text, merged.header
                )
            else:
                open_at[spot.column] = len(grid.spots)
                grid.spots.append(spot)
            grid.n_columns = max(grid.n_columns, spot.column + spot.column_span)
    if grid.n_columns > MOST_COLUMNS:
        return [line for row in rows for line in row.blocks]
    lines = {line.number: line for line in rows_of(grid)}
    return [line for at, row in enumerate(rows) for line in ([lines[at]] if at in lines else _rest(row))]


def _rest(row: _TableRow) -> list[str]:
    return [] if row.cells else row.blocks


def _ends_above(upper: GridCell, lower: GridCell) -> bool:
    return upper.row + upper.row_span == lower.row and upper.column_span == lower.column_span


def _rows(holder: etree._Element) -> Iterator[etree._Element]:
    for child in holder:
        name = _name(child)
        if name == "tr":
            yield child
        elif name in _INSIDE:
            yield from _rows(child)


def _cells(holder: etree._Element) -> Iterator[etree._Element]:
    for child in holder:
        name = _name(child)
        if name == "tc":
            yield child
        elif name in _INSIDE:
            yield from _cells(child)


def _table_row(row: etree._Element, number: int, numbering: Numbering, depth: int) -> _TableRow:
    properties = _child(row, "trPr")
    header = properties is not None and _child(properties, "tblHeader") is not None
    column = _number(_value(row, "trPr", "gridBefore"), 0)
    spots: list[GridCell] = []
    goes_on: list[bool] = []
    blocks: list[str] = []
    nested = False
    for cell in _cells(row):
        lines = list(_blocks(cell, numbering, depth)) if depth < 50 else []
        blocks += lines
        nested = nested or next(cell.iter("{*}tbl"), None) is not None
        width = max(1, _number(_value(cell, "tcPr", "gridSpan"), 1))
        merge = _child(_child(cell, "tcPr"), "vMerge")
        continued = merge is not None and _attribute(merge, "val") in (None, "continue")
        spots.append(GridCell(number, column, 1, width, cell_text("\n".join(lines)), header))
        goes_on.append(continued)
        column += width
    lone = len(spots) == 1 and len(spots[0].text) > LONGEST_ROW_OF_ONE
    return _TableRow([], [], blocks) if nested or lone else _TableRow(spots, goes_on, blocks)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next((child for child in element if _name(child) == name), None)


def _attribute(element: etree._Element, name: str) -> str | None:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def _value(element: etree._Element, *path: str) -> str | None:
    """The `val` of the element down the path; None where there is none."""
    found: etree._Element | None = element
    for name in path:
        found = _child(found, name)
    return None if found is None else _attribute(found, "val")


def _number(said: str | None, otherwise: int) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else otherwise
