"""Read a Word document (docx): paragraphs with automatic numbers, and tables with merged cells.

lxml parses the XML of the archive without resolving entities, and parts that are too large are not decompressed.
"""

from __future__ import annotations

import email
import posixpath
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from weakref import WeakKeyDictionary
from zipfile import BadZipFile, ZipFile

from lxml import etree

from nianbao.documents.html.reader import read_fragment
from nianbao.documents.media_types import RTF_SIGNATURE, ZIP_SIGNATURE
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.page import Page
from nianbao.documents.tables import MAX_COLUMNS, MAX_LONE_CELL_LENGTH, Grid, GridCell, cell_text, row_lines
from nianbao.documents.text.characters import clean_characters
from nianbao.documents.text.decode import decode
from nianbao.documents.text.footnote_marks import CONTEXT_LENGTH, replace_raised
from nianbao.documents.text.lines import lines_of, normalize_spaces
from nianbao.documents.word.numbering import Numbering

MAX_UNPACKED_BYTES = 500_000_000  # of all parts, as the archive states
MAX_PARTS = 20_000
MAX_XML_BYTES = 60_000_000  # of one part
MAX_ELEMENTS = 3_000_000  # of all parts that are read
MAX_CHUNK_DEPTH = 3  # of documents embedded in documents
MAX_TABLE_DEPTH = 50  # of tables in tables
_CONTAINERS = frozenset(
    ("body", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "Choice", "txbxContent")
)
_elements_read: WeakKeyDictionary[ZipFile, int] = WeakKeyDictionary()
_NO_TEXT = frozenset(
    ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr", "Fallback", "tbl", "txbxContent", "annotationRef")
)


def read_docx(data: bytes, depth: int = 0) -> Page:
    """Return the lines of a Word document, its notes last; `depth` counts the documents that it is embedded in.

    Raises:
        UnreadableDocument: The file is not a Word document, or it is broken, protected or too large.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _read(archive, depth)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        # NotImplementedError: unknown compression. RuntimeError: a part is encrypted.
        raise UnreadableDocument(
            f"the Word document (docx) is broken or encrypted ({error}); open it in Word and save it again"
        ) from error


def _read(archive: ZipFile, depth: int) -> Page:
    infos = archive.infolist()
    n_bytes = sum(info.file_size for info in infos)
    if n_bytes > MAX_UNPACKED_BYTES or len(infos) > MAX_PARTS:
        raise UnreadableDocument(
            f"the Word document would unpack to {n_bytes / 1e6:.0f} MB in {len(infos)} parts; the limit is "
            f"{MAX_UNPACKED_BYTES / 1e6:.0f} MB in {MAX_PARTS}; save its text as a new file"
        )
    main = _main_part(archive)
    body = _part(archive, main)
    if body is None:
        raise UnreadableDocument("the file is a ZIP archive but no Word document (docx); unpack it and use its files")
    folder = main.rpartition("/")[0]
    numbering = Numbering(_part(archive, f"{folder}/numbering.xml"), _part(archive, f"{folder}/styles.xml"))
    for chunk in list(body.iter("{*}altChunk")):
        _insert_chunk(archive, main, chunk, depth)
    lines = list(_block_lines(body, numbering, 0))
    for part in ("footnotes", "endnotes"):
        notes = _part(archive, f"{folder}/{part}.xml")
        for note in notes if notes is not None else ():
            if _attribute(note, "type") is None:  # others are separator lines
                lines += _block_lines(note, numbering, 0)
    return Page(lines, "utf-8")


def _insert_chunk(archive: ZipFile, main: str, chunk: etree._Element, depth: int) -> None:
    """Give the element of an embedded file the lines of that file as its children.

    Raises:
        UnreadableDocument: The file is of a type that is not read, or is embedded too deep.
    """
    folder, _, name = main.rpartition("/")
    relationships = _part(archive, f"{folder}/_rels/{name}.rels")
    chunk_id = _attribute(chunk, "id")
    for relationship in relationships if relationships is not None else ():
        if relationship.get("Id") == chunk_id:
            target = relationship.get("Target") or ""
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            break
    else:
        raise UnreadableDocument("the Word document embeds a file (altChunk) that it lacks; save it again in Word")
    if path not in archive.NameToInfo:
        raise UnreadableDocument(f"the Word document embeds {path} (altChunk) but lacks it; save it again in Word")
    with archive.open(path) as file:
        data = file.read(MAX_XML_BYTES + 1)
    if depth >= MAX_CHUNK_DEPTH or len(data) > MAX_XML_BYTES:
        raise UnreadableDocument(f"{path} in the Word document is embedded too deep or too large; save it as a file")
    for line in _chunk_lines(data, path, depth):
        etree.SubElement(chunk, "line").text = line


def _chunk_lines(data: bytes, path: str, depth: int) -> list[str]:
    """Return the lines of an embedded file: docx, a web page (also as MHTML), or text."""
    if data.startswith(ZIP_SIGNATURE):
        return [str(line) for line in read_docx(data, depth + 1).lines]
    extension = path.rpartition(".")[2].lower()
    if extension in ("mht", "mhtml") or data[:200].lower().startswith((b"mime-version:", b"from:")):
        message = email.message_from_bytes(data)
        pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "text/plain")]
        data = b"".join(bytes(part.get_payload(decode=True) or b"") for part in pages[:1])
        extension = "htm" if pages and pages[0].get_content_type() == "text/html" else "txt"
    if extension in ("htm", "html", "xhtml") or b"<html" in data[:2048].lower():
        return read_fragment(data)
    if data.lstrip().startswith(RTF_SIGNATURE):
        from nianbao.documents.word.office import read_office  # which reads what it converts by this module

        try:
            return [str(line) for line in read_office(data).lines]
        except UnreadableDocument as error:
            raise UnreadableDocument(f"the Word document embeds {path} (altChunk): {error}") from error
    if extension == "txt":
        return lines_of(decode(data).text)
    raise UnreadableDocument(
        f"the Word document embeds {path} (altChunk), which is not read; open it in Word and save it again"
    )


def _main_part(archive: ZipFile) -> str:
    relationships = _part(archive, "_rels/.rels")
    for relationship in relationships if relationships is not None else ():
        if (relationship.get("Type") or "").endswith("/officeDocument"):
            return (relationship.get("Target") or "").lstrip("/")
    return "word/document.xml"


def _part(archive: ZipFile, name: str) -> etree._Element | None:
    """Return the XML of a part; None if the archive does not have it."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    with archive.open(info) as file:
        source = file.read(MAX_XML_BYTES + 1)
    if len(source) > MAX_XML_BYTES:
        raise UnreadableDocument(
            f"{name} in the Word document is larger than {MAX_XML_BYTES / 1e6:.0f} MB; save its text as a new file"
        )
    _elements_read[archive] = _elements_read.get(archive, 0) + source.count(b"<")
    if _elements_read[archive] > MAX_ELEMENTS:
        raise UnreadableDocument(
            f"the Word document has more than {MAX_ELEMENTS} elements up to {name}; save its text as a new file"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(
            f"{name} in the Word document is invalid XML ({error}); save it again in Word"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument(f"{name} in the Word document declares a DTD, which Word never does; save it again")
    return root


def _block_lines(parent: etree._Element, numbering: Numbering, depth: int) -> Iterator[str]:
    """Yield the lines of the paragraphs and tables under an element, in order."""
    for child in parent:
        name = _name(child)
        if name == "p":
            yield from _paragraph_lines(child, numbering)
            for box in _text_boxes(child):
                yield from _block_lines(box, numbering, depth)
        elif name == "tbl":
            yield from _table_lines(child, numbering, depth + 1)
        elif name == "altChunk":
            yield from (line.text or "" for line in child)
        elif name in _CONTAINERS or (name == "AlternateContent"):
            yield from _block_lines(child, numbering, depth)


def _paragraph_lines(paragraph: etree._Element, numbering: Numbering) -> list[str]:
    style = _value(paragraph, "pPr", "pStyle") or ""
    if style.upper().startswith("TOC"):
        return []  # the table of contents repeats the headings
    text = _without_marks(list(_visible_text(paragraph, numbering)))
    if not text.strip():
        return []
    return [line for raw in (numbering.label(paragraph, style) + text).split("\n") if (line := normalize_spaces(raw))]


class _Raised(str):
    """Text that is printed above the line: the mark of a footnote, or an exponent."""

    __slots__ = ()


def _without_marks(parts: list[str]) -> str:
    """Return the text of a paragraph without the marks of footnotes."""
    if not any(isinstance(part, _Raised) for part in parts):
        return "".join(parts)
    text = ""
    index = 0
    while index < len(parts):
        start = index
        while index < len(parts) and isinstance(parts[index], _Raised):
            index += 1
        if index > start:
            after = next((part for part in parts[index:] if part), "")
            text += replace_raised(text[-CONTEXT_LENGTH:].rstrip(), "".join(parts[start:index]), after.lstrip())
        else:
            text += parts[index]
            index += 1
    return text


def _visible_text(parent: etree._Element, numbering: Numbering) -> Iterator[str]:
    """Yield the text of a paragraph, without deleted and hidden text and without text boxes."""
    for child in parent:
        name = _name(child)
        if name == "t":
            yield clean_characters(child.text or "")
        elif name in ("br", "cr"):
            yield "\n"
        elif name in ("tab", "ptab"):
            yield " "
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "r" and _is_hidden(child):
            continue
        elif name == "r" and _is_raised(child, numbering):
            yield _Raised("".join(_visible_text(child, numbering)))
        elif len(child) and name not in _NO_TEXT:
            yield from _visible_text(child, numbering)


def _is_hidden(run: etree._Element) -> bool:
    properties = _child(run, "rPr")
    hidden = _child(properties, "vanish") if properties is not None else None
    return hidden is not None and _attribute(hidden, "val") not in ("0", "false", "off")


def _is_raised(run: etree._Element, numbering: Numbering) -> bool:
    """Return whether a run is printed above the line, by its own properties or by its style."""
    properties = _child(run, "rPr")
    if properties is None:
        return False
    alignment = _value(properties, "vertAlign")
    if alignment is not None:
        return alignment == "superscript"
    raised_by = _value(properties, "position") or ""
    style = _value(properties, "rStyle")
    return (raised_by.isdigit() and int(raised_by[:6]) > 0) or (style is not None and numbering.is_raised(style))


def _text_boxes(paragraph: etree._Element) -> list[etree._Element]:
    """Return the text boxes of a paragraph, each once: Word writes them a second time for old readers."""
    return [
        box
        for box in paragraph.iter("{*}txbxContent")
        if not any(_name(outer) in ("Fallback", "txbxContent") for outer in _ancestors(box, paragraph))
    ]


def _ancestors(element: etree._Element, root: etree._Element) -> Iterator[etree._Element]:
    parent = element.getparent()
    while parent is not None and parent is not root:
        yield parent
        parent = parent.getparent()


@dataclass(slots=True)
class _TableRow:
    """A row.

    Attributes:
        cells: Its cells; empty if it is not a row of data.
        continued: For each cell, whether it continues the cell above.
        lines: Its text as lines, for a table that is not data.
    """

    cells: list[GridCell]
    continued: list[bool]
    lines: list[str]


def _table_lines(table: etree._Element, numbering: Numbering, depth: int) -> list[str]:
    """Return the lines of a table; its rows of data know their cells."""
    rows = [_table_row(row, number, numbering, depth) for number, row in enumerate(_descend(table, "tr"))]
    if max((len(row.cells) for row in rows), default=0) < 2:
        return [line for row in rows for line in row.lines]
    grid = Grid(n_rows=len(rows))
    last_cells: dict[int, int] = {}  # first column -> index of the last cell there
    for row in rows:
        for cell, continued in zip(row.cells, row.continued, strict=True):
            above = last_cells.get(cell.column)
            if continued and above is not None and _ends_above(grid.cells[above], cell):
                grid.cells[above] = replace(grid.cells[above], row_span=grid.cells[above].row_span + 1)
            else:
                last_cells[cell.column] = len(grid.cells)
                grid.cells.append(cell)
            grid.n_columns = max(grid.n_columns, cell.column + cell.column_span)
    if grid.n_columns > MAX_COLUMNS:
        return [line for row in rows for line in row.lines]
    grid_lines = {line.number: line for line in row_lines(grid)}
    lines: list[str] = []
    for number, row in enumerate(rows):
        if number in grid_lines:
            lines.append(grid_lines[number])
        elif not row.cells:
            lines += row.lines
    return lines


def _ends_above(upper: GridCell, lower: GridCell) -> bool:
    return upper.row + upper.row_span == lower.row and upper.column_span == lower.column_span


def _descend(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Yield the child elements with a name, also those inside containers."""
    for child in parent:
        name = _name(child)
        if name == wanted:
            yield child
        elif name in _CONTAINERS:
            yield from _descend(child, wanted)


def _table_row(row: etree._Element, number: int, numbering: Numbering, depth: int) -> _TableRow:
    properties = _child(row, "trPr")
    header = properties is not None and _child(properties, "tblHeader") is not None
    column = _number(_value(row, "trPr", "gridBefore"), 0)
    cells: list[GridCell] = []
    continued: list[bool] = []
    row_text: list[str] = []
    nested = False
    for cell in _descend(row, "tc"):
        lines = list(_block_lines(cell, numbering, depth)) if depth < MAX_TABLE_DEPTH else []
        row_text += lines
        nested = nested or next(cell.iter("{*}tbl"), None) is not None
        width = max(1, _number(_value(cell, "tcPr", "gridSpan"), 1))
        merge = _child(_child(cell, "tcPr"), "vMerge")
        cells.append(GridCell(number, column, 1, width, cell_text("\n".join(lines)), header))
        continued.append(merge is not None and _attribute(merge, "val") in (None, "continue"))
        column += width
    is_framed_text = len(cells) == 1 and len(cells[0].text) > MAX_LONE_CELL_LENGTH
    return _TableRow([], [], row_text) if nested or is_framed_text else _TableRow(cells, continued, row_text)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next((child for child in element if _name(child) == name), None)


def _attribute(element: etree._Element, name: str) -> str | None:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def _value(element: etree._Element, *path: str) -> str | None:
    """Return the `val` of the descendant at a path; None if there is none."""
    current: etree._Element | None = element
    for name in path:
        current = _child(current, name)
    return None if current is None else _attribute(current, "val")


def _number(value: str | None, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else default
