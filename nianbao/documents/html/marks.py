"""Take the marks of footnotes out of a web page: raised text and links to notes."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from nianbao.documents.html.tree import elements, string
from nianbao.documents.text.footnote_marks import CONTEXT_LENGTH, is_mark, replace_raised

# Looked for in the bytes of a page in lower case: six times as fast as a pattern that ignores case.
_MAY_HAVE_MARKS = (b"<sup", b"vertical-align", b"superscript")
_NOTES = (b"footnote", b"endnote", b"noteref")
_LINK_WITHIN_PAGE = re.compile(rb"href\s*=\s*[\"']?#")
_FIND_CANDIDATES = etree.XPath("//*[self::sup or self::a or @style or @class or @role]")
_RAISED = re.compile(
    r"vertical-align\s*:\s*(?:super|text-top|\+?0*[1-9.][\d.]*\s*(?:px|pt|em|ex|rem|%))", re.IGNORECASE
)
_RAISED_NAMES = frozenset(
    ("sup", "super", "superscript", "footnote", "footnotemark", "footnote-ref", "footnoteref", "footnote-reference",
     "msofootnotereference", "msoendnotereference", "noteref", "note-ref", "fn", "fnref", "endnote-ref", "reference")
)  # fmt: skip
_RAISED_TAGS = frozenset(("span", "a", "font", "em", "i", "small"))
_MAX_STEPS = 12  # over neighbouring elements, to the text next to a mark
_MAX_RAISED_LENGTH = 200  # characters; a longer text is text of the report, whatever its style


def remove_footnote_marks(root: etree._Element, lowered: bytes) -> None:
    """Remove the marks of footnotes from a tree; exponents and other raised text stay, apart from numbers.

    `lowered` is the page that the tree is from, in small letters.
    """
    if not _may_have_marks(lowered):
        return
    removed: set[etree._Element] = set()
    for element in elements(_FIND_CANDIDATES, root):
        raised = _is_raised(element)
        if not raised and not _is_note_link(element):
            continue
        outer = element.getparent()
        if outer is None or outer in removed or len(text := string(element)) > _MAX_RAISED_LENGTH:
            if outer in removed:
                removed.add(element)
            continue
        if not text.strip() or element.find(".//img") is not None or (not raised and not is_mark(text)):
            continue
        removed.add(element)
        replacement = replace_raised(_text_before(element), text, _text_after(element))
        tail = element.tail
        element.clear()
        element.text, element.tail = replacement, tail


def _may_have_marks(lowered: bytes) -> bool:
    return (
        any(word in lowered for word in _MAY_HAVE_MARKS)
        or (b"note" in lowered and any(word in lowered for word in _NOTES))
        or _LINK_WITHIN_PAGE.search(lowered) is not None
    )


def _is_raised(element: etree._Element) -> bool:
    tag, style = element.tag, element.get("style")
    if tag == "sup" or (style and _has_raised_style(style)):
        return True
    return tag in _RAISED_TAGS and _has_raised_name(element.get("class") or "", element.get("role") or "")


@lru_cache(maxsize=4096)
def _has_raised_style(style: str) -> bool:
    return _RAISED.search(style) is not None


@lru_cache(maxsize=4096)
def _has_raised_name(classes: str, role: str) -> bool:
    names = f"{classes} {role}".lower().split()
    return not _RAISED_NAMES.isdisjoint(names) or "doc-noteref" in names


def _is_note_link(element: etree._Element) -> bool:
    return element.tag == "a" and (element.get("href") or "").strip().startswith("#")


_INLINE = frozenset(("a", "b", "strong", "em", "i", "u", "span", "font", "small", "sup", "sub", "label", "o:p"))


def _text_before(element: etree._Element) -> str:
    """Return the end of the text before an element on its line."""
    parts: list[str] = []
    current: etree._Element = element
    length = 0
    for _ in range(_MAX_STEPS):
        if length >= CONTEXT_LENGTH:
            break
        previous = current.getprevious()
        parent = current.getparent()
        if previous is not None:
            text = (previous.tail or "") if previous.tag not in _INLINE else string(previous) + (previous.tail or "")
            if previous.tag not in _INLINE:
                parts.append(text)
                break
            current = previous
        elif parent is not None:
            text = parent.text or ""
            if parent.tag not in _INLINE:
                parts.append(text)
                break
            current = parent
        else:
            break
        parts.append(text)
        length += len(text)
    return "".join(reversed(parts)).rstrip()[-CONTEXT_LENGTH:]


def _text_after(element: etree._Element) -> str:
    """Return the beginning of the text after an element on its line."""
    current: etree._Element | None = element
    for _ in range(_MAX_STEPS):
        if current is None:
            break
        if text := (current.tail or "").strip():
            return text[:CONTEXT_LENGTH]
        following = current.getnext()
        if following is not None:
            if following.tag not in _INLINE:
                return ""
            if text := string(following).strip():
                return "" if _is_raised(following) else text[:CONTEXT_LENGTH]
            current = following
        else:
            parent = current.getparent()
            current = parent if parent is not None and parent.tag in _INLINE else None
    return ""
