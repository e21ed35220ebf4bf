"""The search index: names and ids as small script files, because a page on disk cannot fetch data. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from nianbao.atlas.site_index import Atlas, ReportingBody
from nianbao.io.escape import escape_invisible
from schemas.families import load_profiles
from schemas.rows import ReportRow


def search_files(atlas: Atlas) -> dict[str, str]:
    """Return the script files by name; each calls `nianbaoAtlas.add` with rows that are as short as possible."""
    indicators = [
        [row["indicator_id"], row["name_zh"], row["name_en"], _alias_terms(row["aliases"]), row["n_observations"]]
        for row in atlas.stated_indicators()
    ]
    # Governments come before their bodies where a query finds both. Former names are found too, but not shown.
    bodies = [
        [place.key, place.name, place.province or "", place.level, int(not place.body_id), " ".join(place.former_names)]
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
    }
    return {f"search/{name}.js": _script(name, rows) for name, rows in tables.items()}


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
