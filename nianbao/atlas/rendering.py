"""Page rendering: Jinja templates with escaping on, and the filters that they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from nianbao.atlas import urls
from nianbao.atlas.i18n import bilingual, cell, family_label, family_short, quantity, t, unit_in_english, unit_of
from nianbao.atlas.numbers import figure, signed
from nianbao.atlas.queries import page_key
from nianbao.atlas.site_index import Atlas
from nianbao.io.escape import escape_invisible
from nianbao.places.names import reporter_name
from schemas.families import Family
from schemas.rows import ComparisonRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# The style sheet has this many colours for families; further families repeat them.
N_FAMILY_COLOURS = 5


class _Environment(Environment):
    """An environment in which `row.column` reads a dict's key first, which is faster than trying an attribute."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the column of a row, or the attribute of any other object."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class PageRenderer:
    """Renders the pages of one atlas."""

    def __init__(self, atlas: Atlas) -> None:
        """Prepare the templates for the pages of `atlas`."""
        self._environment = _Environment(
            loader=PackageLoader("nianbao.atlas", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(atlas=atlas, urls=urls)
        # Filters, not functions: Jinja evaluates a filter of a constant once, when it compiles the template.
        self._environment.filters.update(
            t=t,
            bilingual=bilingual,
            quantity=quantity,
            cell=cell,
            unit_of=unit_of,
            unit_in_english=unit_in_english,
            family_label=family_label,
            family_short=family_short,
            family_class=_family_class,
            figure=figure,
            signed=signed,
            change=_change,
            linked=_linked,
            number_url=atlas.number_url,
            page_key=page_key,
            reporter_name=_reporter_name,
        )

    def render(self, template: str, view: DataclassInstance | None = None, *, root: str = "../") -> str:
        """Return a page with invisible characters escaped.

        Args:
            template: Name of the template.
            view: A dataclass with the variables of the template as fields; None for a page without any.
            root: Path from the folder of the page to that of the front page.
        """
        variables = {field.name: getattr(view, field.name) for field in fields(view)} if view is not None else {}
        page = self._environment.get_template(f"{template}.html").render(**variables, root=root)
        return "\n".join(line for line in map(str.strip, map(escape_invisible, page.split("\n"))) if line) + "\n"


def _reporter_name(row: Mapping[str, Any]) -> str:
    """Return the full name of the reporting body of a row."""
    return reporter_name(row["jurisdiction_name"], row["body_name"])


def _linked(content: str, url: str | None, root: str) -> str:
    """Return `content` as a link to `url`, or unchanged if there is none."""
    return Markup(f'<a href="{escape(root + url)}">{escape(content)}</a>') if url else content


def _family_class(family: str) -> str:
    """Return the CSS class that colours the mark of a family: its position in the display order."""
    return f"f{list(Family).index(Family(family)) % N_FAMILY_COLOURS + 1}"


def _change(row: ComparisonRow) -> str:
    """Return the change from the previous year, `+7.2%` or, for rates, `−0.4 pp`; empty if unknown."""
    if row["change_pp"] is not None:
        return f"{signed(row['change_pp'])} pp"
    return "" if row["change_pct"] is None else f"{signed(row['change_pct'])}%"
