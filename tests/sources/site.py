"""A web site on loopback that behaves like government sites: their content systems, and their failures.

    with Site() as site:
        site.put("/a.html", b"<html>…", etag='"1"')
        site.url("/a.html"), site.asked("/a.html")

Pages are of the invented 云汀市; nothing here leaves the machine.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from tests.conftest import report_text


@dataclass(frozen=True)
class Reply:
    """A response of the site: a whole body, or chunks."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: Iterator[bytes] | None = None
    cut_after: int | None = None


Route = Callable[[str], Reply]


class Site:
    """A site: the responses by path, and a log of the requests with their headers."""

    def __init__(self) -> None:
        """Create a site without pages."""
        self.routes: dict[str, Route] = {}
        self.log: list[tuple[str, dict[str, str]]] = []
        self.max_concurrent = 0
        self._now = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Site:
        """Start the server in a thread."""
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def root(self) -> str:
        """The address of the site, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return self.root + path

    def put(self, path: str, body: bytes | str, content_type: str = "text/html; charset=utf-8", **headers: str) -> None:
        """Serve a page; `etag` and `last_modified` allow conditional requests."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = lambda _: Reply(200, data, {"content-type": content_type, **named})

    def fail_first(self, path: str, times: int, reply: Reply) -> None:
        """Answer with `reply` the first `times` times, then with the page."""
        good, left = self.routes[path], [times]

        def route(query: str) -> Reply:
            left[0] -= 1
            return reply if left[0] >= 0 else good(query)

        self.routes[path] = route

    def asked(self, path: str) -> int:
        """Return how many times a path was requested."""
        return sum(requested == path for requested, _ in self.log)

    def paths(self) -> list[str]:
        """Return the requested paths in order, without robots.txt."""
        return [path for path, _ in self.log if path != "/robots.txt"]

    def answer(self, path: str, headers: Mapping[str, str]) -> Reply:
        """Log a request and return the reply of its route."""
        with self._lock:
            self._now += 1
            self.max_concurrent = max(self.max_concurrent, self._now)
            self.log.append((path, {name.lower(): value for name, value in headers.items()}))
        try:
            parts = urlsplit(path)
            route = self.routes.get(path) or self.routes.get(parts.path)
            reply = route(parts.query) if route else Reply(404, b"<html><h1>404</h1></html>")
            asked = {name.lower(): value for name, value in headers.items()}
            same = (reply.headers.get("etag") is not None and asked.get("if-none-match") == reply.headers["etag"]) or (
                reply.headers.get("last-modified") is not None
                and asked.get("if-modified-since") == reply.headers["last-modified"]
            )
            return Reply(304, b"", reply.headers) if same and reply.status == 200 else reply
        finally:
            with self._lock:
                self._now -= 1


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that disconnect, which some tests provoke."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = site.answer(self.path, dict(self.headers.items()))
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.chunks is not None:
                    self.send_header("connection", "close")
                    self.end_headers()
                    for chunk in reply.chunks:
                        self.wfile.write(chunk)
                        self.wfile.flush()
                    self.close_connection = True
                    return
                if reply.status != 304 and "content-length" not in reply.headers:
                    self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                if reply.status != 304:
                    self.wfile.write(reply.body[: reply.cut_after])
                if reply.cut_after is not None:
                    self.close_connection = True
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client has enough

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


def article(year: int, place: str = "云汀市", *, attachment: str = "", text: str | None = None) -> str:
    """Return the page of a report with boilerplate around it."""
    report = text if text is not None else report_text(year, place)
    title = report.split("\n")[0]
    paragraphs = "".join(f"<p>{line}</p>" for line in report.split("\n"))
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'>"
        f"<title>{title}_{place}人民政府</title><meta name='ArticleTitle' content='{title}'></head><body>"
        "<div class='nav'><a href='/zn.pdf'>公开指南.pdf</a><a href='/'>首页</a></div>"
        f"<div class='TRS_Editor'>{paragraphs}{attachment}</div>"
        f"<div class='footer'>主办：{place}人民政府</div></body></html>"
    )


def title_of(year: int, place: str = "云汀市") -> str:
    """Return the title of a rule-of-law report."""
    return f"{place}人民政府关于{year}年法治政府建设情况的报告"


OTHER_TITLES = (
    "《云汀市2022年法治政府建设情况报告》解读",
    "关于报送2022年度法治政府建设情况报告的通知",
    "一图读懂云汀市2022年法治政府建设情况报告",
    "云汀市司法局2022年法治政府建设年度报告",
    "云汀市2022年重大行政决策事项目录",
)


@dataclass(frozen=True)
class Row:
    """A row of a list page."""

    title: str
    path: str
    day: str


def rows_of(years: Sequence[int], folder: str) -> list[Row]:
    """Return the rows of a column, newest first: a report per year, and titles about reports between them."""
    rows: list[Row] = []
    for year in sorted(years, reverse=True):
        rows.append(Row(title_of(year), f"{folder}{year}.html", f"{year + 1}-03-28"))
        rows += [
            Row(title, f"{folder}{year}-{n}.html", f"{year + 1}-03-0{9 - n}") for n, title in enumerate(OTHER_TITLES)
        ]
    return rows


def put_reports(site: Site, years: Sequence[int], folder: str, encoding: str = "utf-8") -> None:
    """Serve the pages of the reports on the given years."""
    for year in years:
        site.put(f"{folder}{year}.html", article(year).encode(encoding), etag=f'"{year}"')


def _items(rows: Sequence[Row]) -> str:
    return "".join(
        f"<li><a href='{row.path}' title='{row.title}'>{row.title[:12]}...</a><span>{row.day}</span></li>"
        for row in rows
    )


def _pages(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    return [rows[position : position + size] for position in range(0, len(rows), size)]


def put_trs(site: Site, years: Sequence[int], *, size: int = 6, encoding: str = "gb18030", counted: bool = True) -> str:
    """Serve a TRS WCM column in GBK that declares UTF-8, and return the URL of its list."""
    put_reports(site, years, "/trs/fzzf/", encoding)
    pages = _pages(rows_of(years, "/trs/fzzf/"), size)
    for n, rows in enumerate(pages):
        script = f'<script>createPageHTML({len(pages)}, {n}, "index", "shtml");</script>' if counted else ""
        body = f"<html><head><meta charset='utf-8'></head><body><ul>{_items(rows)}</ul>{script}</body></html>"
        name = "/trs/fzzf/" if n == 0 else f"/trs/fzzf/index_{n}.{'shtml' if counted else 'html'}"
        site.put(name, body.encode(encoding), "text/html; charset=utf-8")
    return site.url("/trs/fzzf/")


def put_nfcms(site: Site, years: Sequence[int], *, size: int = 6) -> str:
    """Serve an NFCMS column, which does not say how many pages it has, and return the URL of its list."""
    put_reports(site, years, "/nf/fzzf/content/")
    for n, rows in enumerate(_pages(rows_of(years, "/nf/fzzf/content/"), size), 1):
        site.put("/nf/fzzf/" if n == 1 else f"/nf/fzzf/index_{n}.html", f"<ul>{_items(rows)}</ul>")
    return site.url("/nf/fzzf/")


def put_jpage(site: Site, years: Sequence[int], *, shown: int = 6) -> str:
    """Serve a Hanweb column with a few records in the page and all behind `dataproxy.jsp`; return its URL."""
    put_reports(site, years, "/art/")
    rows = rows_of(years, "/art/")

    def store(part: Sequence[Row]) -> str:
        records = "".join(f"<record><![CDATA[{_items([row])}]]></record>" for row in part)
        return f"<datastore><totalrecord>{len(rows)}</totalrecord><recordset>{records}</recordset></datastore>"

    def proxy(query: str) -> Reply:
        asked = {name: int(values[0]) for name, values in parse_qs(query).items()}
        if (asked["columnid"], asked["unitid"], asked["webid"]) != (101, 55, 3):
            return Reply(200, store([]).encode(), {"content-type": "text/xml"})
        part = rows[asked["startrecord"] - 1 : min(asked["endrecord"], asked["startrecord"] + 7)]
        return Reply(200, store(part).encode(), {"content-type": "text/xml; charset=utf-8"})

    site.routes["/module/web/jpage/dataproxy.jsp"] = proxy
    script = "var p={columnid:101,unitid:'55',webid:'3',proxyurl:'/module/web/jpage/dataproxy.jsp'}"
    site.put(
        "/col/col101/index.html",
        f"<html><body><script type='text/xml'>{store(rows[:shown])}</script><script>{script}</script></body></html>",
    )
    return site.url("/col/col101/index.html")


def put_gkmlpt(site: Site, years: Sequence[int], *, size: int = 8) -> str:
    """Serve the platform of Guangdong: a page with only a number in its script, and JSON; return its URL."""
    put_reports(site, years, "/gkmlpt/content/")
    rows = rows_of(years, "/gkmlpt/content/")

    def api(query: str) -> Reply:
        asked = parse_qs(query)
        page = max(1, int(asked["page"][0]))
        part = rows[(page - 1) * size : page * size] if asked["sid"] == ["763001"] else []
        articles = [
            {"title": row.title, "url": site.url(row.path), "display_publish_time": row.day, "attachment": []}
            for row in part
        ]
        body = json.dumps({"total": len(rows), "articles": articles}).encode()
        return Reply(200, body, {"content-type": "application/json"})

    site.routes["/gkmlpt/api/all/77"] = api
    site.put("/gkmlpt/index", "<html><script>window._CONFIG = {SID: '763001', TREE: []}</script></html>")
    return site.url("/gkmlpt/index")


def put_plain(site: Site, years: Sequence[int], *, size: int = 6) -> str:
    """Serve a list with links 下一页, the last of which leads to itself, and return its URL."""
    put_reports(site, years, "/plain/")
    pages = _pages(rows_of(years, "/plain/"), size)
    for n, rows in enumerate(pages):
        onward = min(n + 1, len(pages) - 1)
        site.put(f"/plain/list{n}.html", f"<ul>{_items(rows)}</ul><a href='list{onward}.html'>下一页&gt;</a>")
    return site.url("/plain/list0.html")


SYSTEMS: dict[str, Callable[..., str]] = {
    "trs": put_trs,
    "nfcms": put_nfcms,
    "jpage": put_jpage,
    "gkmlpt": put_gkmlpt,
    "next_link": put_plain,
}


def bomb(size: int) -> bytes:
    """Return gzip data that decompresses to `size` zero bytes."""
    return gzip.compress(bytes(size), 9)


def drip(chunk: bytes, wait: Callable[[], object]) -> Iterator[bytes]:
    """Yield a body that never ends."""
    while True:
        yield chunk
        wait()
