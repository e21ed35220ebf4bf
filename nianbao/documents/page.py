"""What every reader hands on: lines, and what the page around them says of the report. A reader is one file that makes this."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hints:
    """What a page's own labels say: candidates for metadata, never text of the report; None where it has no such label."""

    title: str | None = None
    published: str | None = None
    source: str | None = None
    site: str | None = None
    document_number: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A snapshot as lines (squeezed, none empty, one table row a line with tabs between cells) and the page's hints."""

    lines: list[str]
    encoding: str
    hints: Hints = field(default_factory=Hints)
