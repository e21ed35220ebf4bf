"""Join the parts of a report that a page holds in several elements: a second container, or text behind a closed one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from lxml import etree

from nianbao.documents.html.tree import NO_TEXT, names_of, string

_SENTENCE = re.compile("[。！？；]")
_LINE = re.compile(r"[^。！？；\s]{4,}")
_TEXT_TAGS = frozenset(
    ("p", "table", "h1", "h2", "h3", "h4", "h5", "h6", "br", "span", "b", "strong", "font", "blockquote", "ol", "ul",
     "section", "center", "u", "sub", "sup")
)  # fmt: skip
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_MAX_LINKED_SHARE = 0.25
_MAX_KNOWN_SHARE = 0.5  # of the sentences of a second container that the first one holds too: it is a copy
_MIN_PART_LENGTH = 20
_MAX_LEVELS = 3  # that stray end tags may close


def join_parts(
    container: etree._Element,
    root: etree._Element,
    named: Sequence[etree._Element],
    container_names: Collection[str],
    furniture: Collection[str],
) -> None:
    """Move the other parts of a report into its container, in the order of the page; modifies the tree.

    Other parts are further elements with the id or class of the container, if it is one of `container_names`, and text
    right behind the container, which a stray end tag closed too early. `named` are the elements with an id or class.
    """
    followers = list(_paragraphs_behind(container, furniture))
    names = names_of(container).intersection(container_names)
    others = _further_parts(container, named, names) if names else []
    tail = (container.tail or "").strip()
    if tail and (followers or (len(tail) >= _MIN_PART_LENGTH and _SENTENCE.search(tail))):
        followers.insert(0, etree.Element("p"))
        followers[0].text, container.tail = container.tail, None
    position = {element: index for index, element in enumerate(root.iter())} if others else {}
    in_front = [element for element in others if position[element] < position[container]]
    behind = [element for element in others if position[element] > position[container]]
    for element in followers:  # with the text after them
        container.append(element)
    for element in behind:
        _move(element, container, len(container))
    if in_front:
        box = etree.Element("div")
        box.text, container.text = container.text, None
        box.extend(list(container))
        container.append(box)
        for index, element in enumerate(in_front):
            _move(element, container, index)


def _move(element: etree._Element, container: etree._Element, index: int) -> None:
    """Move an element into a container; the text after it stays where it is."""
    mark = etree.Element("span")
    mark.tail, element.tail = element.tail, None
    element.addprevious(mark)
    element.tag = "div"
    container.insert(index, element)


def _further_parts(
    container: etree._Element, named: Sequence[etree._Element], names: Collection[str]
) -> list[etree._Element]:
    """Return the elements outside a container with one of its names that continue the report.

    They hold visible sentences, few links, and no copy of the text of the container.
    """
    candidates = [element for element in named if element is not container and not names_of(element).isdisjoint(names)]
    if not candidates:
        return []
    covered = {*container.iter(), *container.iterancestors()}
    known: set[str] | None = None
    parts: list[etree._Element] = []
    for element in candidates:
        if element in covered:
            continue
        covered.update(element.iter())
        text = string(element)
        if not _is_prose(element, text) or any(map(_is_hidden, (element, *element.iterancestors()))):
            continue
        known = set(_LINE.findall(string(container))) if known is None else known
        lines = _LINE.findall(text)
        if sum(len(line) for line in lines if line in known) <= _MAX_KNOWN_SHARE * sum(map(len, lines)):
            known.update(lines)
            parts.append(element)
    return parts


def _is_prose(element: etree._Element, text: str) -> bool:
    if len(text.strip()) < _MIN_PART_LENGTH or not _SENTENCE.search(text):
        return False
    return sum(len(string(link)) for link in element.iter("a")) < _MAX_LINKED_SHARE * len(text)


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None


def _paragraphs_behind(container: etree._Element, furniture: Collection[str]) -> Iterator[etree._Element]:
    """Yield the elements behind a container, up to the last paragraph that holds a sentence."""
    current = container
    for _ in range(_MAX_LEVELS):
        waiting: list[etree._Element] = []
        found = False
        for element in current.itersiblings():
            if not _may_be_paragraph(element, furniture):
                break
            waiting.append(element)
            if _is_prose(element, string(element) + (element.tail or "")):
                yield from waiting
                waiting, found = [], True
        if found:
            yield from takewhile(lambda element: element.tag in ("p", "br"), waiting)  # the signature and the date
        parent = current.getparent()
        if found or parent is None or parent.tag in ("body", "html", "td") or current.getnext() is not None:
            return
        current = parent


def _may_be_paragraph(element: etree._Element, furniture: Collection[str]) -> bool:
    if element.tag in NO_TEXT:
        return True
    if element.tag not in _TEXT_TAGS and not (element.tag == "div" and not names_of(element)):
        return False
    text = string(element)
    n_linked = sum(len(string(link)) for link in element.iter("a"))
    return (
        n_linked <= _MAX_LINKED_SHARE * len(text)
        and names_of(element).isdisjoint(furniture)
        and not _is_hidden(element)
    )
