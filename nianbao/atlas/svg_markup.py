"""SVG as short markup: no attribute that the style sheet sets, no invisible decimals. Pure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import lru_cache
from html import escape

from markupsafe import Markup

# Attributes that leather sets on every element and the style sheet sets once.
_STYLED = frozenset({"fill", "stroke", "stroke-width", "font-family", "font-size", "text-anchor"})
_DECIMAL = re.compile(r"-?\d+\.\d+")


def svg(group: ET.Element, name: str, view_box: str) -> Markup:
    """Wrap a group in an SVG element of the CSS class `name`, hidden from screen readers."""
    root = ET.Element("svg", {"viewBox": view_box, "class": name, "aria-hidden": "true"})
    root.extend(group)
    return Markup(_markup(root))


def _markup(element: ET.Element) -> str:
    """Serialise an element without styled attributes and without invisible decimals."""
    parts: list[str] = []
    _add_markup(element, parts.append)
    return "".join(parts)


def _add_markup(element: ET.Element, add: Callable[[str], None]) -> None:
    tag, text = element.tag, element.text
    add(f"<{tag}")
    for name, value in element.items():
        if name not in _STYLED and not (value == "tick" and name == "class"):
            add(f' {name}="{_short(value)}"')
    if not text and not len(element):
        add("/>")
        return
    add(">")
    if text:
        add(escape(text, quote=False))
    for child in element:
        _add_markup(child, add)
    add(f"</{tag}>")


@lru_cache(maxsize=50_000)
def _short(value: str) -> str:
    shorter = _DECIMAL.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), value) if "." in value else value
    return escape(shorter)
