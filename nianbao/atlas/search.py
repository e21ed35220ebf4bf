"""The search index: names, ids and newest values as small script files, because a page on disk cannot fetch data. Pure.

The series of each reporting body are a file of their own, which is loaded when a query names the body.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from nianbao.atlas import urls
from nianbao.atlas.data_files import load_data
from nianbao.atlas.i18n import WRITTEN_QUALIFIERS, text_of, unit_in_english
from nianbao.atlas.numbers import in_chinese, in_english, printed_step
from nianbao.atlas.series_points import is_doubtful
from nianbao.atlas.site_index import Atlas, ReportingBody
from nianbao.io.escape import escape_invisible
from nianbao.places.pinyin import full, initials, syllables
from schemas.comparisons import COMPARABILITY
from schemas.families import load_profiles
from schemas.rows import ComparisonRow, ReportRow


def search_files(atlas: Atlas) -> dict[str, str]:
    """Return the script files by name; each calls `nianbaoAtlas.add` with rows that are as short as possible."""
    indicators = [
        [
            row["indicator_id"],
            row["name_zh"],
            row["name_en"],
            _alias_terms(row["aliases"]),
            _spoken(row["name_zh"]),
            row["unit"],
            unit_in_english(row["unit"]),
            _years(row["first_year"], row["last_year"]),
            row["n_jurisdictions"],
            row["n_observations"],
        ]
        for row in atlas.stated_indicators()
    ]
    # Governments come before their bodies where a query finds both. Former names are found too, but not shown.
    bodies = [
        [
            place.key,
            place.name,
            place.name_en,
            place.province or "",
            int(not place.body_id),
            " ".join(place.former_names),
            _spoken(place.name),
        ]
        for place in atlas.bodies.values()
    ]
    families = [
        [profile.code, family.value, profile.label_zh, profile.report_en] for family, profile in load_profiles().items()
    ]
    codes = {family: code for code, family, *_ in families}
    reports = [
        [place.key, prefix, " ".join(codes[row["family"]] + row["report_id"].rsplit("/", 1)[1] for row in rows)]
        for place in atlas.bodies.values()
        for prefix, rows in _reports_by_prefix(place)
    ]
    tables: dict[str, list[list[Any]]] = {
        "families": families,
        "indicators": indicators,
        "bodies": bodies,
        "reports": reports,
        "synonyms": load_data("search_synonyms.yaml")["synonyms"],
        "words": [[word, *text_of(word)] for word in (*COMPARABILITY, *sorted(WRITTEN_QUALIFIERS))],
    }
    return {f"search/{name}.js": _script(name, rows) for name, rows in tables.items()}


def series_file(atlas: Atlas, key: str, rows: Sequence[ComparisonRow]) -> tuple[str, str]:
    """Return the name and the content of the script with the series of a reporting body: id, years, newest value."""
    newest: dict[str, ComparisonRow] = {}
    first: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row["scope"] != "", -row["year"])):
        if row["value"] is None or is_doubtful(row):
            continue
        indicator_id = row["indicator_id"]
        newest.setdefault(indicator_id, row)
        if newest[indicator_id]["scope"] == row["scope"]:
            first[indicator_id] = row["year"]
    series = [
        [
            indicator_id,
            _years(first[indicator_id], row["year"]),
            row["year"],
            in_chinese(row["value"] or 0.0, row["unit"], printed_step(row["quote"])),
            _english(row),
            *_page_of(atlas, key, indicator_id),
        ]
        for indicator_id, row in newest.items()
        if indicator_id in atlas.indicators
    ]
    return f"search/series/{key}.js", _script(f"series/{key}", series)


def _english(row: ComparisonRow) -> str:
    value = in_english(row["value"] or 0.0, row["unit"], printed_step(row["quote"]))
    word = unit_in_english(row["unit"])
    return f"{value}{word}" if word == "%" else f"{value} {word}".strip()


def _page_of(atlas: Atlas, key: str, indicator_id: str) -> list[str]:
    """Return the page that has the series, if it is not that of the body."""
    page = atlas.permanent_url(key, indicator_id).partition("#")[0]
    return [] if page == urls.body_page(key) else [page]


def _spoken(name: str) -> str:
    """Return a Chinese name in pinyin, and the initials of its syllables."""
    return f"{full(name)} {initials(syllables(name))}"


def _years(first: int | None, last: int | None) -> str:
    """Return a range of years, `2015–2023`; empty if there is none."""
    if first is None:
        return ""
    return str(first) if first == last else f"{first}–{last}"


def _reports_by_prefix(place: ReportingBody) -> Iterator[tuple[str, list[ReportRow]]]:
    """Yield the reports of a body by the middle part of their ids, which has the code that the place had then."""

    def prefix(row: ReportRow) -> str:
        return row["report_id"].split("/")[1]

    for name, rows in groupby(sorted(place.reports, key=prefix), prefix):
        yield name, list(rows)


def _script(name: str, rows: Iterable[list[Any]]) -> str:
    lines = ",\n".join(json.dumps([_escaped(value) for value in row], ensure_ascii=False) for row in rows)
    return f'nianbaoAtlas.add("{name}", [\n{lines}\n]);\n'


def _escaped(value: Any) -> Any:
    return escape_invisible(value) if isinstance(value, str) else value


def _alias_terms(aliases: str) -> str:
    return aliases.replace("；", " ")
