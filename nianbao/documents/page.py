"""What every reader hands on: lines, and what the page around them says of the report."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What a page's own labels say: candidates for metadata, never text of the report; None where there is no label."""

    title: str | None = None
    published: str | None = None
    signed: str | None = None
    source: str | None = None
    site: str | None = None
    document_number: str | None = None
    above: tuple[str, ...] = ()  # the page's last lines over the report, where a title or a date may stand


@dataclass(frozen=True, slots=True)
class Page:
    """A snapshot as lines (squeezed, none empty, one table row a line with tabs between cells) and the page's hints."""

    lines: list[str]
    encoding: str
    info: PageInfo = field(default_factory=PageInfo)
    known_container: bool = False  # the page's own markup says that this is the text of an article
