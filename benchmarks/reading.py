"""Accuracy of reading pages, compared with trafilatura: `python -m benchmarks.reading`, part of `make bench`.

Real pages and their expected text, title and date are listed in `manifest.jsonl` of a folder that is not part of the
repository. Without it, the bundled pages are read; their expected text is that of the article element.

The expected text of a real page is what the site's API returns for it, else the text of an element chosen by a person,
without the names of files to download. The expected date is the day in the URL, which is the day of posting, else
PubDate: for gov.cn pages, PubDate in the manifest is a month after both the URL and the page.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bs4 import BeautifulSoup

from benchmarks.measuring import HTML_PAGES, REPO_ROOT, fastest
from nianbao.documents.html.reader import read_html
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.documents.text.decode import decode

MIN_TEXT, MAX_CHROME, MIN_LABELS = 0.98, 0.02, 0.95
_NGRAM_LENGTH = 6
_DATE_IN_URL = re.compile(r"/(\d{4})-(\d{2})/(\d{2})/")
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    """A page with its expected text, title and date of posting; None for what it does not have."""

    name: str
    data: bytes
    text: str | None
    title: str | None
    posted: str | None


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Text, title and date of posting as a reader finds them."""

    text: str
    title: str | None
    posted: str | None


@dataclass(frozen=True, slots=True)
class ReadingScore:
    """Averages over the pages that have each: recall of text, share of page furniture, correct titles and dates.

    `errors` has one line per deviation.
    """

    n_pages: int
    text: float
    chrome: float
    titles: float
    dates: float
    errors: tuple[str, ...]


def real_pages(folder: Path) -> list[ExpectedPage]:
    """Return the article pages in the manifest of the folder."""
    pages = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] != "article":
            continue
        path = folder / row["file"]
        data = path.read_bytes()
        source = decode(data).text
        api_text = path.parent / row["beside"] if row.get("beside") else None
        title = row["title"] if row["title"] and bare(row["title"]) in bare(_visible_text(source)) else None
        date = _DATE_IN_URL.search(row["url"] or "")
        posted = "-".join(date.groups()) if date else (row["pub_date"] or "")[:10]
        pages.append(
            ExpectedPage(
                name=row["file"],
                data=data,
                text=api_text.read_text(encoding="utf-8") if api_text else _element_text(source, row["main_selector"]),
                title=title,
                posted=posted if posted and row["scope"] != "fragment" else None,
            )
        )
    return pages


def bundled_pages(folder: Path) -> list[ExpectedPage]:
    """Return the bundled pages with the text of their article element and their labels."""
    pages = []
    for path in sorted(folder.rglob("*.html")):
        data = path.read_bytes()
        source = decode(data).text
        labels = {meta.get("name"): str(meta.get("content")) for meta in BeautifulSoup(source, "lxml")("meta")}
        text = _element_text(source, ".TRS_Editor, .article-content")
        pages.append(ExpectedPage(path.name, data, text, labels["ArticleTitle"], labels["PubDate"][:10]))
    return pages


def score(pages: Sequence[ExpectedPage], read: Callable[[bytes], ReadPage]) -> ReadingScore:
    """Score a reader on the pages."""
    recalls, extras, titles, dates, errors = [], [], [], [], []
    for page in pages:
        result = read(page.data)
        if page.text:
            expected, found = _ngrams(page.text), _ngrams(result.text)
            recalls.append(len(expected & found) / max(1, len(expected)))
            extras.append(len(found - expected) / max(1, len(found)))
            if recalls[-1] < MIN_TEXT or extras[-1] > MAX_CHROME:
                errors.append(f"{page.name}: text {recalls[-1]:.3f}, chrome {extras[-1]:.3f}")
        if page.title:
            titles.append(is_title(result.title, page.title))
            errors += [] if titles[-1] else [f"{page.name}: title {result.title}"]
        if page.posted:
            dates.append((result.posted or "")[:10] == page.posted)
            errors += [] if dates[-1] else [f"{page.name}: posted {result.posted}, expected {page.posted}"]
    return ReadingScore(len(pages), mean(recalls), mean(extras), mean(titles), mean(dates), tuple(errors))


def read_ours(data: bytes) -> ReadPage:
    """Read a page with nianbao."""
    try:
        document = read_document(data, media_type="text/html")
    except UnreadableDocument:
        return ReadPage("", None, None)
    metadata = document.metadata
    return ReadPage(document.text, metadata.title, str(metadata.published_at) if metadata.published_at else None)


def read_trafilatura(data: bytes) -> ReadPage:
    """Read a page, decoded by us, with trafilatura."""
    import trafilatura

    document = trafilatura.bare_extraction(decode(data).text, with_metadata=True)
    if document is None or isinstance(document, dict):
        return ReadPage("", None, None)
    return ReadPage(document.text or "", document.title, document.date)


def is_title(title: str | None, expected: str) -> bool:
    """Return whether a title is the expected one, ignoring the name of the site after it.

    >>> is_title("监察法", "监察法-纪检"), is_title("监察", "监察法-纪检")
    (True, False)
    """
    short, long = bare(title or ""), bare(expected)
    return short == long or (len(short) > 2 and bool(re.match(re.escape(short) + r"[_\-—|]", long)))


def bare(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())


def _ngrams(text: str) -> set[str]:
    text = bare(text)
    return {text[n : n + _NGRAM_LENGTH] for n in range(max(1, len(text) - _NGRAM_LENGTH + 1))}


def _visible_text(source: str) -> str:
    soup = BeautifulSoup(source, "lxml")
    return soup.get_text() + "".join(str(meta.get("content") or "") for meta in soup("meta"))


def _element_text(source: str, selector: str | None) -> str | None:
    """Return the text of the longest element that matches, without names of files to download."""
    if selector is None:
        return None
    soup = BeautifulSoup(source, "html.parser")
    elements = [soup] if selector == "(whole file)" else soup.select(selector)
    if not elements:
        return None
    element = max(elements, key=lambda element: len(element.get_text()))
    for part in element(["script", "style"]):
        part.decompose()
    for link in element("a"):
        if _FILE_NAME.search(str(link.get("href") or "")) and _FILE_NAME.search(link.get_text()):
            link.decompose()
    return element.get_text()


def main() -> None:
    """Print scores and times of nianbao and trafilatura; exit with 1 if nianbao is below its limits or slower."""
    argparse.ArgumentParser(prog="python -m benchmarks.reading", description=main.__doc__).parse_args()
    if (HTML_PAGES / "manifest.jsonl").is_file():
        print("reading real pages:")
        pages = real_pages(HTML_PAGES)
    else:
        print(f"reading bundled pages, because there are no real ones ({HTML_PAGES.name}/manifest.jsonl):")
        pages = bundled_pages(REPO_ROOT / "data" / "raw")
    ours = score(pages, read_ours)
    _print("nianbao", ours)
    ok = ours.text >= MIN_TEXT and ours.chrome <= MAX_CHROME and min(ours.titles, ours.dates) >= MIN_LABELS
    for line in ours.errors:
        print(f"  {line}")
    text_seconds = fastest(lambda: [read_html_or_none(page.data) for page in pages])
    our_seconds = fastest(lambda: [read_ours(page.data) for page in pages])
    print(
        f"nianbao: {1e3 * text_seconds / len(pages):.1f} ms per page for the text, "
        f"{1e3 * our_seconds / len(pages):.1f} with metadata"
    )
    theirs = score(pages, read_trafilatura)
    _print("trafilatura", theirs)
    their_seconds = fastest(lambda: [read_trafilatura(page.data) for page in pages], rounds=2)
    print(f"trafilatura: {1e3 * their_seconds / len(pages):.1f} ms per page, {their_seconds / our_seconds:.1f} x ours")
    ok = ok and our_seconds < their_seconds and ours.text >= theirs.text and ours.chrome <= theirs.chrome
    print(f"reading pages: {'ok' if ok else 'FAILED'}")
    sys.exit(not ok)


def read_html_or_none(data: bytes) -> object:
    """Return the lines of a page, or None if it has none."""
    try:
        return read_html(data)
    except UnreadableDocument:
        return None


def _print(name: str, result: ReadingScore) -> None:
    print(
        f"{name}: {result.n_pages} pages, text {result.text:.1%}, chrome {result.chrome:.1%}, "
        f"titles {result.titles:.1%}, dates {result.dates:.1%}"
    )


if __name__ == "__main__":
    main()
