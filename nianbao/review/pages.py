"""Render the pages of the review from Jinja templates, in both languages, with escaping on."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nianbao.atlas.data_files import parse_yaml
from nianbao.atlas.i18n import bilingual
from nianbao.atlas.urls import number_url
from nianbao.io.escape import escape_invisible
from nianbao.review.decisions import COLUMNS, shown
from nianbao.review.items import Reading


class Sentence(NamedTuple):
    """A sentence in three parts; `quote` is marked."""

    before: str
    quote: str
    after: str


def mark_quote(sentence: str, quote: str, char_start: int | None = None, text: str = "") -> Sentence:
    """Return a sentence around its quote, the one at `char_start` of the report's text if that is known.

    >>> mark_quote("增长7%，其中工业增长7%。", "7%", 16, "一、工业。增长7%，其中工业增长7%。")
    Sentence(before='增长7%，其中工业增长', quote='7%', after='。')
    """
    offset = sentence.find(quote)
    if char_start is not None and sentence:
        start = text.rfind(sentence, 0, char_start + len(sentence))
        if start >= 0 and sentence.startswith(quote, char_start - start):
            offset = char_start - start
    if offset < 0:
        return Sentence(sentence, "", "")
    return Sentence(sentence[:offset], quote, sentence[offset + len(quote) :])


@cache
def _texts() -> dict[str, tuple[str, str]]:
    texts: dict[str, tuple[str, str]] = parse_yaml(files(__package__).joinpath("i18n.yaml").read_text("utf-8"))
    return texts


def t(key: str) -> Markup:
    """Return the text with this key in both languages."""
    zh, en = _texts()[key]
    return bilingual(zh, en)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("nianbao.review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(t=t, invisible=escape_invisible, number_url=number_url)
    environment.globals.update(bilingual=bilingual, columns=COLUMNS, shown=shown, is_web=_is_web)
    return environment


def _is_web(reading: Reading) -> bool:
    """Return whether the source of a reading is a page that a browser may open."""
    return reading.source_url.startswith(("https://", "http://"))


def render(template: str, **variables: Any) -> str:
    """Return a page; invisible characters of reports are shown escaped."""
    return _environment().get_template(f"{template}.html").render(**variables)
