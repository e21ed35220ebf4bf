"""Parse a web page into a tree, by lxml or, if lxml stops before the end, by BeautifulSoup; get text from it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import CData, NavigableString, Tag
from lxml import etree

# Elements with text that a browser does not show as text of the page.
NO_TEXT = (
    "script", "style", "noscript", "template", "iframe", "object", "embed", "select", "button", "textarea", "audio",
    "video", "svg", "canvas", "map", "title", "head",
)  # fmt: skip
_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EARLY_END = re.compile(rb"</\s*(?:html|body)\s*>", re.IGNORECASE)
_MAY_BE_EARLY_END = (b"</body", b"</html", b"</ ")
_PRE_TAG = re.compile(r"<(/?)pre\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"<([A-Za-z][\w:-]{0,40}+)[^<>]{20000,}+>?")  # libxml2 takes quadratic time for attributes
_HALF_LONG_TAG = 10_000  # characters: half of the shortest long tag
_END = "nianbao-end"  # the id of an element added to the end of the page: if it is missing, the parser stopped
_HAS_END = etree.XPath(f"boolean(//i[@id='{_END}'])")
_STRING = etree.XPath("string()")
_STRING_LENGTH = etree.XPath("string-length(normalize-space())")


def parse(source: str) -> etree._Element | None:
    """Return the tree of a page without line breaks of the source; None if the page has no element."""
    return parse_markup(markup_of(source))


def markup_of(source: str) -> bytes:
    """Return the bytes to parse of a page: on one line, without end tags that pages continue after, nor long tags."""
    source = _one_line_outside_pre(source)
    if _may_have_long_tag(source):
        source = _LONG_TAG.sub(r"<\1>", source)
    markup = source.encode("utf-8", "replace")
    lowered = markup.lower()
    found = [offset for tag in _MAY_BE_EARLY_END if (offset := lowered.find(tag)) >= 0]
    if not found:
        return markup
    first = min(found)  # near the end of most pages
    return markup[:first] + _EARLY_END.sub(b" ", markup[first:])


def _may_have_long_tag(source: str) -> bool:
    """Return whether a part of a page, as long as any long tag covers wholly, opens no tag."""
    last = len(source) - _HALF_LONG_TAG
    return any(
        source.find("<", start, start + _HALF_LONG_TAG) < 0 for start in range(0, max(0, last) + 1, _HALF_LONG_TAG)
    )


def parse_markup(markup: bytes) -> etree._Element | None:
    """Return the tree of the bytes of a page; None if the page has no element."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(markup + f"<i id='{_END}'></i>".encode(), parser)
    except etree.ParserError:  # only comments
        return None
    except etree.XMLSyntaxError:
        root = None
    if root is None or not _HAS_END(root):
        fallback = _parse_leniently(markup.decode("utf-8", "replace"))
        if fallback is not None and (root is None or len(string(fallback)) > len(string(root))):
            return fallback
    return root


def _one_line_outside_pre(source: str) -> str:
    """Replace line breaks by spaces, except inside <pre> elements that are closed."""
    parts: list[str] = []
    offset = 0
    start: int | None = None
    for tag in _PRE_TAG.finditer(source):
        if not tag[1] and start is None:
            start = tag.start()
        elif tag[1] and start is not None:
            parts += (one_line(source[offset:start]), source[start : tag.end()])
            offset, start = tag.end(), None
    return "".join(parts) + one_line(source[offset:])


def one_line(source: str) -> str:
    """Replace line breaks and tabs by spaces (four replacements are fifty times as fast as one `translate`)."""
    return source.replace("\n", " ").replace("\r", " ").replace("\t", " ").replace("\f", " ")


def _parse_leniently(source: str) -> etree._Element | None:
    """Parse odd markup by BeautifulSoup; return a flat tree, one paragraph per text, so that depth does not matter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # a page with an XML declaration is still a page
        soup = BeautifulSoup(source, "html.parser")
    root = etree.Element("div")
    for text in _shown_texts(soup):
        for line in text.split("\n"):
            if line.strip():
                etree.SubElement(root, "p").text = _FORBIDDEN_IN_XML.sub("", line)
    return root if len(root) else None


def _shown_texts(soup: BeautifulSoup) -> Iterator[str]:
    """Yield the texts outside of NO_TEXT elements in one walk; `extract()` of nested elements is quadratic."""
    stack = [iter(soup.contents)]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif isinstance(node, Tag):
            if node.name not in NO_TEXT:
                stack.append(iter(node.contents))
        elif type(node) in (NavigableString, CData):  # comments and declarations are other types
            yield str(node)


def string(element: etree._Element) -> str:
    """Return the text of an element and its descendants."""
    return str(_STRING(element))


def text_length(element: etree._Element) -> int:
    """Return the number of characters of text, with runs of white space counted once."""
    return int(cast(float, _STRING_LENGTH(element)))


def names_of(element: etree._Element) -> frozenset[str]:
    """Return the id and the classes of an element in small letters."""
    return _names(element.get("id") or "", element.get("class") or "")


@lru_cache(maxsize=4096)
def _names(identifier: str, classes: str) -> frozenset[str]:
    return frozenset(f"{identifier} {classes}".lower().split())


def elements(query: etree.XPath, root: etree._Element) -> list[etree._Element]:
    """Return the elements that a query finds."""
    return cast(list[etree._Element], query(root))
