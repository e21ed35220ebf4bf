"""Pages that a person saved in a browser are stored under the URL that they were saved from."""

from __future__ import annotations

import quopri
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.snapshots.inventory import current_snapshot_paths
from nianbao.snapshots.store import read_snapshot, snapshot_paths
from nianbao.sources.browser_saves import NotAPage, saved_page, unpack_mhtml, web_address
from nianbao.sources.local import ingest, list_files
from tests.conftest import RECEIVED
from tests.sources.conftest import MakeClient, one_report, run
from tests.sources.site import Site, article

URL = "http://www.example.invalid/fzzf/post_1.html"


def mhtml(page: bytes, url: str = URL, part: str = "text/html") -> bytes:
    """Return a page as Chromium saves it in MHTML."""
    return (
        (
            f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {url}\r\nSubject: =?utf-8?Q?=E6=8A=A5?=\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--B--"\r\n'
            "\r\n\r\n"
            f"----B--\r\nContent-Type: {part}\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
            f"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: {url}\r\n\r\n"
        ).encode()
        + quopri.encodestring(page).replace(b"\n", b"\r\n")
        + (
            b"\r\n----B--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
            b"Content-Location: file:///../../../evil.png\r\n\r\niVBORw0KGgo=\r\n\r\n----B----\r\n"
        )
    )


def take(raw: Path, *paths: Path) -> list[str]:
    """Ingest paths and return the outcomes."""
    return [result.outcome for result in ingest(list_files(paths), raw, now=RECEIVED)]


def test_a_page_with_its_folder_is_one_report(tmp_path: Path, raw: Path) -> None:
    """A saved page with its folder of resources is stored as one report under its original URL."""
    folder = tmp_path / "saved"
    parts = folder / "云汀市2020年报告_files"
    parts.mkdir(parents=True)
    (folder / "云汀市2020年报告.html").write_text(f"<!-- saved from url=(0043){URL} -->\n{article(2020)}")
    (parts / "frame.html").write_text("<p>" + article(2019) + "</p>")
    (parts / "style.css").write_text("x")
    assert take(raw, folder) == ["new"]
    (path,) = snapshot_paths(raw)
    assert read_snapshot(raw, path)[0].url == URL
    assert path.startswith("rule_of_law/990100-云汀市/2020/")


def test_a_folder_that_is_only_named_like_a_browsers_is_imported(tmp_path: Path, raw: Path) -> None:
    """A folder named like one of a browser is imported when there is no page that it belongs to."""
    folder = tmp_path / "reports_files"
    folder.mkdir()
    (folder / "a.html").write_text(article(2020))
    assert take(raw, tmp_path / "reports_files") == ["new"]


def test_mhtml_becomes_the_page_in_it(tmp_path: Path, raw: Path) -> None:
    """An MHTML file is stored as its HTML page under the original URL, and no embedded file is written."""
    (tmp_path / "报告.mhtml").write_bytes(mhtml(article(2020).encode()))
    assert take(raw, tmp_path) == ["new"]
    snapshot, data = read_snapshot(raw, next(snapshot_paths(raw)))
    assert (snapshot.url, snapshot.media_type, snapshot.name) == (URL, "text/html", "报告.html")
    assert data.decode().rstrip() == article(2020)
    assert sorted(path.name for path in tmp_path.rglob("*.png")) == []


def test_mhtml_of_a_page_in_gbk(tmp_path: Path, raw: Path) -> None:
    """A page in GBK inside an MHTML file is stored and identified."""
    (tmp_path / "a.mht").write_bytes(mhtml(article(2020).encode("gb18030")))
    assert take(raw, tmp_path) == ["new"]
    assert next(snapshot_paths(raw)).startswith("rule_of_law/990100-云汀市/2020/")


@pytest.mark.parametrize(
    ("comment", "url"),
    [
        (f"<!-- saved from url=(0043){URL} -->", URL),
        (f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Mon Nov 23 2026\n-->", URL),
        ("<!-- saved from url=(0014)about:internet -->", None),
        ("<!-- saved from url=(0020)file:///etc/passwd -->", None),
        ("<!-- saved from url=(0020)http:///nothing -->", None),
        ("<p>no comment</p>", None),
    ],
)
def test_where_a_page_was_saved_from(comment: str, url: str | None) -> None:
    """The original URL is read from the comments of browsers, and only web addresses are accepted."""
    assert saved_page(f"{comment}<html><body>x</body></html>".encode()).url == url


@pytest.mark.parametrize("data", [b"", b"no mhtml", mhtml(b"x", part="text/plain"), mhtml(b" ")])
def test_a_file_without_a_page_is_refused(data: bytes) -> None:
    """An MHTML file without an HTML page is refused with advice to save it again."""
    with pytest.raises(NotAPage, match="save the page again"):
        unpack_mhtml(data)


def test_an_invalid_mhtml_is_reported_and_the_others_are_imported(tmp_path: Path, raw: Path) -> None:
    """An invalid file is counted as failed, and the next file is stored."""
    (tmp_path / "a.mhtml").write_bytes(b"nothing")
    (tmp_path / "b.mhtml").write_bytes(mhtml(article(2020).encode()))
    assert take(raw, tmp_path) == ["failed", "new"]


@given(st.binary(max_size=400))
def test_any_bytes_give_a_page_or_a_refusal(data: bytes) -> None:
    """Any MHTML body gives a page that is not empty or a refusal, never another error."""
    try:
        page = unpack_mhtml(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n" + data)
    except NotAPage:
        return
    assert page.data.strip()


@given(st.text(max_size=80))
def test_only_web_addresses_are_accepted_as_origin(text: str) -> None:
    """Any text gives no address or an http or https URL."""
    url = web_address(text)
    assert url is None or url.startswith(("http://", "https://", "HTTP", "Http", "hTtp"))


def test_a_saved_page_is_a_version_of_the_one_that_was_fetched(
    site: Site, make_client: MakeClient, tmp_path: Path, raw: Path
) -> None:
    """A page saved by hand becomes the current version of the same page that was fetched before."""
    site.put("/a.html", article(2020))
    run(one_report(site, "/a.html"), make_client(), raw)
    changed = article(2020).replace("1234", "1243")
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "a.html").write_text(f"<!-- saved from url=(0020){site.url('/a.html')} -->{changed}")
    assert [result.outcome for result in ingest(list_files([folder]), raw)] == ["new"]
    assert len(list(snapshot_paths(raw))) == 2
    (current,) = current_snapshot_paths(raw)
    assert b"1243" in (raw / current).read_bytes()
