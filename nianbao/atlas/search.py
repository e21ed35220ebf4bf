"""The search index: names and ids as small script files, because a page on disk cannot fetch data. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from nianbao.atlas.site_index import Atlas
from nianbao.io.escape import escape_invisible
from schemas.families import load_profiles


def search_files(atlas: Atlas) -> dict[str, str]:
    """Return the script files by name; each calls `nianbaoAtlas.add` with rows that are as short as possible."""
    indicators = [
        [row["indicator_id"], row["name_zh"], row["name_en"], _alias_terms(row["aliases"]), row["n_observations"]]
        for row in atlas.stated_indicators()
    ]
    jurisdictions = [
        [place.code, place.name, place.province or "", place.level] for place in atlas.jurisdictions.values()
    ]
    families = [
        [profile.code, family.value, profile.label_zh, profile.report_en] for family, profile in load_profiles().items()
    ]
    codes = {family: code for code, family, *_ in families}
    reports = [
        [place.code, " ".join(codes[row["family"]] + row["report_id"].rsplit("/", 1)[1] for row in place.reports)]
        for place in atlas.jurisdictions.values()
    ]
    tables: dict[str, list[list[Any]]] = {
        "families": families,
        "indicators": indicators,
        "jurisdictions": jurisdictions,
        "reports": reports,
    }
    return {f"search/{name}.js": _script(name, rows) for name, rows in tables.items()}


def _script(name: str, rows: Iterable[list[Any]]) -> str:
    lines = ",\n".join(json.dumps([_escaped(value) for value in row], ensure_ascii=False) for row in rows)
    return f'nianbaoAtlas.add("{name}", [\n{lines}\n]);\n'


def _escaped(value: Any) -> Any:
    return escape_invisible(value) if isinstance(value, str) else value


def _alias_terms(aliases: str) -> str:
    return aliases.replace("；", " ")
