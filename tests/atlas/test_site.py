"""The site as a whole: no link is dead or leads out, the same tables give the same bytes, nothing is stale."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

from nianbao.atlas.queries import Tables
from nianbao.atlas.site import write_atlas
from nianbao.atlas.urls import number_url
from tests.conftest import AddReport, report_text


def links(site: Path) -> dict[Path, set[str]]:
    """The addresses that each page names, in any attribute that a browser follows."""
    found = {}
    for page in site.rglob("*.html"):
        tree = html.fromstring(page.read_bytes())
        found[page] = {str(value) for value in tree.xpath("//@href | //@src | //@action | //@srcset | //@data")}
    return found


def test_every_link_leads_to_a_place_in_the_folder(site: Path) -> None:
    anchors: defaultdict[Path, set[str]] = defaultdict(set)
    for page in site.rglob("*.html"):
        anchors[page] = set(html.fromstring(page.read_bytes()).xpath("//@id"))
    dead = []
    for page, addresses in links(site).items():
        for address in addresses:
            assert not re.match(r"[a-z]+:|//|/", address), f"{page.name} leads out of the folder: {address}"
            path, _, anchor = unquote(address).partition("#")
            target = Path(os.path.normpath(page.parent / path)) if path else page
            assert target.is_relative_to(site), f"{page.name} leads out of the folder: {address}"
            if not target.is_file() or (anchor and anchor not in anchors[target]):
                dead.append(f"{page.relative_to(site)}: {address}")
    assert dead == []


def test_an_anchor_stands_once_on_its_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        ids = html.fromstring(page.read_bytes()).xpath("//@id")
        assert len(ids) == len(set(ids)), page


def test_every_observation_has_its_place(site: Path, bundled_state: Path) -> None:
    tables = Tables(bundled_state)
    for report_id, _, rows in tables.of_reports(sorted(row["report_id"] for row in tables.reports())):
        for row in rows["observations"]:
            path, anchor = number_url(row["observation_id"]).split("#")
            (mark,) = html.fromstring((site / path).read_bytes()).xpath("//*[@id=$id]", id=anchor)
            assert mark.text_content() == row["quote"], row["observation_id"]
            break
        assert rows["observations"], report_id


def test_the_same_tables_give_the_same_bytes(bundled_state: Path, site: Path, tmp_path: Path) -> None:
    write_atlas(bundled_state, tmp_path)
    for file in site.rglob("*"):
        if file.is_file():
            assert (tmp_path / file.relative_to(site)).read_bytes() == file.read_bytes()


def test_what_is_there_already_is_not_written_again(small_state: Path, tmp_path: Path) -> None:
    first = write_atlas(small_state, tmp_path)
    again = write_atlas(small_state, tmp_path)
    assert first.written > first.pages
    assert (again.written, again.removed, again.n_bytes) == (0, 0, first.n_bytes)


def test_a_page_that_is_none_any_more_is_removed_and_a_strangers_file_stays(small_state: Path, tmp_path: Path) -> None:
    write_atlas(small_state, tmp_path)
    (tmp_path / "r" / "gone.html").write_text("an earlier report")
    listing = tmp_path / "files.txt"
    listing.write_text(listing.read_text() + "r/gone.html\n../outside.txt\n")
    (tmp_path / "notes.txt").write_text("mine")
    assert write_atlas(small_state, tmp_path).removed == 1
    assert not (tmp_path / "r" / "gone.html").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_no_page_asks_anything_of_another_machine(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        (policy,) = html.fromstring(text).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; script-src 'self' file:; style-src 'self' file:")
        assert "<style" not in text
        assert not re.search(r"\sstyle=|\son[a-z]+=", text)
        assert re.findall(r"<script[^>]*>([^<]*)</script>", text) == [""]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\"' onmouseover=alert(1) x='", "=cmd|'/C calc'!A0"])
def test_text_that_means_harm_is_shown_as_text(hostile: str, raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    from nianbao import pipeline
    from tests.atlas.conftest import state_of

    text = report_text(2019).replace("（一）深化放管服改革", f"（一）深化{hostile}改革")
    add_report(text.replace("办理行政许可", f"办理{hostile}行政许可"))
    pipeline.run(raw, tmp_path / "curated")
    write_atlas(state_of(tmp_path / "curated"), tmp_path / "site")
    (page,) = (tmp_path / "site" / "r").iterdir()
    tree = html.fromstring(page.read_bytes())
    assert hostile in tree.xpath("string(//div[@class='report'])")
    assert not tree.xpath("//div[@class='report']//script | //@onmouseover")


def test_characters_that_hide_are_shown(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    from nianbao import pipeline
    from tests.atlas.conftest import state_of

    add_report(report_text(2019).replace("深化放管服改革", "深化\u202e放管服\u202c改革"))
    pipeline.run(raw, tmp_path / "curated")
    write_atlas(state_of(tmp_path / "curated"), tmp_path / "site")
    for page in (tmp_path / "site").rglob("*.*"):
        if page.is_file():
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.read_text("utf-8")), page


def test_a_year_that_only_a_later_report_tells_is_there_and_leads_to_its_sentence(site: Path) -> None:
    tree = html.fromstring((site / "i" / "reconsideration_accepted.html").read_bytes())
    heads = [cell.text_content() for cell in tree.xpath("(//table)[1]/thead/tr/th")]
    (line,) = tree.xpath("(//table)[1]/tbody/tr")
    cell = line.xpath("./td | ./th")[heads.index("2019")]
    assert cell.xpath("string(./a)") == "128"
    (href,) = cell.xpath("./a/@href")
    told, _, anchor = href.partition("#")
    assert told == "../r/rule_of_law-990100-2020.html"
    (number,) = html.fromstring((site / "r" / "rule_of_law-990100-2020.html").read_bytes()).xpath(
        "//*[@id=$id]", id=anchor
    )
    assert number.text_content() == "128件"
    assert "后来的报告说" in cell.text_content()
