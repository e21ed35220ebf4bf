"""Drawing pages: templates with escaping on, and the words, numbers and links that they may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nianbao.atlas import places
from nianbao.atlas.catalog import Atlas
from nianbao.atlas.numbers import figure, signed
from nianbao.atlas.visible import visible
from nianbao.atlas.words import both, cell, quantity, t, unit_in_english, unit_of


class Pages:
    """Draws pages of one atlas."""

    def __init__(self, atlas: Atlas) -> None:
        self._environment = Environment(
            loader=PackageLoader("nianbao.atlas", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
        )
        self._environment.globals.update(
            atlas=atlas,
            places=places,
            t=t,
            both=both,
            quantity=quantity,
            cell=cell,
            unit_of=unit_of,
            unit_in_english=unit_in_english,
            figure=figure,
            signed=signed,
        )

    def draw(self, template: str, view: Mapping[str, Any], *, root: str = "../") -> str:
        """The page; `root` leads from its folder to that of the front page."""
        page = self._environment.get_template(f"{template}.html").render(**view, root=root)
        return "\n".join(line for line in map(str.strip, page.split("\n")) if line) + "\n"


def _shown(value: Any) -> Any:
    """Every text that a template prints shows its hidden characters; markup was made from such text."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
