"""Load the sources of `config/sources/*.yaml`: where reports are published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nianbao.documents.model import GOVERNMENT, Body, Family, Jurisdiction
from nianbao.documents.reporter import jurisdiction_of, read_given_body
from nianbao.places.resolve import UnknownPlace, resolve_place
from schemas.config_error import ConfigError
from schemas.yaml_config import ConfigNode, load_yaml

SOURCES_FOLDER = Path("config/sources")

# The content systems with the keys that only they have: name -> (required, optional).
SYSTEMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "trs": ((), ()),
    "nfcms": ((), ()),
    "jpage": ((), ("column_id", "unit_id", "web_id")),
    "gkmlpt": (("category",), ("site_id",)),
    "next_link": ((), ()),
}
_REQUIRED = ("id", "jurisdiction", "family", "enabled", "verified")
_OPTIONAL = ("body", "list", "system", "reports", "title", "first_year", "last_year", "pages", "notes")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
MAX_PAGES = 200


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report with a configured URL, and the year that it reviews."""

    year: int
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """A site that publishes one report series.

    Attributes:
        id: A unique id, of a-z, 0-9 and -.
        jurisdiction: The territory of the government that reports, or that the body belongs to.
        body: Who reports there.
        family: The report family.
        enabled: Fetched by default.
        verified: A person has checked the addresses.
        list_url: The list page to walk; None if only `reports` are fetched.
        system: The content system of the list, a key of `SYSTEMS`.
        options: The keys that only this system has.
        reports: Reports to fetch directly.
        title: A pattern that the title of a report must match.
        first_year: The first report year.
        last_year: The last report year; None if the site still publishes.
        most_pages: The most list pages to walk.
        notes: Free text.
    """

    id: str
    jurisdiction: Jurisdiction
    body: Body
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
        """Return the host of the list or of the first report; sources of one host are fetched one after another."""
        return urlsplit(self.list_url or self.reports[0].url).hostname or ""


def load_sources(folder: Path = SOURCES_FOLDER) -> list[Source]:
    """Load all sources of a folder, in file order.

    Raises:
        ConfigError: A file is invalid; the message names file and line.
    """
    sources: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yaml")):
        top = load_yaml(path)
        top.check_keys(["sources"])
        for entry in top.entries("sources"):
            source = _read(entry)
            if source.id in sources:
                entry.refuse(f"duplicate id {source.id!r}; rename one", "id")
            sources[source.id] = source
    return list(sources.values())


def select_sources(sources: Sequence[Source], names: Sequence[str]) -> list[Source]:
    """Return the sources with these ids, or all enabled sources if there are none.

    Raises:
        ConfigError: An id is unknown.
    """
    if not names:
        return [source for source in sources if source.enabled]
    by_id = {source.id: source for source in sources}
    for name in names:
        if name not in by_id:
            known = ", ".join(by_id) or "none; write one in config/sources/"
            raise ConfigError(f"unknown source {name!r}; known are {known}")
    return [by_id[name] for name in dict.fromkeys(names)]


def _read(entry: ConfigNode) -> Source:
    system = entry.choice("system", SYSTEMS) if "system" in entry.values else None
    required, optional = SYSTEMS[system] if system else ((), ())
    entry.check_keys((*_REQUIRED, *required), (*_OPTIONAL, *optional))
    if ("list" in entry.values) != (system is not None):
        entry.refuse("'list' and 'system' must be set together: the list page and its content system", "list")
    reports = tuple(_read_report(known) for known in entry.entries("reports"))
    if system is None and not reports:
        entry.refuse("set 'list' and 'system', or 'reports'")
    source_id = entry.text("id")
    if not _ID.fullmatch(source_id):
        entry.refuse(f"'id' is {source_id!r}; use only a-z, 0-9 and -", "id")
    first, last = _years(entry)
    return Source(
        id=source_id,
        jurisdiction=_jurisdiction(entry),
        body=_body(entry),
        family=Family(entry.choice("family", tuple(Family))),
        enabled=_flag(entry, "enabled"),
        verified=_flag(entry, "verified"),
        list_url=_web_address(entry, "list") if system else None,
        system=system,
        options={key: _text(entry, key) for key in (*required, *optional) if key in entry.values},
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
    name = _text(entry, "jurisdiction")
    try:
        return jurisdiction_of(resolve_place(name))
    except UnknownPlace as error:
        entry.refuse(f"'jurisdiction': {error}", "jurisdiction")


def _body(entry: ConfigNode) -> Body:
    if "body" not in entry.values:
        return GOVERNMENT
    name = _text(entry, "body")
    body = read_given_body(name)
    if body is None:
        entry.refuse(f"'body' is {name!r}, which is no office, department, town or zone; write 司法局 or sfj", "body")
    return body


def _web_address(entry: ConfigNode, key: str) -> str:
    url = entry.text(key)
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        valid = valid and parts.port != 0 and not re.search(r"\s", url)
    except ValueError:
        valid = False
    if not valid:
        entry.refuse(f"{key!r} is {url!r}; it must be a web address like http://www.example.gov.cn/column/", key)
    return url


def _text(entry: ConfigNode, key: str) -> str:
    """Return a text; YAML reads some, such as codes (441800), as numbers."""
    value = entry.values.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return entry.text(key)


def _flag(entry: ConfigNode, key: str) -> bool:
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
        entry.refuse(f"{key!r} is no valid regular expression ({error})", key)


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
