"""What every reader returns: lines of text, and what the page around them says about the report."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What the labels of a page say: candidates for metadata, never text of the report; None without a label.

    Attributes:
        title: The title of the page.
        published: The day of posting, as printed.
        signed: The day of signature, as printed.
        source: The publisher.
        site: The name of the site.
        document_number: The number of the document.
        above: The last lines above the report, which may hold a title or a date.
    """

    title: str | None = None
    published: str | None = None
    signed: str | None = None
    source: str | None = None
    site: str | None = None
    document_number: str | None = None
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A decoded file.

    Attributes:
        lines: Its lines with normalized spaces, none empty. A table row is one line with tabs between its cells.
        encoding: The character encoding of the file.
        info: What the page around the report says.
        known_container: The markup identifies the element with the text of an article.
        n_undecoded: The number of U+FFFD that replace bytes that are not in the encoding.
        n_unread_pages: The number of pages that are images and were not recognized.
        recognized: The characters that were recognized in images, in reading order, with their confidences.
    """

    lines: list[str]
    encoding: str
    info: PageInfo = field(default_factory=PageInfo)
    known_container: bool = False
    n_undecoded: int = 0
    n_unread_pages: int = 0
    recognized: tuple[tuple[str, float], ...] = ()
