"""The tree of a web page: parsed by lxml, by BeautifulSoup only where lxml stopped half-way; and its text."""

from __future__ import annotations

import re
import warnings
from typing import cast

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from lxml import etree

# Elements whose text no reader sees as text of the page.
NO_TEXT = (
    "script", "style", "noscript", "template", "iframe", "object", "embed", "select", "button", "textarea", "audio",
    "video", "svg", "canvas", "map", "title", "head",
)  # fmt: skip
_XML_FORBIDS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EARLY_END = re.compile(r"</\s*(?:html|body)\s*>", re.IGNORECASE)
_PRE = re.compile(r"(<pre\b.*?</pre\s*>)", re.IGNORECASE | re.DOTALL)
_END = "nianbao-end"  # an element put at the end of the page: where it is missing, the parser stopped before
_STRING = etree.XPath("string()")
_STRING_LENGTH = etree.XPath("string-length(normalize-space())")


def parse(source: str) -> etree._Element | None:
    """The tree of a page, white space of the source gone. Where lxml did not reach the end, BeautifulSoup's."""
    if "<pre" in source or "<PRE" in source:
        pieces = _PRE.split(source)
        source = "".join(piece if at % 2 else one_line(piece) for at, piece in enumerate(pieces))
    else:
        source = one_line(source)
    # A page may end early and go on: an end tag of the page says nothing that its end does not.
    source = _EARLY_END.sub(" ", source)
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(f"{source}<i id='{_END}'></i>".encode("utf-8", "replace"), parser)
    except etree.ParserError:  # nothing but comments
        return None
    except etree.XMLSyntaxError:
        root = None
    if root is None or not root.xpath("boolean(//i[@id=$end])", end=_END):
        again = _parse_slowly(source)
        if again is not None and (root is None or len(string(again)) > len(string(root))):
            return again
    return root


def one_line(source: str) -> str:
    """Breaks of lines and tabs as spaces (four replacements are fifty times as fast as one `translate`)."""
    return source.replace("\n", " ").replace("\r", " ").replace("\t", " ").replace("\f", " ")


def _parse_slowly(source: str) -> etree._Element | None:
    """Odd markup, read by BeautifulSoup and rebuilt flat, a paragraph a text, so that depth does not matter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # a page with an XML declaration is still a page
        soup = BeautifulSoup(source, "html.parser")
    for element in soup.find_all(list(NO_TEXT)):
        element.extract()
    root = etree.Element("div")
    for line in soup.get_text("\n").split("\n"):
        if line.strip():
            etree.SubElement(root, "p").text = _XML_FORBIDS.sub("", line)
    return root if len(root) else None


def string(element: etree._Element) -> str:
    """All text under an element."""
    return str(_STRING(element))


def text_length(element: etree._Element) -> int:
    """How many characters of text it has, white space counted once."""
    return int(cast(float, _STRING_LENGTH(element)))


def elements(query: etree.XPath, root: etree._Element) -> list[etree._Element]:
    """What a query finds, which must be elements."""
    return cast(list[etree._Element], query(root))
