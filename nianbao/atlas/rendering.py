"""Page rendering: Jinja templates with escaping on, and the filters that they use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from nianbao.atlas import urls
from nianbao.atlas.finding_lists import finding_lists, verdict_of
from nianbao.atlas.i18n import (
    bilingual,
    both,
    cell,
    family_label,
    family_short,
    quantity,
    scope_name,
    t,
    text_of,
    unit_in_english,
    unit_of,
)
from nianbao.atlas.notes import note_texts, quote_in_english, reason_texts
from nianbao.atlas.numbers import figure, in_english, printed_step, signed
from nianbao.atlas.queries import page_key
from nianbao.atlas.romanize import body_in_english, name_in_english
from nianbao.atlas.site_index import Atlas, ReportingBody
from nianbao.io.escape import escape_invisible
from nianbao.places.names import reporter_name
from schemas.families import Family
from schemas.rows import ComparisonRow, FindingRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# The style sheet has this many colours for families; further families repeat them.
N_FAMILY_COLOURS = 5
# The folders of the pages that a template makes.
_FOLDERS = {**dict.fromkeys(("body", "category", "findings", "promises"), "j"), "indicator": "i", "report": "r"}
# Chinese words for an indicator at the beginning of a message: 第二产业 of 2010.
_SUBJECT = re.compile(r"^[^:;]*[一-鿿][^:;]* of (?=\d{4}:)")
# Fewer bodies have no ranks.
MIN_RANKED = 3


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
        self._environment.globals.update(atlas=atlas, urls=urls, examples=_examples(atlas))
        breaks = _breaks(atlas)
        # Filters, not functions: Jinja evaluates a filter of a constant once, when it compiles the template.
        self._environment.filters.update(
            t=t,
            bilingual=bilingual,
            quantity=quantity,
            cell=cell,
            unit_of=unit_of,
            scope_name=scope_name,
            unit_in_english=unit_in_english,
            family_label=family_label,
            family_short=family_short,
            family_class=_family_class,
            figure=figure,
            signed=signed,
            change=_change,
            difference=_difference,
            linked=_linked,
            number_url=atlas.number_url,
            page_key=page_key,
            reporter_name=_reporter_name,
            place_name=_place_name,
            body_name=_body_name,
            rank=_rank,
            grade=_grade,
            finding_lists=finding_lists,
            verdict_of=verdict_of,
            notes=lambda note: _notes(note, breaks),
            message=lambda row: _message(row, atlas),
            printed=_printed,
            reason=lambda reason: both(*reason_texts(reason)),
            headline=_headline,
            both=both,
            quoted=_quoted,
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
        folder = _FOLDERS.get(template)
        if folder:  # links within a folder are shorter without it; text has no quotes, which are escaped
            page = page.replace(f'="../{folder}/', '="')
        return "\n".join(line for line in map(str.strip, map(escape_invisible, page.split("\n"))) if line) + "\n"


def _reporter_name(row: Mapping[str, Any]) -> Markup:
    """Return the full name of the reporting body of a row in both languages."""
    name, body = row["jurisdiction_name"], row["body_name"]
    return bilingual(reporter_name(name, body), name_in_english(name, body))


def _examples(atlas: Atlas) -> tuple[str, str]:
    """Return what the search field suggests in both languages: a place and an indicator."""
    place = max(atlas.governments(), key=lambda body: len(body.reports), default=None)
    known = [
        row for row in atlas.stated_indicators() if place and (place.key, row["indicator_id"]) in atlas.series_pages
    ]
    indicator = max(known, key=lambda row: row["n_observations"], default=None)
    zh = [name for name in (place and place.name, indicator and indicator["name_zh"]) if name]
    en = [name for name in (place and place.name_en, indicator and indicator["name_en"]) if name]
    return " ".join(zh), " ".join(en)


def _place_name(name: str) -> Markup:
    """Return the name of a place in both languages."""
    return bilingual(name, name_in_english(name))


def _body_name(body: ReportingBody) -> Markup:
    """Return the name of a body of a place in both languages, without that of the place."""
    return bilingual(body.short_name, body_in_english(body.short_name) if body.body_id else name_in_english(body.name))


def _quoted(row: Mapping[str, Any], side: str) -> Markup:
    """Return the target or the result of a promise as the report words it, and in English as a number with its unit."""
    quote, value = row[f"{side}_quote"], row[f"{side}_value"]
    if value is None or row["target_kind"] == "rank":
        return escape(quote)
    unit = "%" if row["target_kind"] == "change_pct" else row["unit"]
    word = unit_in_english(unit)
    return bilingual(quote, f"{in_english(value, unit, printed_step(quote))}{'' if word in ('%', '') else ' '}{word}")


def _rank(row: ComparisonRow | None) -> str:
    """Return the rank among the bodies of a year, `1 / 8`; a dash for fewer than three."""
    if row is None or row["rank_in_year"] is None or (row["n_ranked"] or 0) < MIN_RANKED:
        return "–"
    return f"{row['rank_in_year']} / {row['n_ranked']}"


def _grade(row: ComparisonRow) -> Markup:
    """Return the grade of a value if it is not the best."""
    if row["grade"] in (None, "A"):
        return Markup("")
    zh, en = text_of(f"grade_{row['grade'].lower()}")
    return Markup(' <small class="grade {}" title="{}">{}</small>').format(row["grade"], both(zh, en), row["grade"])


def _linked(content: str, url: str | None, root: str) -> str:
    """Return `content` as a link to `url`, or unchanged if there is none."""
    return Markup(f'<a href="{escape(root + url)}">{escape(content)}</a>') if url else content


def _family_class(family: str) -> str:
    """Return the CSS class that colours the mark of a family: its position in the display order."""
    return f"f{list(Family).index(Family(family)) % N_FAMILY_COLOURS + 1}"


def _change(row: ComparisonRow) -> str:
    """Return the change from the previous year, `+7.2%` or, for rates, `−0.4` points; empty if unknown."""
    if row["change_pp"] is not None:
        return bilingual(f"{signed(row['change_pp'])}个百分点", f"{signed(row['change_pp'])} pp")
    return "" if row["change_pct"] is None else f"{signed(row['change_pct'])}%"


def _difference(row: ComparisonRow) -> str:
    """Return what differs from the year before, for a tooltip: both values and the change, or why there is none."""
    values = f"{figure(row['previous_value'] or 0.0)} → {figure(row['value'] or 0.0)}"
    if row["comparability"] != "comparable":
        zh, en = text_of(row["comparability"])
        return both(f"{values} · {zh}", f"{values} · {en}")
    if row["change_pct"] is None:
        return values
    return f"{values} · {signed(row['change_pct'])}%"


def _notes(note: str | None, breaks: Mapping[str, str]) -> Markup:
    """Return a note of `comparisons` in both languages."""
    return Markup('<small dir="auto">{}</small>').format(bilingual(*note_texts(note, breaks))) if note else Markup("")


def _breaks(atlas: Atlas) -> dict[str, str]:
    """Return the breaks of the indicators in English, without their years, and the same in Chinese."""
    found = {}
    for row in atlas.indicators.values():
        for en, zh in zip((row["breaks"] or "").split("；"), (row["breaks_zh"] or "").split("；"), strict=False):
            found[en.partition(" ")[2]] = zh.partition(" ")[2] or zh
    return found


def _message(row: FindingRow, atlas: Atlas) -> Markup:
    """Return the message of a finding in both languages, with the English name of its indicator and English units."""
    english = row["message_en"]
    indicator = atlas.indicators.get(row["indicator_id"] or "")
    if indicator:
        english = _SUBJECT.sub(
            f"{indicator['name_en']} of ", english.replace(indicator["name_zh"], indicator["name_en"])
        )
    return bilingual(row["message_zh"], quote_in_english(english))


def _printed(quote: str) -> Markup:
    """Return a figure as the report prints it, and in English with its unit in English."""
    return bilingual(quote, quote_in_english(quote))


def _headline(years: Sequence[ComparisonRow]) -> str:
    """Return the text key of what a series without a newest value has: a doubtful one, only a target, or nothing."""
    if any(row["value"] is not None for row in years):
        return "grade_c"
    return "only_target" if any(row["target_value"] is not None for row in years) else "not_stated"
