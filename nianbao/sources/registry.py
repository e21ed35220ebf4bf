"""Sources: where reports are published, read from `config/sources/*.yaml` and checked key by key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nianbao.documents.jurisdictions import find_jurisdiction
from nianbao.documents.model import Family, Jurisdiction
from schemas.yaml_config import ConfigError, ConfigNode, load_yaml

FOLDER = Path("config/sources")

# The content systems, and the keys that only they have: name -> (needed, allowed).
SYSTEMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trs": ((), ()),
    "nfcms": ((), ()),
    "jpage": ((), ("column_id", "unit_id", "web_id")),
    "gkmlpt": (("category",), ("site_id",)),
    "next_link": ((), ()),
}
_REQUIRED = ("id", "jurisdiction", "family", "enabled", "verified")
_OPTIONAL = ("list", "system", "reports", "title", "first_year", "last_year", "pages", "notes")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
MAX_PAGES = 200


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report whose address a person gave: the year that it reviews, and where it is."""

    year: int
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """A place that publishes one report series.

    `list_url` with its content system is walked, `reports` are asked for directly; `options` are the system's own keys.
    `title` narrows which titles are the report. `last_year` None: still publishing. `most_pages` bounds a walk.
    """

    id: str
    jurisdiction: Jurisdiction
    family: Family
    enabled: bool
    verified: bool
    list_url: str | None
    system: str | None
    options: dict[str, str]
    reports: tuple[KnownReport, ...]
    title: re.Pattern[str] | None
    first_year: int
    last_year: int | None
    most_pages: int
    notes: str

    @property
    def host(self) -> str:
        """The host that is asked first; sources of one host are fetched one after another."""
        return urlsplit(self.list_url or self.reports[0].url).hostname or ""


def load_sources(folder: Path = FOLDER) -> list[Source]:
    """All sources of a folder, in the order of its files. Raises ConfigError naming file and line."""
    sources: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yaml")):
        top = load_yaml(path)
        top.check_keys(["sources"])
        for entry in top.entries("sources"):
            source = _read(entry)
            if source.id in sources:
                entry.refuse(f"the id {source.id!r} is given twice", "id")
            sources[source.id] = source
    return list(sources.values())


def select_sources(sources: Sequence[Source], names: Sequence[str]) -> list[Source]:
    """The sources with these ids; without names those that are enabled. Raises ConfigError for an id that is none."""
    if not names:
        return [source for source in sources if source.enabled]
    by_id = {source.id: source for source in sources}
    for name in names:
        if name not in by_id:
            known = ", ".join(by_id) or "none; write one in config/sources/"
            raise ConfigError(f"{name!r} is no source; there are {known}")
    return [by_id[name] for name in dict.fromkeys(names)]


def _read(entry: ConfigNode) -> Source:
    system = entry.choice("system", SYSTEMS) if "system" in entry.values else None
    needed, allowed = SYSTEMS[system] if system else ((), ())
    entry.check_keys((*_REQUIRED, *needed), (*_OPTIONAL, *allowed))
    if ("list" in entry.values) != (system is not None):
        entry.refuse("'list' and 'system' belong together: the list page, and the content system that made it", "list")
    reports = tuple(_read_report(known) for known in entry.entries("reports"))
    if system is None and not reports:
        entry.refuse("there must be a 'list' with its 'system', or 'reports' with their addresses")
    source_id = entry.text("id")
    if not _ID.fullmatch(source_id):
        entry.refuse(f"'id' is {source_id!r}; it must be of a-z, 0-9 and -", "id")
    first, last = _years(entry)
    return Source(
        id=source_id,
        jurisdiction=_jurisdiction(entry),
        family=Family(entry.choice("family", tuple(Family))),
        enabled=_yes_or_no(entry, "enabled"),
        verified=_yes_or_no(entry, "verified"),
        list_url=_web_address(entry, "list") if system else None,
        system=system,
        options={key: _plain(entry, key) for key in (*needed, *allowed) if key in entry.values},
        reports=reports,
        title=_pattern(entry, "title"),
        first_year=first,
        last_year=last,
        most_pages=_pages(entry),
        notes=entry.text("notes", ""),
    )


def _read_report(entry: ConfigNode) -> KnownReport:
    entry.check_keys(("year", "url"))
    return KnownReport(entry.year("year"), _web_address(entry, "url"))


def _jurisdiction(entry: ConfigNode) -> Jurisdiction:
    name = _plain(entry, "jurisdiction")
    found = find_jurisdiction(name)
    if found is None:
        entry.refuse(f"{name!r} is no unit of GB/T 2260, or several; write the code, or 南京市鼓楼区", "jurisdiction")
    return found


def _web_address(entry: ConfigNode, key: str) -> str:
    url = entry.text(key)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        good = good and parts.port != 0 and not re.search(r"\s", url)
    except ValueError:
        good = False
    if not good:
        entry.refuse(f"{key!r} is {url!r}; it must be a web address like http://www.example.gov.cn/column/", key)
    return url


def _plain(entry: ConfigNode, key: str) -> str:
    """A text, or a number as YAML takes it for one (441800)."""
    value = entry.values.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return entry.text(key)


def _yes_or_no(entry: ConfigNode, key: str) -> bool:
    value = entry.values.get(key)
    if not isinstance(value, bool):
        entry.refuse(f"{key!r} must be true or false, not {value!r}", key)
    return value


def _pattern(entry: ConfigNode, key: str) -> re.Pattern[str] | None:
    if key not in entry.values:
        return None
    try:
        return re.compile(entry.text(key))
    except re.error as error:
        entry.refuse(f"{key!r} is no pattern ({error})", key)


def _years(entry: ConfigNode) -> tuple[int, int | None]:
    first = entry.year("first_year") if "first_year" in entry.values else 1990
    last = entry.year("last_year") if "last_year" in entry.values else None
    if last is not None and last < first:
        entry.refuse(f"'last_year' {last} is before 'first_year' {first}", "last_year")
    return first, last


def _pages(entry: ConfigNode) -> int:
    if "pages" not in entry.values:
        return MAX_PAGES
    pages = entry.number("pages")
    if pages != int(pages) or not 1 <= pages <= MAX_PAGES:
        entry.refuse(f"'pages' must be a whole number from 1 to {MAX_PAGES}, not {pages:g}", "pages")
    return int(pages)
