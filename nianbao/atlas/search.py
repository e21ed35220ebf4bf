"""What the search reads: names and ids as small script files, because a page on disk may not fetch. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from nianbao.atlas.site_index import Atlas
from nianbao.io.escape import escape_invisible

_LETTERS = {"rule_of_law": "l", "work_report": "w", "info_disclosure": "d"}


def search_files(atlas: Atlas) -> dict[str, str]:
    """The script files by name: `atlas.add(what, rows)`, rows as small as they can be."""
    indicators = [
        [row["indicator_id"], row["name_zh"], row["name_en"], _terms(row["aliases"]), row["n_observations"]]
        for row in atlas.stated()
    ]
    jurisdictions = [
        [place.code, place.name, place.province or "", place.level] for place in atlas.jurisdictions.values()
    ]
    reports = [
        [place.code, " ".join(_LETTERS[row["family"]] + row["report_id"].rsplit("/", 1)[1] for row in place.reports)]
        for place in atlas.jurisdictions.values()
    ]
    made = {"indicators": indicators, "jurisdictions": jurisdictions, "reports": reports}
    return {f"search/{name}.js": _script(name, rows) for name, rows in made.items()}


def _script(name: str, rows: Iterable[list[Any]]) -> str:
    lines = ",\n".join(json.dumps([_shown(value) for value in row], ensure_ascii=False) for row in rows)
    return f'nianbaoAtlas.add("{name}", [\n{lines}\n]);\n'


def _shown(value: Any) -> Any:
    return escape_invisible(value) if isinstance(value, str) else value


def _terms(aliases: str) -> str:
    return aliases.replace("；", " ")
