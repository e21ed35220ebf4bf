"""Faults of sites: marked robots.txt files, redirects in other encodings or to nowhere, and dead ports."""

from __future__ import annotations

import socket
import sqlite3
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from nianbao.sources.client import Client, _remove_damaged
from nianbao.sources.errors import FetchError, ForbiddenByRobots, HostStopped
from tests.sources.conftest import MakeClient
from tests.sources.site import Reply, Site

PAGE = b"<html><body>" + "云汀市".encode() * 50 + b"</body></html>"
RULES = "User-agent: *\nDisallow: /secret/\n"
NAMED = "User-agent: nianbao\nDisallow: /secret/\n"


@pytest.mark.parametrize(
    "data",
    [
        BOM_UTF8 + RULES.encode(),
        BOM_UTF8 + NAMED.encode(),
        BOM_UTF8 * 2 + RULES.encode(),
        BOM_UTF16_LE + RULES.encode("utf-16-le"),
        BOM_UTF16_BE + RULES.encode("utf-16-be"),
        BOM_UTF16_LE + NAMED.encode("utf-16-le"),
        RULES.encode("utf-16-le"),
        RULES.encode("utf-16-be"),
        BOM_UTF8 + RULES.replace("\n", "\r").encode(),
        BOM_UTF8 + RULES.replace("\n", "\r\n").encode(),
        "# 网站地图\n".encode("gbk") + RULES.encode(),
    ],
)
def test_robots_with_a_mark_or_in_another_encoding_is_obeyed(site: Site, client: Client, data: bytes) -> None:
    """A `robots.txt` with a byte order mark, UTF-16, GBK comments or other line ends is obeyed."""
    site.put("/robots.txt", data, "text/plain")
    site.put("/secret/a.html", PAGE)
    site.put("/a.html", PAGE)
    with pytest.raises(ForbiddenByRobots):
        client.get(site.url("/secret/a.html"))
    assert client.get(site.url("/a.html")).status == 200


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize(
    "target", ["/l/报告.html", "报告.html", "/l/a.html?名=值", "/l/年报 一.html", "/l/%E6%8A%A5.html"]
)
def test_a_redirect_is_followed_with_the_bytes_that_the_site_sent(
    site: Site, client: Client, target: str, encoding: str
) -> None:
    """A redirect with raw GBK or UTF-8 bytes is followed to exactly these bytes."""
    # Headers are sent as Latin-1, so that the bytes go out as they are.
    location = target.encode(encoding).decode("latin-1")
    site.routes["/l/from.html"] = lambda _: Reply(302, b"", {"location": location})
    answer = client.get(site.url("/l/from.html"))
    wanted = "".join(chr(b) if 0x20 < b < 0x7F else f"%{b:02X}" for b in target.encode(encoding))
    assert answer.final_url.endswith(wanted)


@pytest.mark.parametrize(
    "location",
    ["javascript:alert(1)", "data:text/html,a", "http://xn--a/", "mailto:a@b.invalid", "http://[::1", "http://a:port/",
     "ftp://a.invalid/", "http://", "http:///", "file:///etc/passwd"],
)  # fmt: skip
def test_a_redirect_to_an_invalid_url_fails_only_that_page(site: Site, client: Client, location: str) -> None:
    """A redirect to an invalid URL fails its page, and other pages of the host can be fetched."""
    site.routes["/a.html"] = lambda _: Reply(302, b"", {"location": location})
    site.put("/b.html", PAGE)
    with pytest.raises(FetchError) as raised:
        client.get(site.url("/a.html"))
    assert not isinstance(raised.value, HostStopped)
    assert client.get(site.url("/b.html")).status == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("path", ["/a.pdf", "/附件.doc", "/?id=1", "/robots.txt", "/l/../b.html"])
@pytest.mark.parametrize("by_redirect", [False, True], ids=["linked", "redirected"])
def test_a_dead_port_fails_only_that_link(
    site: Site, client: Client, scheme: str, path: str, *, by_redirect: bool
) -> None:
    """A link or a redirect to a closed port fails alone, and the host is not stopped."""
    site.put("/a.html", PAGE)
    client.get(site.url("/a.html"))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    host = site.root.split("//")[1].split(":")[0]
    dead = f"{scheme}://{host}:{port}{path}"
    if by_redirect:
        site.routes["/moved.html"] = lambda _: Reply(status=302, headers={"location": quote(dead, safe=":/?=")})
        dead = site.url("/moved.html")
    for _ in range(2):
        with pytest.raises(FetchError) as raised:
            client.get(dead)
        assert not isinstance(raised.value, HostStopped)
    assert client.get(site.url("/a.html")).status == 200


def test_a_cookie_that_a_page_sets_is_not_sent_back(site: Site, client: Client) -> None:
    """No site can recognize the client by a cookie of an earlier page."""
    site.routes["/a.html"] = lambda _: Reply(body=PAGE, headers={"content-type": "text/html", "set-cookie": "id=1"})
    site.put("/b.html", PAGE)
    client.get(site.url("/a.html"))
    client.get(site.url("/b.html"))
    assert all("cookie" not in headers for _, headers in site.log)


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_cache_of_responses_is_made_again(
    site: Site, make_client: MakeClient, tmp_path: Path, damage: bytes
) -> None:
    """A run with a damaged cache fetches as without one, and the next run has a sound cache."""
    cache = tmp_path / "cache" / "answers.sqlite"
    cache.parent.mkdir(exist_ok=True)
    cache.write_bytes(damage)
    site.put("/a.html", PAGE, etag='"1"')
    assert make_client().get(site.url("/a.html")).status == 200
    assert make_client().get(site.url("/a.html")).unchanged


def test_a_cache_of_responses_in_use_is_kept(tmp_path: Path) -> None:
    """A cache that another program has locked is not taken for a damaged one."""
    cache = tmp_path / "answers.sqlite"
    with closing(sqlite3.connect(cache)) as other:
        other.execute("CREATE TABLE mine (id INTEGER)")
        other.execute("BEGIN EXCLUSIVE")
        _remove_damaged(cache)
    with closing(sqlite3.connect(cache)) as other:
        assert other.execute("SELECT count(*) FROM mine").fetchone() == (0,)
