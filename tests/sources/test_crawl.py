"""Crawling a source, from list to snapshots: what is stored, what is withheld, and what each run saves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from nianbao import pipeline
from nianbao.documents.model import Family
from nianbao.io.layout import WRITING
from nianbao.snapshots.inventory import current_snapshot_paths
from nianbao.snapshots.store import read_snapshot, snapshot_paths
from nianbao.sources import report as report_module
from nianbao.sources.crawl import crawl
from nianbao.sources.snapshot_index import SnapshotIndex
from tests.conftest import report_text
from tests.sources.conftest import MakeClient, one_report, run, source
from tests.sources.site import Reply, Site, article, put_trs, title_of

TABLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 500


def notes(raw: Path) -> list[dict[str, object]]:
    """Return the sidecars of all snapshots."""
    return [json.loads((raw / path).with_suffix(".json").read_text()) for path in snapshot_paths(raw)]


def files_of(raw: Path) -> list[str]:
    """Return the paths of all files in a folder."""
    return sorted(path.relative_to(raw).as_posix() for path in raw.rglob("*") if path.is_file())


def test_a_report_is_stored_in_its_folder_with_all_that_is_known_about_it(
    site: Site, make_client: MakeClient, raw: Path
) -> None:
    """A fetched report is stored under its place and year with URL, response headers, list and hints."""
    list_url = put_trs(site, (2020,))
    (result,) = run(source("trs", list_url), make_client(), raw)
    assert (result.outcome, result.year, result.title) == ("new", 2020, title_of(2020))
    assert result.path is not None
    assert result.path.startswith("rule_of_law/990100-云汀市/2020/")
    snapshot, data = read_snapshot(raw, result.path)
    assert data == article(2020).encode("gb18030")
    assert (snapshot.url, snapshot.media_type) == (site.url("/trs/fzzf/2020.html"), "text/html")
    assert snapshot.received is not None
    assert (snapshot.received.status, snapshot.received.headers["etag"]) == (200, '"2020"')
    assert snapshot.found_by == f"trs {list_url}"
    assert snapshot.hints == {
        "family": "rule_of_law", "jurisdiction": "990100", "title": title_of(2020), "year": "2020",
    }  # fmt: skip


def test_a_page_in_gbk_that_declares_utf_8_becomes_a_report(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A GBK page that declares UTF-8 is published as a report."""
    site.put("/a.html", article(2020).encode("gb18030"), "text/html; charset=utf-8")
    run(one_report(site, "/a.html"), make_client(), raw)
    outcome = pipeline.run(raw, raw.parent / "curated")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (1, 0)


def test_the_second_run_changes_nothing(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A second crawl of an unchanged site reports known pages and changes no file."""
    of_system = source("trs", put_trs(site, (2020, 2021)))
    run(of_system, make_client(), raw)
    before = {path: (raw / path).read_bytes() for path in files_of(raw) if not path.startswith(".fetch")}
    assert [result.outcome for result in run(of_system, make_client(), raw, all_pages=True)] == ["known", "known"]
    assert {path: (raw / path).read_bytes() for path in files_of(raw) if not path.startswith(".fetch")} == before


def test_a_report_replaced_at_its_url_is_a_new_version(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A report changed at its URL becomes the current version, the old one is kept, and one report is published."""
    of_one = one_report(site, "/a.html")
    site.put("/a.html", article(2020), etag='"1"')
    (first,) = run(of_one, make_client(), raw)
    site.put("/a.html", article(2020, text=report_text(2020, permits=4321)), etag='"2"')
    (second,) = run(of_one, make_client(), raw)
    assert (first.outcome, second.outcome) == ("new", "changed")
    assert list(current_snapshot_paths(raw)) == [second.path]
    assert sorted(snapshot_paths(raw)) == sorted(path for path in (first.path, second.path) if path)
    assert pipeline.run(raw, raw.parent / "curated").n_rows["reports"] == 1


def test_a_site_that_restores_an_older_version(site: Site, make_client: MakeClient, raw: Path) -> None:
    """If a site restores an older version, that snapshot is current again."""
    of_one, paths = one_report(site, "/a.html"), []
    for permits in (1, 2, 1):
        site.put("/a.html", article(2020, text=report_text(2020, permits=permits)))
        paths.append(run(of_one, make_client(), raw)[0].path)
    assert paths[0] == paths[2]
    assert list(current_snapshot_paths(raw)) == [paths[0]]


def test_a_page_with_the_same_text_is_not_a_new_version(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A page that differs only outside the report is not stored again."""
    of_one = one_report(site, "/a.html")
    for visits in (1, 2):
        site.put("/a.html", article(2020).replace("主办", f"您是第{visits}位访客 主办"))
        (result,) = run(of_one, make_client(), raw)
    assert result.outcome == "known"
    assert len(list(snapshot_paths(raw))) == 1


@pytest.mark.parametrize("status", [403, 405, 412, 521])
def test_a_challenge_stops_the_host_and_is_stored_and_reported(
    site: Site, make_client: MakeClient, raw: Path, status: int
) -> None:
    """A challenge ends the crawl of its host, is stored with its check, advises `ingest` and becomes a reject."""
    of_system = source("trs", put_trs(site, (2020, 2021, 2022)))
    site.routes["/trs/fzzf/2021.html"] = lambda _: Reply(status, "<h1>请稍候…</h1>".encode())
    results = run(of_system, make_client(), raw)
    assert [result.outcome for result in results] == ["new", "stopped"]
    assert f"stopped for this run: the site answers {status}" in results[1].note
    assert "nianbao ingest" in results[1].note
    assert site.asked("/trs/fzzf/2021.html") == 1
    assert site.asked("/trs/fzzf/2020.html") == 0
    (marked,) = [note for note in notes(raw) if "mark" in note]
    assert marked["mark"]["check"] == "challenge"  # type: ignore[index]
    outcome = pipeline.run(raw, raw.parent / "curated")
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (1, 1)


def test_a_rate_limit_page_does_not_replace_a_report(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A page about too many requests stops the host and does not replace the stored report."""
    of_one = one_report(site, "/a.html")
    site.put("/a.html", article(2020), etag='"1"')
    (first,) = run(of_one, make_client(), raw)
    site.put("/a.html", "<html><body>访问过于频繁，请稍后再试</body></html>")
    (second,) = run(of_one, make_client(), raw)
    assert second.outcome == "stopped"
    assert "访问过于频繁" in second.note
    assert first.path in list(current_snapshot_paths(raw))
    assert pipeline.run(raw, raw.parent / "curated").n_rows["reports"] == 1


def test_a_challenge_in_place_of_the_list(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A challenge instead of the list stops the source and is stored once."""
    site.put("/trs/fzzf/", "<html><script>document.cookie='a=b';location.reload()</script></html>")
    (result,) = run(source("trs", site.url("/trs/fzzf/")), make_client(), raw)
    assert (result.outcome, "browser check" in result.note) == ("stopped", True)
    assert len(notes(raw)) == 1


def test_a_login_and_an_empty_shell_are_withheld_and_the_crawl_continues(
    site: Site, make_client: MakeClient, raw: Path
) -> None:
    """Login pages and pages without content are withheld with their check, and the next report is stored."""
    of_system = source("trs", put_trs(site, (2020, 2021, 2022)))
    site.put("/trs/fzzf/2022.html", "<html><form>用户登录<input type='password'></form></html>")
    site.put("/trs/fzzf/2021.html", "<html><div id='app'></div></html>")
    results = {result.year: result for result in run(of_system, make_client(), raw)}
    assert {year: result.outcome for year, result in results.items()} == {
        2022: "withheld",
        2021: "withheld",
        2020: "new",
    }
    assert "login" in results[2022].note
    assert {note["mark"]["check"] for note in notes(raw) if "mark" in note} == {"login", "empty"}  # type: ignore[index]


def test_the_report_of_another_year_is_withheld(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A report on another year than expected is withheld, unplaced, with both years as reason."""
    site.put("/a.html", article(2019))
    (result,) = run(one_report(site, "/a.html", 2020), make_client(), raw)
    assert (result.outcome, result.note.split(";")[0]) == (
        "withheld", "expected the report on 2020, but the text is that on 2019",
    )  # fmt: skip
    assert result.path is not None
    assert result.path.startswith("_unplaced/")


def test_a_year_that_is_not_stated_withholds_nothing(site: Site, make_client: MakeClient, raw: Path) -> None:
    """Sites repost old reports when they move, so the day of posting is weak evidence for a title without a year."""
    site.put("/c/", "<li><a href='/a.html'>云汀市法治政府建设年度报告</a>2022-05-06</li>")
    site.put("/a.html", article(2017))
    (result,) = run(source("nfcms", site.url("/c/")), make_client(), raw)
    assert (result.outcome, result.year, (result.path or "").split("/")[2]) == ("new", 2021, "2017")


def test_a_work_report_may_be_named_after_either_year(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A work report whose title names the reviewed year or the next is accepted."""
    text = report_text(2020).replace("关于2020年法治政府建设情况的报告", "2020年政府工作报告")
    site.put("/c/", "<li><a href='/a.html'>2020年云汀市政府工作报告</a>2021-02-06</li>")
    site.put("/a.html", article(2020, text=text.replace("法治政府", "经济社会")))
    work = source("nfcms", site.url("/c/"), family=Family("work_report"))
    (result,) = run(work, make_client(), raw)
    assert result.outcome == "new"


def test_a_fragment_of_the_previous_version_is_withheld(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A version much shorter than the stored one is withheld, and the stored one stays current."""
    of_one = one_report(site, "/a.html")
    site.put("/a.html", article(2020, text=report_text(2020) + "全年工作扎实推进，成效良好。\n" * 40))
    (first,) = run(of_one, make_client(), raw)
    site.put("/a.html", article(2020))
    (second,) = run(of_one, make_client(), raw)
    assert (second.outcome, "stays in use" in second.note) == ("withheld", True)
    assert first.path in list(current_snapshot_paths(raw))


def test_the_longer_text_of_page_and_attachment_is_the_report(site: Site, make_client: MakeClient, raw: Path) -> None:
    """Of page and attachment, the longer text is the report, and links of the menu are not fetched."""
    long = report_text(2020) + "推进行政执法规范化，完善执法程序。\n" * 30
    link = "<p><a href='/files/report.txt?n=report.pdf'>报告全文.pdf</a> <a href='/files/t.xls'>附表</a></p>"
    site.put("/a.html", article(2020, attachment=link))
    site.put("/files/report.txt", long, "text/plain")
    site.put("/files/t.xls", TABLE, "application/vnd.ms-excel")
    (result,) = run(one_report(site, "/a.html"), make_client(), raw)
    assert result.outcome == "new"
    assert result.path is not None
    snapshot, _ = read_snapshot(raw, result.path)
    assert (snapshot.media_type, snapshot.attached_to) == ("text/plain", site.url("/a.html"))
    assert [Path(path).suffix for path in sorted(snapshot_paths(raw), key=lambda path: Path(path).suffix)] == [
        ".html", ".txt", ".xls",
    ]  # fmt: skip
    assert list(current_snapshot_paths(raw)) == [result.path]
    assert "/zn.pdf" not in site.paths()  # the guide in the menu is not an attachment


def test_a_table_attached_to_a_page_is_stored_and_is_not_the_report(
    site: Site, make_client: MakeClient, raw: Path
) -> None:
    """An attached spreadsheet is stored with the page, and the text of the page stays the report."""
    site.put("/a.html", article(2020, attachment="<a href='/t.xls'>附表.xls</a>"))
    site.put("/t.xls", TABLE, "application/octet-stream", content_disposition="attachment; filename=../../../evil.sh")
    (result,) = run(one_report(site, "/a.html"), make_client(), raw)
    assert (result.outcome, Path(result.path or "").suffix) == ("new", ".html")
    assert {Path(path).suffix for path in snapshot_paths(raw)} == {".html", ".xls"}


def test_an_attachment_that_cannot_be_fetched_is_pending(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A page with a missing attachment is stored, reported as failed and completed by the next crawl."""
    site.put("/c/", f"<li><a href='/a.html'>{title_of(2020)}</a>2021-03-28</li>")
    site.put("/a.html", article(2020, attachment="<a href='/t.xls'>附表.xls</a>"))
    (first,) = run(source("nfcms", site.url("/c/")), make_client(), raw)
    assert (first.outcome, "/t.xls" in first.note) == ("failed", True)
    assert len(list(snapshot_paths(raw))) == 1  # what could be had is there
    site.put("/t.xls", TABLE, "application/vnd.ms-excel")
    (second,) = run(source("nfcms", site.url("/c/")), make_client(), raw)
    assert second.outcome == "known"


def test_a_pending_report_is_requested_again_after_its_row_has_left_the_first_page(
    site: Site, make_client: MakeClient, raw: Path
) -> None:
    """A failed report is requested again although it is no longer on the first page of the list."""
    of_system = source("trs", put_trs(site, (2020, 2021)))
    del site.routes["/trs/fzzf/2020.html"]
    assert [result.outcome for result in run(of_system, make_client(), raw)] == ["new", "failed"]
    put_trs(site, (2020, 2021, 2022, 2023), size=6)
    site.log.clear()
    results = {result.year: result.outcome for result in run(of_system, make_client(), raw)}
    assert results[2020] == "new"


def test_another_host_that_stops_does_not_stop_the_list(site: Site, make_client: MakeClient, raw: Path) -> None:
    """If another host of a list stops, the reports on the other hosts are still fetched."""
    with Site() as other:
        other.routes["/robots.txt"] = lambda _: Reply(403)
        elsewhere = other.url("/a.html").replace("127.0.0.1", "localhost")
        rows = f"<li><a href='{elsewhere}'>{title_of(2021)}</a></li><li><a href='/b.html'>{title_of(2020)}</a></li>"
        site.put("/c/", rows)
        site.put("/b.html", article(2020))
        results = run(source("nfcms", site.url("/c/")), make_client(), raw)
    assert [(result.year, result.outcome) for result in results] == [(2021, "stopped"), (2020, "new")]


def test_a_list_that_robots_forbids(site: Site, make_client: MakeClient, raw: Path) -> None:
    """A list that `robots.txt` disallows fails its source without a request."""
    list_url = put_trs(site, (2020,))
    site.put("/robots.txt", "User-agent: *\nDisallow: /trs/\n", "text/plain")
    (result,) = run(source("trs", list_url), make_client(), raw)
    assert (result.outcome, "robots.txt" in result.note) == ("failed", True)
    assert site.paths() == []


@pytest.mark.parametrize(
    "path", ["/..%2f..%2f..%2fetc%2fpasswd.html", "/a%00b.html", "/%2e%2e/x.html", "/" + "长" * 60 + ".html"]
)
def test_a_hostile_name_writes_nowhere_else(site: Site, make_client: MakeClient, tmp_path: Path, path: str) -> None:
    """File names with path separators or control characters never lead outside the raw folder."""
    raw = tmp_path / "inside" / "raw"
    asked = quote(path, safe="/%")
    site.put(asked, article(2020), "text/html; name=../../x", content_disposition="attachment; filename=../../y")
    (result,) = crawl(one_report(site, asked), make_client(), SnapshotIndex(raw))
    assert result.outcome == "new"
    ours = (raw, tmp_path / "cache")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and not any(map(path.is_relative_to, ours))]
    assert all("/" not in str(note["name"]) for note in notes(raw))


class Killed(BaseException):
    """Represents the end of the process."""


@pytest.mark.parametrize("nth", range(1, 5))
def test_a_kill_at_any_write_leaves_complete_snapshots_only(
    site: Site, make_client: MakeClient, raw: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """Killed at any write, a crawl leaves only complete snapshots, and the next crawl finishes."""
    of_system = source("trs", put_trs(site, (2020, 2021)))
    count: Iterator[int] = iter(range(1, 1000))
    replace = Path.replace

    def dies(self: Path, target: Path) -> Path:
        if next(count) == nth:
            raise Killed
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(Killed):
        run(of_system, make_client(), raw)
    monkeypatch.undo()
    for path in snapshot_paths(raw):
        if (raw / path).with_suffix(".json").exists():
            read_snapshot(raw, path)
    results = run(of_system, make_client(), raw)
    assert {result.year for result in results} == {2020, 2021}
    assert len(list(current_snapshot_paths(raw))) == 2
    assert [read_snapshot(raw, path)[0].url.rsplit("/", 1)[1] for path in current_snapshot_paths(raw)] == [
        "2020.html", "2021.html",
    ]  # fmt: skip
    assert not [path for path in files_of(raw) if WRITING in path]


def test_a_kill_during_a_download_stores_nothing(
    site: Site, make_client: MakeClient, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed during a download, a crawl stores nothing, and the next crawl fetches all."""
    of_system = source("trs", put_trs(site, (2020, 2021)))

    def dies(*_: object) -> list[str]:
        raise Killed

    monkeypatch.setattr(report_module, "_attachment_urls", dies)
    with pytest.raises(Killed):
        run(of_system, make_client(), raw)
    monkeypatch.undo()
    assert list(snapshot_paths(raw)) == []
    assert [result.outcome for result in run(of_system, make_client(), raw)] == ["new", "new"]


def test_a_damaged_crawl_state_only_makes_the_walk_longer(site: Site, make_client: MakeClient, raw: Path) -> None:
    """With a damaged crawl state, the list is read again and nothing is stored twice."""
    of_system = source("trs", put_trs(site, (2020, 2021)))
    run(of_system, make_client(), raw)
    (raw / ".fetch" / "yunting.json").write_text('{"seen": [')
    assert [result.outcome for result in run(of_system, make_client(), raw)] == ["known", "known"]
