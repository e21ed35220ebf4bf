"""`python -m benchmarks.reading`, part of `make bench`: how much of pages is read right, beside trafilatura.

The real pages and what they must yield stand in `manifest.jsonl` of a folder that is no part of the repository; where
that is not there, the bundled pages of the invented government are read, whose text is what their element holds. A
page's own text is what the site's interface gave beside it, else the element that a person chose; names of files to
download are no part of it. A date is wanted where the page carries one: of PubDate, else that of the address, which is
the day of posting (the manifest's dates of gov.cn pages are a month after both the address and the page).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bs4 import BeautifulSoup

from benchmarks.__main__ import HOUSE, SHARED, best, verdict
from nianbao.documents.html.reader import read_html
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.documents.text.decode import decode

LEAST_TEXT, MOST_CHROME, LEAST_LABELS = 0.98, 0.02, 0.95
_GRAM = 6
_POSTED_IN_ADDRESS = re.compile(r"/(\d{4})-(\d{2})/(\d{2})/")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RealPage:
    """A page and what it must yield; None where it does not carry it."""

    name: str
    data: bytes
    text: str | None
    title: str | None
    posted: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """Shares over the pages that carry each: text found, chrome in what was found, titles and dates right."""

    n_pages: int
    text: float
    chrome: float
    titles: float
    dates: float
    wrong: tuple[str, ...]


def real_pages(folder: Path) -> list[RealPage]:
    """The article pages of the folder's manifest."""
    pages = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] != "article":
            continue
        path = folder / row["file"]
        data = path.read_bytes()
        source = decode(data).text
        beside = path.parent / row["beside"] if row.get("beside") else None
        title = row["title"] if row["title"] and bare(row["title"]) in bare(_shown(source)) else None
        address = _POSTED_IN_ADDRESS.search(row["url"] or "")
        posted = "-".join(address.groups()) if address else (row["pub_date"] or "")[:10]
        pages.append(
            RealPage(
                name=row["file"],
                data=data,
                text=beside.read_text(encoding="utf-8") if beside else _chosen(source, row["main_selector"]),
                title=title,
                posted=posted if posted and row["scope"] != "fragment" else None,
            )
        )
    return pages


def bundled_pages(folder: Path) -> list[RealPage]:
    """The bundled pages, with what their element and their labels say."""
    pages = []
    for path in sorted(folder.rglob("*.html")):
        data = path.read_bytes()
        source = decode(data).text
        labels = {meta.get("name"): str(meta.get("content")) for meta in BeautifulSoup(source, "lxml")("meta")}
        text = _chosen(source, ".TRS_Editor, .article-content")
        pages.append(RealPage(path.name, data, text, labels["ArticleTitle"], labels["PubDate"][:10]))
    return pages


def score(pages: Sequence[RealPage], read: Callable[[bytes], tuple[str, str | None, str | None]]) -> Score:
    """How right `read` (bytes to text, title and date) is on the pages."""
    recalls, extras, titles, dates, wrong = [], [], [], [], []
    for page in pages:
        text, title, posted = read(page.data)
        if page.text:
            wanted, found = _grams(page.text), _grams(text)
            recalls.append(len(wanted & found) / max(1, len(wanted)))
            extras.append(len(found - wanted) / max(1, len(found)))
            if recalls[-1] < LEAST_TEXT or extras[-1] > MOST_CHROME:
                wrong.append(f"{page.name}: text {recalls[-1]:.3f}, chrome {extras[-1]:.3f}")
        if page.title:
            titles.append(is_title(title, page.title))
            wrong += [] if titles[-1] else [f"{page.name}: title {title}"]
        if page.posted:
            dates.append((posted or "")[:10] == page.posted)
            wrong += [] if dates[-1] else [f"{page.name}: posted {posted}, not {page.posted}"]
    return Score(len(pages), mean(recalls), mean(extras), mean(titles), mean(dates), tuple(wrong))


def read_ours(data: bytes) -> tuple[str, str | None, str | None]:
    """Text, title and day of posting as the reading stage finds them."""
    try:
        document = read_document(data, media_type="text/html")
    except UnreadableDocument:
        return "", None, None
    about = document.metadata
    return document.text, about.title, str(about.published_at) if about.published_at else None


def read_trafilatura(data: bytes) -> tuple[str, str | None, str | None]:
    """The same by trafilatura, given the decoded text."""
    import trafilatura

    found = trafilatura.bare_extraction(decode(data).text, with_metadata=True)
    return (found.text or "", found.title, found.date) if found else ("", None, None)


def is_title(found: str | None, wanted: str) -> bool:
    """Whether a title is the wanted one; the name of the site after it does not count.

    >>> is_title("监察法", "监察法-纪检"), is_title("监察", "监察法-纪检")
    (True, False)
    """
    one, other = bare(found or ""), bare(wanted)
    return one == other or (len(one) > 2 and bool(re.match(re.escape(one) + r"[_\-—|]", other)))


def bare(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def _grams(text: str) -> set[str]:
    text = bare(text)
    return {text[at : at + _GRAM] for at in range(max(1, len(text) - _GRAM + 1))}


def _shown(source: str) -> str:
    soup = BeautifulSoup(source, "lxml")
    return soup.get_text() + "".join(str(meta.get("content") or "") for meta in soup("meta"))


def _chosen(source: str, selector: str | None) -> str | None:
    if selector is None:
        return None
    soup = BeautifulSoup(source, "html.parser")
    found = [soup] if selector == "(whole file)" else soup.select(selector)
    if not found:
        return None
    element = max(found, key=lambda element: len(element.get_text()))
    for part in element(["script", "style"]):
        part.decompose()
    for link in element("a"):
        if _FILE.search(str(link.get("href") or "")) and _FILE.search(link.get_text()):
            link.decompose()
    return element.get_text()


def main() -> None:
    """Prints both scores and how long both took; exits 1 where ours is too low or slower."""
    folder = SHARED / "html"
    if (folder / "manifest.jsonl").is_file():
        print("reading real pages:")
        pages = real_pages(folder)
    else:
        print(f"reading bundled pages, because real ones ({folder.name}/manifest.jsonl) are not beside the repository:")
        pages = bundled_pages(HOUSE / "data" / "raw")
    ours = score(pages, read_ours)
    _print("nianbao", ours)
    good = ours.text >= LEAST_TEXT and ours.chrome <= MOST_CHROME and min(ours.titles, ours.dates) >= LEAST_LABELS
    for line in ours.wrong:
        print(f"  {line}")
    seconds = best(lambda: [read_html_or_nothing(page.data) for page in pages])
    whole = best(lambda: [read_ours(page.data) for page in pages])
    print(f"nianbao: {1e3 * seconds / len(pages):.1f} ms a page for its text, {1e3 * whole / len(pages):.1f} whole")
    theirs = score(pages, read_trafilatura)
    _print("trafilatura", theirs)
    slow = best(lambda: [read_trafilatura(page.data) for page in pages], rounds=2)
    print(f"trafilatura: {1e3 * slow / len(pages):.1f} ms a page, {slow / whole:.1f} x ours")
    good = good and whole < slow and ours.text >= theirs.text and ours.chrome <= theirs.chrome
    print(f"reading pages: {verdict(good)}")
    sys.exit(not good)


def read_html_or_nothing(data: bytes) -> object:
    """The page's lines; None where it holds none."""
    try:
        return read_html(data)
    except UnreadableDocument:
        return None


def _print(name: str, result: Score) -> None:
    print(
        f"{name}: {result.n_pages} pages, text {result.text:.1%}, chrome {result.chrome:.1%}, "
        f"titles {result.titles:.1%}, dates {result.dates:.1%}"
    )


if __name__ == "__main__":
    main()
