"""Drawing pages: templates with escaping on, and the words, numbers and links that they may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from nianbao.atlas import urls
from nianbao.atlas.i18n import bilingual, cell, quantity, t, unit_in_english, unit_of
from nianbao.atlas.numbers import figure, signed
from nianbao.atlas.site_index import Atlas, Row
from nianbao.io.escape import escape_invisible


class _Templates(Environment):
    """Templates in which `row.column` looks at once where it is: among the columns of a row."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The attribute of an object or the column of a row."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Pages:
    """Draws pages of one atlas."""

    def __init__(self, atlas: Atlas) -> None:
        self._environment = _Templates(
            loader=PackageLoader("nianbao.atlas", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(atlas=atlas, urls=urls)
        # Filters, not functions: a filter of what a template itself says is worked out once, when it is read.
        self._environment.filters.update(
            t=t,
            bilingual=bilingual,
            quantity=quantity,
            cell=cell,
            unit_of=unit_of,
            unit_in_english=unit_in_english,
            figure=figure,
            signed=signed,
            change=_change,
            linked=_linked,
            in_report=atlas.number,
        )

    def draw(self, template: str, view: Mapping[str, Any], *, root: str = "../") -> str:
        """The page; `root` leads from its folder to that of the front page. Hidden characters in it are shown."""
        page = self._environment.get_template(f"{template}.html").render(**view, root=root)
        return "\n".join(line for line in map(str.strip, map(escape_invisible, page.split("\n"))) if line) + "\n"


def _linked(inner: str, place: str | None, root: str) -> str:
    """`inner` as a link to where it leads; as it is where that is nowhere."""
    return Markup(f'<a href="{escape(root + place)}">{escape(inner)}</a>') if place else inner


def _change(row: Row) -> str:
    """How much a row's value changed: `+7.2%`, of rates `-0.4 pp`; nothing where that is not known."""
    if row["change_pp"] is not None:
        return f"{signed(row['change_pp'])} pp"
    return "" if row["change_pct"] is None else f"{signed(row['change_pct'])}%"
