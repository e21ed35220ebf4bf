"""Web pages: the report in them, as lines. Parsed by lxml, by BeautifulSoup only where lxml stopped half-way.

White space of the source means nothing in HTML, so it goes before the parse; afterwards a newline marks the end of a
block and a tab the end of a table cell, and one call in C gives the text in the right order, however deep the tags are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from lxml import etree

from nianbao.documents.html.tables import ROW_MARK, flatten_tables
from nianbao.documents.html.tree import NO_TEXT, elements, parse, string, text_length
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.page import Page, PageInfo
from nianbao.documents.page_labels import read_labels
from nianbao.documents.tables import Row
from nianbao.documents.text.decode import decode
from nianbao.documents.text.lines import normalize_spaces

_BLOCKS = (
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "thead", "tfoot", "tr", "ul", "caption", "ucapcontent", "body", "html",
)  # fmt: skip
# What may hold running text of its own, besides paragraphs.
_BOXES = ("div", "td", "span", "pre", "section", "article", "li", "font", "center", "body")
_RSS = re.compile(r"<!--\s*ZJEG_RSS\.content\.begin\s*-->(.*?)<!--\s*ZJEG_RSS\.content\.end\s*-->", re.DOTALL)
_BEGIN_MARK, _END_MARK = "\ufdd1", "\ufdd2"  # around the container's text; noncharacters
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FIND_NAMED = etree.XPath("//*[@id or @class]")
_FIND_STYLED = etree.XPath(".//*[@style or @hidden or @class or @id]")
_SENTENCE = re.compile("[。！？；]")
# Sentences of reports have some fifty characters; a footer or a menu with one in it has more to each.
_LONGEST_SENTENCE = 150
_LEAST_FIGURES = 12  # digits in a table that holds data
_FRAME = re.compile(r"<i?frame\b[^>]*\bsrc\s*=\s*[\"']?([^\"'\s>]+\.[^\"'\s>]+)", re.IGNORECASE)
_SHELL = re.compile(
    r"<div[^>]*\bid\s*=\s*[\"']?(?:app|root|__next|__nuxt)[\"']?[^>]*>\s*(?:<!--.*?-->\s*)?</div>", re.IGNORECASE
)
_CHALLENGE = re.compile("正在验证|请稍候|安全验证|访问验证|document\\.cookie")
# The page's own labels by what they say, the standard of government sites first, then what others use.
_META_TITLE = ("articletitle", "og:title", "dc.title")
_META_TIME = ("pubdate", "publishdate", "publish_date", "publishtime", "firstpublishedtime", "article:published_time")
_META_SOURCE = ("contentsource", "source", "author")
_ABOVE_LINES = 40


@dataclass(frozen=True, slots=True)
class _Rules:
    names: dict[str, int]
    tags: dict[str, int]
    generic: int
    least: int
    furniture: frozenset[str]
    furniture_longest: int


def read_html(data: bytes) -> Page:
    """The report's lines of a web page, and what its labels say. Raises UnreadableDocument where there is no text."""
    decoded = decode(data)
    source = decoded.text
    root = parse(source)
    if root is None:
        raise UnreadableDocument(
            "the page holds no element that could be read; save the page again as the browser shows it"
        )
    metas = _metas(root)
    title = (root.findtext(".//title") or "").strip()
    heading = next((text for h1 in root.iter("h1") if 6 <= len(text := normalize_spaces(string(h1))) <= 120), None)
    marked = _RSS.search(source)
    whole = parse(marked.group(1)) if marked else None
    if whole is not None and len(string(whole)) >= _rules().least:
        above = _text(root, None)[0].replace(ROW_MARK, "").split("\n")
        lines, sure = _lines(*_text(whole, None)), True
    else:
        container, sure = _container(root)
        if container is None:
            raise UnreadableDocument(_why_empty(source))
        text, rows = _text(root, container)
        before, own = _around(text)
        above, lines = before.split("\n"), _lines(own, rows)
    if not lines:
        raise UnreadableDocument(_why_empty(source))
    over = _lines("\n".join(above[-400:]))[-_ABOVE_LINES:]
    return Page(lines, decoded.encoding, _hints(metas, title, heading, over), sure)


def _container(root: etree._Element) -> tuple[etree._Element | None, bool]:
    """The element that holds the report, and whether a name of `containers.yaml` says so that is not a generic one.

    Else it is where the sentences are dense.
    """
    rules = _rules()
    found: dict[int, list[tuple[int, etree._Element]]] = {}
    for element in elements(_FIND_NAMED, root):
        names = (element.get("id") or "").split() + (element.get("class") or "").split()
        group = min((rules.names[name] for word in names if (name := word.lower()) in rules.names), default=None)
        if group is not None:
            found.setdefault(group, []).append((text_length(element), element))
    for tag, group in rules.tags.items():
        for element in root.iter(tag):
            found.setdefault(group, []).append((text_length(element), element))
    for group in sorted(found):
        length, element = max(found[group], key=lambda pair: pair[0])
        if length < rules.least or (group == rules.generic and not _is_text(element)):
            continue
        wider = [
            outer
            for outer_length, outer in (
                pair for later in sorted(found) if group < later < rules.generic for pair in found[later]
            )
            if outer_length > 1.3 * length and _is_text(outer) and element in outer.iterdescendants()
        ]
        return (wider[0] if wider else element), group != rules.generic
    return _densest(root), False


def _densest(root: etree._Element) -> etree._Element | None:
    """The element whose own paragraphs hold the most sentences, widened while its parents add sentences above all."""
    scores: dict[etree._Element, float] = {}
    for block in root.iter("p", "br", *_BOXES):
        text = (block.tail or "") if block.tag == "br" else string(block) if block.tag == "p" else (block.text or "")
        holder = block if block.tag in _BOXES else block.getparent()
        if holder is not None and len(text) > 20 and _SENTENCE.search(text):
            scores[holder] = scores.get(holder, 0) + len(text)
            if (outer := holder.getparent()) is not None:  # where each paragraph is in a box of its own
                scores[outer] = scores.get(outer, 0) + len(text) / 2
    if not scores:
        return None
    best = max(scores, key=lambda element: scores[element])
    while (parent := best.getparent()) is not None and parent.tag not in ("html",) and _adds_text(parent, best):
        best = parent
    return best if text_length(best) >= _rules().least else None


def _adds_text(parent: etree._Element, inner: etree._Element) -> bool:
    """Whether what a parent has besides an inner element is nothing, or mostly prose; tables of data do not count."""
    added = prose = 0
    for child in parent:
        if child is inner or child.tag in NO_TEXT:
            continue
        text = string(child)
        linked = sum(len(string(link)) for link in child.iter("a"))
        tables = sum(len(string(table)) for table in child.iter("table") if _is_data(table))
        added += len(text) - tables
        prose += len(text) - tables if _is_prose(text) and linked < 0.25 * len(text) else 0
    for text in (parent.text or "", *(child.tail or "" for child in parent)):
        added += len(text)
        prose += len(text) if _is_prose(text) else 0
    return 2 * prose >= added


def _is_data(table: etree._Element) -> bool:
    """Whether a table is none that lays out a page: figures in it, no links, no table."""
    if table.find(".//a") is not None or table.find(".//table") is not None:
        return False
    return sum(map(str.isdigit, string(table))) >= _LEAST_FIGURES


def _is_prose(text: str) -> bool:
    return len(_SENTENCE.findall(text)) * _LONGEST_SENTENCE >= len(text) > 0


def _is_text(element: etree._Element) -> bool:
    """Whether it is running text: sentences, and few of its characters inside links."""
    text = string(element)
    linked = sum(len(string(link)) for link in element.iter("a"))
    return len(_SENTENCE.findall(text)) >= 2 and linked < 0.25 * max(1, len(text) - text.count(" "))


def _text(root: etree._Element, container: etree._Element | None) -> tuple[str, list[Row]]:
    """All text, and the rows of its tables of data in their order; changes the tree.

    There are newlines between blocks, tabs between cells, and marks around the container and before each row.
    """
    etree.strip_elements(root, *NO_TEXT, with_tail=False)
    inside = container if container is not None else root
    for element in list(_furniture(inside)):
        _drop(element)
    rows = flatten_tables(inside)
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
    """What is hidden, and the share, print and link blocks inside the report's container."""
    rules = _rules()
    for element in elements(_FIND_STYLED, container):
        style = element.get("style")
        if (style and ("none" in style or "hidden" in style) and _HIDDEN.search(style)) or element.get(
            "hidden"
        ) is not None:
            yield element
            continue
        names = f"{element.get('id') or ''} {element.get('class') or ''}".lower().split()
        if not rules.furniture.isdisjoint(names):
            text = string(element)
            if len(text) <= rules.furniture_longest and len(_SENTENCE.findall(text)) < 2:
                yield element


def _drop(element: etree._Element) -> None:
    """Takes an element out and leaves the text after it."""
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


def _around(text: str) -> tuple[str, str]:
    before, _, rest = text.partition(_BEGIN_MARK)
    return before, rest.partition(_END_MARK)[0]


def _lines(text: str, rows: Sequence[Row] = ()) -> list[str]:
    """The lines that are not empty; those that the reader knows as rows of a table are `rows`."""
    if not rows:
        return [line for raw in text.split("\n") if (line := normalize_spaces(raw))]
    lines: list[str] = []
    known = iter(rows)
    for raw in text.split("\n"):
        line = normalize_spaces(raw.replace(ROW_MARK, ""))
        if ROW_MARK in raw and line:
            row = next(known, None)
            # A line with text between its cells, or under a mark that the page itself holds, is text only.
            lines.append(row if row is not None and row == line else line)
        elif line:
            lines.append(line)
    return lines


def _hints(metas: dict[str, str], title: str, heading: str | None, above: list[str]) -> PageInfo:
    labels = read_labels(above)

    def told(names: tuple[str, ...]) -> str | None:
        return next((metas[name] for name in names if name in metas), None)

    return PageInfo(
        title=told(_META_TITLE[:1]) or labels.title or told(_META_TITLE[1:]) or heading or title or None,
        published=told(_META_TIME) or labels.posted,
        signed=labels.signed,
        source=told(_META_SOURCE[:1]) or labels.publisher or told(_META_SOURCE[1:]),
        site=metas.get("sitename"),
        document_number=labels.number,
        above=tuple(above),
    )


def _metas(root: etree._Element) -> dict[str, str]:
    """The page's own labels by their names in small letters; the first that says something counts."""
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name, content = meta.get("name") or meta.get("property"), (meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.lower(), content)
    return metas


def _why_empty(source: str) -> str:
    if len(source) < 20_000 and _CHALLENGE.search(source):
        return (
            "the page is a browser check (正在验证), no report; save the report's page from a browser and ingest that"
        )
    if frame := _FRAME.search(source):
        return f"the page only frames another, {frame[1][:200]}; fetch or save that page"
    if re.search(r"href=[\"'][^\"']+\.(?:pdf|docx?|wps|ofd|ceb)\b", source, re.IGNORECASE):
        return "the page holds no text, only a file to download; fetch that file instead"
    if _SHELL.search(source):
        return (
            "the page is empty until a script fills it; open it in a browser, save it, and take that in with "
            "`nianbao ingest`"
        )
    return "the page holds no running text: navigation or a link list, no report; save the page of the report itself"


@cache
def _rules() -> _Rules:
    """The names of `containers.yaml`. Raises KeyError where a part of it is missing."""
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
        least=int(data["least"]),
        furniture=frozenset(name.lower() for name in furniture["names"]),
        furniture_longest=int(furniture["longest"]),
    )
