"""Read a web page: find the element that holds the report, and return its text as lines.

White space of the source means nothing in HTML, so it is removed before parsing. Then newlines are put at the ends of
blocks and tabs at the ends of table cells, and one call in C returns the text in order, however deep the tags are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from lxml import etree

from nianbao.documents.html.marks import remove_footnote_marks
from nianbao.documents.html.parts import join_parts
from nianbao.documents.html.tables import ROW_MARK, flatten_tables
from nianbao.documents.html.tree import NO_TEXT, elements, markup_of, names_of, parse, parse_markup, string, text_length
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.page import Page, PageInfo
from nianbao.documents.page_labels import read_labels
from nianbao.documents.tables import RowLine
from nianbao.documents.text.characters import clean_references
from nianbao.documents.text.decode import decode
from nianbao.documents.text.lines import normalize_spaces

_BLOCKS = (
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "thead", "tfoot", "tr", "ul", "caption", "ucapcontent", "body", "html",
)  # fmt: skip
# Elements other than paragraphs that may hold running text directly.
_BOXES = frozenset(("div", "td", "span", "pre", "section", "article", "li", "font", "center", "body"))
_RSS_MARK = re.compile(r"<!--\s{0,9}ZJEG_RSS\.content\.(begin|end)\s{0,9}-->")
_BEGIN_MARK, _END_MARK = "\ufdd1", "\ufdd2"  # put around the text of the container; noncharacters
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FIND_FURNITURE = etree.XPath(".//*[@class or @id or @hidden or contains(@style,'none') or contains(@style,'hidden')]")
_SENTENCE = re.compile("[。！？；]")
# Sentences of reports have about fifty characters; a footer or a menu with a sentence in it has more per sentence.
_MAX_CHARACTERS_PER_SENTENCE = 150
_MIN_DATA_DIGITS = 12  # in a data table
_MAX_LINKED_SHARE = 0.25  # of the characters of running text
_FRAME = re.compile(
    r"<i?frame\b[^<>]{0,500}?\bsrc\s{0,9}=\s{0,9}[\"']?([^\"'\s<>.]{1,500}\.[^\"'\s<>]{1,500})", re.IGNORECASE
)
_APP_SHELL = re.compile(  # an empty element that a script fills
    r"<div[^<>]{0,500}\bid\s{0,9}=\s{0,9}[\"']?(?:app|root|__next|__nuxt)[\"']?[^<>]{0,500}>"
    r"\s{0,500}(?:<!--[^<>]{0,2000}-->\s{0,500})?</div>",
    re.IGNORECASE,
)
_CHALLENGE = re.compile("正在验证|请稍候|安全验证|访问验证|document\\.cookie")
# Names of <meta> elements: the standard of government sites first, then those that others use.
_META_TITLE = ("articletitle", "og:title", "dc.title")
_META_TIME = ("pubdate", "publishdate", "publish_date", "publishtime", "firstpublishedtime", "article:published_time")
_META_SOURCE = ("contentsource", "source", "author")
_ABOVE_LINES = 40
_ABOVE_RAW_LINES = 400  # most of them are empty


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of `containers.yaml`.

    Attributes:
        names: The group of each id or class, in small letters.
        tags: The group of each element name.
        generic: The last group, with names that do not identify a content system.
        min_length: The fewest characters of a container.
        furniture: Ids and classes of parts of the page inside a container.
        max_furniture_length: The most characters of such a part.
    """

    names: dict[str, int]
    tags: dict[str, int]
    generic: int
    min_length: int
    furniture: frozenset[str]
    max_furniture_length: int


def read_html(data: bytes) -> Page:
    """Return the lines of the report in a web page, and what the labels of the page say.

    Raises:
        UnreadableDocument: The page holds no text.
    """
    decoded = decode(data)
    source = clean_references(decoded.text)
    markup = markup_of(source)
    root = parse_markup(markup)
    if root is None:
        raise UnreadableDocument("the page has no readable element; save the page again as the browser shows it")
    metas = _metas(root)
    title = (root.findtext(".//title") or "").strip()
    heading = next((text for h1 in root.iter("h1") if 6 <= len(text := normalize_spaces(string(h1))) <= 120), None)
    marked = _between_rss_marks(source)
    article = parse(marked) if marked else None
    lowered = markup.lower()
    remove_footnote_marks(root, lowered)
    if article is not None and len(string(article)) >= _rules().min_length:
        remove_footnote_marks(article, lowered)
        above = _text(root, None)[0].replace(ROW_MARK, "").split("\n")
        lines, is_known = _lines(*_text(article, None)), True
    else:
        # Faster than a query, and both the search for the container and that for its other parts use them.
        named = [element for element in root.iter(etree.Element) if element.get("id") or element.get("class")]
        container, is_known = _find_container(root, named)
        if container is None:
            raise UnreadableDocument(_why_empty(source))
        join_parts(container, root, named, _rules().names, _rules().furniture)
        text, rows = _text(root, container)
        before, inside = _split_at_marks(text)
        above, lines = before.split("\n"), _lines(inside, rows)
    if not lines:
        raise UnreadableDocument(_why_empty(source))
    lines_above = _lines("\n".join(above[-_ABOVE_RAW_LINES:]))[-_ABOVE_LINES:]
    return Page(lines, decoded.encoding, _page_info(metas, title, heading, lines_above), is_known, decoded.n_undecoded)


def read_fragment(data: bytes) -> list[str]:
    """Return the lines of a web page that is embedded in another document: all of its text."""
    source = clean_references(decode(data).text)
    markup = markup_of(source)
    root = parse_markup(markup)
    if root is None:
        return []
    remove_footnote_marks(root, markup.lower())
    return _lines(*_text(root, None))


def _between_rss_marks(source: str) -> str:
    """Return what is between the comments that mark an article, all of its parts; empty if it is not marked."""
    parts: list[str] = []
    start: int | None = None
    for mark in _RSS_MARK.finditer(source):
        if mark[1] == "begin" and start is None:
            start = mark.end()
        elif mark[1] == "end" and start is not None:
            parts.append(source[start : mark.start()])
            start = None
    return "\n".join(parts)


def _find_container(root: etree._Element, named: Sequence[etree._Element]) -> tuple[etree._Element | None, bool]:
    """Return the element that holds the report, and whether a name of a content system identifies it.

    Without such a name it is the element with the densest sentences.
    """
    rules = _rules()
    by_group: dict[int, list[tuple[int, etree._Element]]] = {}
    for element in named:
        names = names_of(element)
        if not names.isdisjoint(rules.names):
            group = min(rules.names[name] for name in names if name in rules.names)
            by_group.setdefault(group, []).append((text_length(element), element))
    for tag, group in rules.tags.items():
        for element in root.iter(tag):
            by_group.setdefault(group, []).append((text_length(element), element))
    for group in sorted(by_group):
        length, element = max(by_group[group], key=lambda pair: pair[0])
        if length < rules.min_length or (group == rules.generic and not _is_text(element)):
            continue
        wider = [
            outer
            for outer_length, outer in (
                pair for later in sorted(by_group) if group < later < rules.generic for pair in by_group[later]
            )
            if outer_length > 1.3 * length and _is_text(outer) and element in outer.iterdescendants()
        ]
        return (wider[0] if wider else element), group != rules.generic
    return _densest_element(root), False


def _densest_element(root: etree._Element) -> etree._Element | None:
    """Return the element with most sentences in its own paragraphs, widened while parents add mainly sentences."""
    scores: dict[etree._Element, float] = {}
    for block in root.iter("p", "br", *_BOXES):
        text = (block.tail or "") if block.tag == "br" else string(block) if block.tag == "p" else (block.text or "")
        holder = block if block.tag in _BOXES else block.getparent()
        if holder is not None and len(text) > 20 and _SENTENCE.search(text):
            scores[holder] = scores.get(holder, 0) + len(text)
            if (outer := holder.getparent()) is not None:  # for paragraphs in separate boxes
                scores[outer] = scores.get(outer, 0) + len(text) / 2
    if not scores:
        return None
    best = max(scores, key=lambda element: scores[element])
    while (parent := best.getparent()) is not None and parent.tag not in ("html",) and _adds_text(parent, best):
        best = parent
    return best if text_length(best) >= _rules().min_length else None


def _adds_text(parent: etree._Element, inner: etree._Element) -> bool:
    """Return whether a parent adds nothing, or mostly prose, to an inner element; data tables do not count."""
    n_added = n_prose = 0
    for child in parent:
        if child is inner or child.tag in NO_TEXT:
            continue
        text = string(child)
        n_linked = sum(len(string(link)) for link in child.iter("a"))
        n_own = len(text) - sum(len(string(table)) for table in child.iter("table") if _is_data(table))
        n_added += n_own
        n_prose += n_own if _is_prose(text) and n_linked < _MAX_LINKED_SHARE * len(text) else 0
    for text in (parent.text or "", *(child.tail or "" for child in parent)):
        n_added += len(text)
        n_prose += len(text) if _is_prose(text) else 0
    return 2 * n_prose >= n_added


def _is_data(table: etree._Element) -> bool:
    """Return whether a table holds data and does not lay out the page: it has digits, no links, no table."""
    if table.find(".//a") is not None or table.find(".//table") is not None:
        return False
    return sum(map(str.isdigit, string(table))) >= _MIN_DATA_DIGITS


def _is_prose(text: str) -> bool:
    return len(_SENTENCE.findall(text)) * _MAX_CHARACTERS_PER_SENTENCE >= len(text) > 0


def _is_text(element: etree._Element) -> bool:
    """Return whether an element holds running text: sentences, and few characters inside links."""
    text = string(element)
    n_linked = sum(len(string(link)) for link in element.iter("a"))
    return len(_SENTENCE.findall(text)) >= 2 and n_linked < _MAX_LINKED_SHARE * max(1, len(text) - text.count(" "))


def _text(root: etree._Element, container: etree._Element | None) -> tuple[str, list[RowLine]]:
    """Return the text of a page and the rows of the data tables in the container; modifies the tree.

    The text has newlines between blocks, tabs between cells, and marks around the container and before each row.
    """
    etree.strip_elements(root, *NO_TEXT, with_tail=False)
    scope = container if container is not None else root
    for element in list(_furniture(scope)):
        _remove(element)
    rows = flatten_tables(scope)
    if container is not None:
        for cell in root.iter("td", "th"):
            if not cell.tail or cell.tail.isspace():
                cell.tail = "\t"
    for block in root.iter(*_BLOCKS):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    for line_break in root.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    if container is not None:
        container.text = _BEGIN_MARK + (container.text or "")
        container.tail = _END_MARK + (container.tail or "")
    return string(root) + (root.tail or "" if container is root else ""), rows


def _furniture(container: etree._Element) -> Iterator[etree._Element]:
    """Yield the hidden elements and the share, print and link blocks inside the container."""
    rules = _rules()
    for element in elements(_FIND_FURNITURE, container):
        style = element.get("style")
        if (style and ("none" in style or "hidden" in style) and _HIDDEN.search(style)) or element.get(
            "hidden"
        ) is not None:
            yield element
            continue
        if not rules.furniture.isdisjoint(names_of(element)):
            text = string(element)
            if len(text) <= rules.max_furniture_length and len(_SENTENCE.findall(text)) < 2:
                yield element


def _remove(element: etree._Element) -> None:
    """Remove an element but not the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _split_at_marks(text: str) -> tuple[str, str]:
    """Return the text before the container, and the text in it."""
    before, _, rest = text.partition(_BEGIN_MARK)
    return before, rest.partition(_END_MARK)[0]


def _lines(text: str, rows: Sequence[RowLine] = ()) -> list[str]:
    """Return the lines that are not empty; lines of table rows are taken from `rows`."""
    if not rows:
        return [line for raw in text.split("\n") if (line := normalize_spaces(raw))]
    lines: list[str] = []
    remaining = iter(rows)
    for raw in text.split("\n"):
        line = normalize_spaces(raw.replace(ROW_MARK, ""))
        if ROW_MARK in raw and line:
            row = next(remaining, None)
            # A line with text between its cells, or with a mark that the page itself contains, is not a row.
            lines.append(row if row is not None and row == line else line)
        elif line:
            lines.append(line)
    return lines


def _page_info(metas: dict[str, str], title: str, heading: str | None, above: list[str]) -> PageInfo:
    labels = read_labels(above)

    def meta(names: tuple[str, ...]) -> str | None:
        return next((metas[name] for name in names if name in metas), None)

    return PageInfo(
        title=meta(_META_TITLE[:1]) or labels.title or meta(_META_TITLE[1:]) or heading or title or None,
        published=meta(_META_TIME) or labels.posted,
        signed=labels.signed,
        source=meta(_META_SOURCE[:1]) or labels.publisher or meta(_META_SOURCE[1:]),
        site=metas.get("sitename"),
        document_number=labels.number,
        above=tuple(above),
    )


def _metas(root: etree._Element) -> dict[str, str]:
    """Return the contents of the <meta> elements by name in small letters; the first that is not empty counts."""
    metas: dict[str, str] = {}
    for element in root.iter("meta"):
        name, content = element.get("name") or element.get("property"), (element.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.lower(), content)
    return metas


def _why_empty(source: str) -> str:
    """Return why a page holds no report, and how to get it."""
    if len(source) < 20_000 and _CHALLENGE.search(source):
        return (
            "the page is a browser check (正在验证), not a report; save the page of the report in a browser and run "
            "`nianbao ingest`"
        )
    if frame := _FRAME.search(source):
        return f"the page only frames another page, {frame[1][:200]}; fetch or save that page"
    if re.search(r"href=[\"'][^\"']+\.(?:pdf|docx?|wps|ofd|ceb)\b", source, re.IGNORECASE):
        return "the page holds no text, only a file to download; fetch that file"
    if _APP_SHELL.search(source):
        return (
            "the page is empty until a script fills it; open it in a browser, save it, and import it with "
            "`nianbao ingest`"
        )
    return "the page holds no running text: it is navigation or a list of links; save the page of the report itself"


@cache
def _rules() -> _Rules:
    """Load the rules of `containers.yaml`; raise KeyError if a part is missing."""
    data = yaml.safe_load(files(__package__).joinpath("containers.yaml").read_text(encoding="utf-8"))
    names: dict[str, int] = {}
    tags: dict[str, int] = {}
    for group, entry in enumerate(data["containers"]):
        names |= {name.lower(): group for name in entry["names"]}
        tags |= {tag.lower(): group for tag in entry.get("tags", ())}
    furniture = data["furniture"]
    return _Rules(
        names=names,
        tags=tags,
        generic=len(data["containers"]) - 1,
        min_length=int(data["min_length"]),
        furniture=frozenset(name.lower() for name in furniture["names"]),
        max_furniture_length=int(furniture["max_length"]),
    )
