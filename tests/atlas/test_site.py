"""The site as a whole: no broken or external link, the same bytes for the same tables, no stale page."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html

from nianbao import pipeline
from nianbao.atlas.queries import Tables
from nianbao.atlas.site import write_atlas
from nianbao.atlas.urls import number_url
from tests.atlas.conftest import version_folder
from tests.conftest import AddReport, report_text

BIDI_CONTROLS = "[\u202a-\u202e\u2066-\u2069]"


def select(page: Path, xpath: str, **variables: Any) -> Any:
    """Return what an XPath expression selects in a page."""
    return html.fromstring(page.read_bytes()).xpath(xpath, **variables)


def links(site: Path) -> dict[Path, set[str]]:
    """Return the URLs of each page, in any attribute that a browser follows."""
    return {
        page: set(map(str, select(page, "//@href | //@src | //@action | //@srcset | //@data")))
        for page in site.rglob("*.html")
    }


def broken_links(site: Path) -> list[str]:
    """Return the links whose page or anchor does not exist; fail for one that leads out of the folder."""
    anchors: defaultdict[Path, set[str]] = defaultdict(set)
    for page in site.rglob("*.html"):
        anchors[page] = set(select(page, "//@id"))
    broken = []
    for page, addresses in links(site).items():
        for address in addresses:
            assert not re.match(r"[a-z]+:|//|/", address), f"{page.name} links out of the folder: {address}"
            path, _, anchor = unquote(address).partition("#")
            target = Path(os.path.normpath(page.parent / path)) if path else page
            assert target.is_relative_to(site), f"{page.name} links out of the folder: {address}"
            # What follows the name of the page that compares is a selection.
            is_anchor = bool(anchor) and target.suffix == ".html" and target.name != "compare.html"
            if not target.is_file() or (is_anchor and anchor not in anchors[target]):
                broken.append(f"{page.relative_to(site)}: {address}")
    return broken


def test_every_link_has_its_target_within_the_folder(site: Path) -> None:
    """Every link and anchor of every page exists, and none leads out of the folder."""
    assert broken_links(site) == []


def test_the_anchors_of_a_page_are_unique(site: Path) -> None:
    """No page has the same id twice."""
    for page in site.rglob("*.html"):
        ids = select(page, "//@id")
        assert len(ids) == len(set(ids)), page


def test_the_url_of_an_observation_leads_to_its_quote(site: Path, bundled_version: Path) -> None:
    """For each bundled report, the URL of its first observation leads to a mark with exactly the quoted characters."""
    tables = Tables(bundled_version)
    for report_id, rows in tables.by_report(sorted(row["report_id"] for row in tables.reports())):
        assert rows.observations, report_id
        first = rows.observations[0]
        path, anchor = number_url(first["observation_id"]).split("#")
        (mark,) = select(site / path, "//*[@id=$id]", id=anchor)
        assert mark.text_content() == first["quote"], first["observation_id"]


def test_the_same_tables_give_the_same_bytes(bundled_version: Path, site: Path, tmp_path: Path) -> None:
    """Drawing the same tables twice produces byte-identical files."""
    write_atlas(bundled_version, tmp_path)
    for file in site.rglob("*"):
        if file.is_file():
            assert (tmp_path / file.relative_to(site)).read_bytes() == file.read_bytes()


def test_unchanged_files_are_not_written_again(small_version: Path, tmp_path: Path) -> None:
    """A second run over the same tables writes and removes no file."""
    first = write_atlas(small_version, tmp_path)
    again = write_atlas(small_version, tmp_path)
    assert first.written > first.pages
    assert (again.written, again.removed, again.n_bytes) == (0, 0, first.n_bytes)


def test_a_stale_page_is_removed_and_a_file_of_the_user_stays(small_version: Path, tmp_path: Path) -> None:
    """A page of an earlier run is deleted; foreign files and paths outside the folder are left alone."""
    write_atlas(small_version, tmp_path)
    (tmp_path / "r" / "gone.html").write_text("an earlier report")
    listing = tmp_path / "files.txt"
    listing.write_text(listing.read_text() + "r/gone.html\n../outside.txt\n")
    (tmp_path / "notes.txt").write_text("mine")
    assert write_atlas(small_version, tmp_path).removed == 1
    assert not (tmp_path / "r" / "gone.html").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_no_page_requests_anything_from_another_machine(site: Path) -> None:
    """Every page has a policy that allows only local files, and no inline script, style or event handler."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        (policy,) = select(page, "//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; script-src 'self' file:; style-src 'self' file:")
        assert "<style" not in text
        assert not re.search(r"\sstyle=|\son[a-z]+=", text)
        assert set(re.findall(r"<script[^>]*>([^<]*)</script>", text)) == {""}


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\"' onmouseover=alert(1) x='", "=cmd|'/C calc'!A0"])
def test_hostile_text_is_shown_as_text(hostile: str, raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Script tags, attribute breakouts and spreadsheet formulas in a report appear as text and create no element."""
    text = report_text(2019).replace("（一）深化放管服改革", f"（一）深化{hostile}改革")
    add_report(text.replace("办理行政许可", f"办理{hostile}行政许可"))
    pipeline.run(raw, tmp_path / "curated")
    write_atlas(version_folder(tmp_path / "curated"), tmp_path / "site")
    (page,) = (tmp_path / "site" / "r").glob("*.html")
    assert hostile in select(page, "string(//div[@class='report'])")
    assert not select(page, "//div[@class='report']//script | //@onmouseover")


def test_invisible_characters_are_escaped(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """No file of the atlas contains a bidi control character of the report."""
    add_report(report_text(2019).replace("深化放管服改革", "深化\u202e放管服\u202c改革"))
    pipeline.run(raw, tmp_path / "curated")
    write_atlas(version_folder(tmp_path / "curated"), tmp_path / "site")
    for page in (tmp_path / "site").rglob("*.*"):
        if page.is_file():
            assert not re.search(BIDI_CONTROLS, page.read_text("utf-8")), page


def test_a_value_stated_only_by_a_later_report_links_to_its_sentence(site: Path) -> None:
    """A year without its own report shows the value of the later report, says so and links to that sentence."""
    table = select(site / "i" / "reconsideration_accepted.html", "(//table)[1]")[0]
    heads = [cell.text_content() for cell in table.xpath("./thead/tr/th")]
    (line,) = table.xpath("./tbody/tr")
    cell = line.xpath("./td | ./th")[heads.index("2019")]
    assert cell.xpath("string(./a)") == "128"
    (href,) = cell.xpath("./a/@href")
    page, _, anchor = href.partition("#")
    assert page == "../r/rule_of_law-990100-2023.html"
    (number,) = select(site / "r" / "rule_of_law-990100-2023.html", "//*[@id=$id]", id=anchor)
    assert number.text_content().startswith("128")
    assert "见后来的报告" in cell.text_content()


def test_departments_and_a_renamed_place_have_pages(site: Path) -> None:
    """Bundled departments, a renamed office and an upgraded county have pages with former names and years."""
    city = select(site / "j" / "990100.html", "//section[h2/@id='bodies']//a/@href")
    assert city == ["990100.sfj.html", "990100.xczx.html", "990100.z-gaoxin.html"]
    names = select(site / "j" / "990100.xczx.html", "string(//p[@class='note'][1])")
    assert "云汀市扶贫开发办公室" in names
    district = site / "j" / "990102.html"
    assert select(district, "//section[h2/@id='reports']//a/text()") == ["2023", "2022", "2021", "2020"]
    assert select(site / "j" / "990122.html", "//main//a/@href") == ["../j/990102.html"]


def test_a_county_that_became_a_district_is_one_series_with_the_change_marked(site: Path) -> None:
    """The bundled county and district share one card, and only the row of 2022 is marked with the change."""
    page = site / "j" / "990102-rule_of_law-dispute_resolution.html"
    (card,) = select(page, "//article[@id='reconsideration_accepted']")
    years = card.xpath(".//tbody/tr/th/text()")
    assert years[:3] == ["2023", "2022", "2021"]
    (marked,) = card.xpath(".//tr[@class='changed']")
    assert "2022" in marked.text_content()
    chinese = "".join(marked.xpath(".//text()[not(ancestor::*[@lang='en'])]"))
    assert "清溪县 → 清溪区" in chinese
