"""Acceptance of responses: which are not a report, and which reports only resemble a refused page."""

from __future__ import annotations

import pytest

from nianbao.documents.media_types import HTML
from nianbao.documents.read import read_document
from nianbao.sources.acceptance import check_document, check_response
from nianbao.sources.media_types import file_name, is_file, media_type_of
from tests.conftest import report_text
from tests.sources.site import article


@pytest.mark.parametrize(
    ("page", "check"),
    [
        ("<title>请稍候…</title><body>正在验证您的访问</body>", "challenge"),
        ("<html><body><h3>访问过于频繁</h3></body></html>", "challenge"),
        ("<html>请输入验证码后继续访问</html>", "challenge"),
        ("<html>您的访问被拦截，WEB应用防护系统</html>", "challenge"),
        ("<script>var $_ts=window['$_ts'];</script>", "challenge"),
        ("<script>document.cookie='x=1';location.href='/a'</script>", "challenge"),
        ("<html>统一身份认证平台</html>", "login"),
        ("<form><input name=u><input name=p type='password'></form>", "login"),
        ("<html><h1>关于我们</h1></html>", None),
        ("<html><a href='/login'>用户登录</a>" + "<li>云汀市2020年政府信息公开工作年度报告</li>" * 30, None),
        (article(2020), None),
        (article(2020, text=report_text(2020) + "完善登录验证码，访问过于频繁者用户登录请稍候。\n" * 80), None),
    ],
)
def test_challenges_and_logins_are_recognised_by_their_content(page: str, check: str | None) -> None:
    """Challenge and login pages are recognised, and reports that mention the same words are not."""
    exclusion = check_response(200, page.encode(), HTML)
    assert (exclusion.check if exclusion else None) == check


def test_a_challenge_in_gbk_is_recognised() -> None:
    """A challenge page in GBK that declares UTF-8 is recognised with its text as reason."""
    exclusion = check_response(200, "<html><meta charset=utf-8>访问过于频繁</html>".encode("gb18030"), HTML)
    assert exclusion is not None
    assert "访问过于频繁" in exclusion.reason


@pytest.mark.parametrize(
    ("status", "check"),
    [(403, "challenge"), (405, "challenge"), (412, "challenge"), (521, "challenge"), (401, "login"), (404, "missing"),
     (304, "missing"), (418, "missing")],
)  # fmt: skip
def test_a_response_is_classified_by_its_status(status: int, check: str) -> None:
    """Error statuses mean a challenge, a login or a missing page, whatever the body contains."""
    exclusion = check_response(status, article(2020).encode(), HTML)
    assert exclusion is not None
    assert exclusion.check == check


def test_the_bytes_of_a_file_are_not_searched_for_page_words() -> None:
    """Words of a challenge inside a PDF do not exclude it."""
    assert check_response(200, "%PDF-1.4 正在验证".encode(), "application/pdf") is None


@pytest.mark.parametrize(
    ("wanted", "before", "check"),
    [((2020,), None, None), ((2020,), 300, None), ((2021,), None, "other_year"), ((2019, 2020), None, None),
     ((), None, None), ((2020,), 5000, "smaller")],
)  # fmt: skip
def test_a_document_is_compared_with_the_wanted_years_and_the_stored_length(
    wanted: tuple[int, ...], before: int | None, check: str | None
) -> None:
    """A report of another year or much shorter than the stored version is excluded."""
    document = read_document(report_text(2020).encode(), media_type="text/plain")
    exclusion = check_document(document, wanted, before)
    assert (exclusion.check if exclusion else None) == check


@pytest.mark.parametrize(
    ("data", "content_type", "url", "media_type"),
    [
        (b"%PDF-1.7", "text/html", "http://a/x.html", "application/pdf"),
        (b"\n%PDF-1.7", "", "http://a/x", "application/pdf"),
        (b"PK\x03\x04 word/document.xml", "application/zip", "http://a/x.zip",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04 OFD.xml", "", "http://a/x", "application/ofd"),
        (b"PK\x03\x04 ../../../etc/passwd", "text/html", "http://a/x.docx", "application/octet-stream"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "", "", "application/vnd.ms-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "http://a/x.wps", "application/msword"),
        (b"<p>x</p>", "application/pdf", "http://a/x.pdf", "text/html"),
        ("云汀市".encode(), "text/plain; charset=gbk", "http://a/x", "text/plain"),
        (b"\x00\x01", "image/png", "http://a/x.png", "application/octet-stream"),
    ],
)  # fmt: skip
def test_bytes_decide_on_the_media_type_whatever_the_server_states(
    data: bytes, content_type: str, url: str, media_type: str
) -> None:
    """The content determines the media type, not the header or the extension."""
    assert media_type_of(data, content_type, url) == media_type


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://a/x/post_1.html", "post_1.html"),
        ("http://a/downfile.jsp?classid=0&filename=%E6%8A%A5%E5%91%8A.pdf", "报告.pdf"),
        ("http://a/downfile.jsp?filename=../../../etc/x.pdf", "__.._.._etc_x.pdf"),
        ("http://a/..%2f..%2fx.html", "__.._x.html"),
        ("http://a/%00%0a.html", "__.html"),
        ("http://a/.ssh", "_ssh"),
        ("http://a/", "page"),
    ],
)
def test_a_file_name_from_a_url_is_not_a_path(url: str, name: str) -> None:
    """A file name from a URL has no separators, control characters or leading dot."""
    result = file_name(url)
    assert not set(result) & set('/\\:*?"<>|\0\n')
    assert not result.startswith(".")
    assert result == name


def test_links_to_files() -> None:
    """Links are recognised as files by the extension in their text or address."""
    assert is_file("http://a/download?id=3", "2020年报告.docx")
    assert is_file("http://a/x.OFD")
    assert not is_file("http://a/x.html", "报告全文")
