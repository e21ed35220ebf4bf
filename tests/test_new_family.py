"""A family that only this test defines goes from a file to an atlas page by its data alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from benchmarks.browser import CHROMIUM, open_browser
from schemas.locations import CATALOG, FAMILIES_FILE, VARIABLE

REPOSITORY = Path(__file__).parents[1]
FAMILY = """
  tea_report:
    name_zh: 茶叶产销年度报告
    name_en: Annual report on tea
    label_zh: 茶叶产销报告
    label_en: Tea reports
    report_en: tea report
    short_zh: 茶
    code: t
    order: 9
    title: 茶叶产销(?:情况)?(?:年度)?(?:的)?报告
    title_start: 茶叶产销
    deadlines:
      - {from_year: 2000, day: "06-30"}
    list_titles:
      is: 茶叶产销.{0,6}报告
      year: reviewed
      after_owner: 茶叶
      after_office: 茶叶
"""
WITHOUT_INDICATORS = """
family: tea_report
categories:
  - {id: tea, name_zh: 茶, name_en: Tea}
indicators: []
"""
WITH_A_FORM = (
    WITHOUT_INDICATORS
    + """
form:
  editions:
    - {id: "2020", first: 2020, document: 茶函〔2020〕1号}
  blocks:
    - id: harvest
      table: 茶叶产销情况
      category: tea
      unit: 吨
      dimension: weight
      rows:
        - {id: green_tea, name_zh: 绿茶, name_en: Green tea, words: [绿茶]}
        - {id: red_tea, name_zh: 红茶, name_en: Red tea, words: [红茶]}
        - {id: all_tea, name_zh: 合计, name_en: All tea, words: [合计]}
      columns:
        - {id: picked, name_zh: 本年采摘量, name_en: picked, words: [本年采摘量]}
        - {id: sold, name_zh: 本年销售量, name_en: sold, words: [本年销售量]}
      sums:
        - {id: kinds, along: rows, parts: [green_tea, red_tea], whole: [all_tea]}
"""
)


def page(year: int, picked: int) -> str:
    """Return a report of the family: prose, and a table whose sum is wrong."""
    cells = [("种类", "本年采摘量", "本年销售量"), ("绿茶", 12, 10), ("红茶", 3, "——"), ("合计", picked, 10)]
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    return (
        f"<html><head><title>云汀市{year}年茶叶产销年度报告</title></head><body><h1>云汀市{year}年茶叶产销年度报告</h1>"
        f"<p>一、总体情况</p><p>{year}年，云汀市新建茶园18个，地区生产总值120亿元。</p>"
        "<p>各县区加强茶园管理，产销衔接有序。茶叶品质稳步提升，没有发生质量事故。</p>"
        f"<p>二、茶叶产销情况</p><table>{rows}</table>"
        "<p>三、存在的问题</p><p>加工能力还不够强，下一步将进一步扶持加工企业。茶农的培训也将继续加强。</p>"
        f"<p>云汀市人民政府</p><p>{year + 1}年3月2日</p></body></html>"
    )


def nianbao(folder: Path, *arguments: str) -> str:
    """Run the command line with the schemas of the folder; return what it prints."""
    result = subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", *arguments],
        cwd=folder,
        env={**os.environ, VARIABLE: str(folder / "definitions")},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a published table."""
    rows: list[dict[str, Any]] = pq.read_table(folder / "curated" / f"{name}.parquet").to_pylist()
    return rows


def published(folder: Path, catalog: str, *options: str) -> Path:
    """Register the family in a folder, with reports on two years, and publish the tables."""
    definitions = folder / "definitions"
    shutil.copytree(CATALOG, definitions / "catalog")
    (definitions / "families.yaml").write_text(FAMILIES_FILE.read_text("utf-8") + FAMILY, "utf-8")
    (definitions / "catalog" / "tea_report.yaml").write_text(catalog, "utf-8")
    for year, picked in ((2022, 14), (2023, 16)):
        (folder / f"{year}.html").write_text(page(year, picked), "utf-8")
    nianbao(folder, "ingest", "2022.html", "2023.html", "--raw", "raw")
    nianbao(folder, "run", "--direct", "--raw", "raw", "--curated", "curated", *options)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the family is registered with a form and published."""
    return published(tmp_path_factory.mktemp("tea"), WITH_A_FORM)


def test_its_reports_are_identified_by_their_titles(folder: Path) -> None:
    """Reports of the new family are recognised by their titles, with year and issuer."""
    assert not table(folder, "rejects")
    reports = [(row["report_id"], row["issuer"]) for row in table(folder, "reports")]
    assert [name.split("/")[::2] for name, _ in reports] == [["tea_report", "2022"], ["tea_report", "2023"]]
    assert {issuer for _, issuer in reports} == {"云汀市人民政府"}


def test_its_form_is_read_compared_and_checked(folder: Path) -> None:
    """The form of the new family gives cells, comparisons, a wide table and a finding about its wrong sum."""
    cells = {row["indicator_id"]: row["text"] for row in table(folder, "cells") if row["report_year"] == 2023}
    assert cells == {
        "green_tea_picked": "12", "green_tea_sold": "10", "red_tea_picked": "3", "red_tea_sold": "——",
        "all_tea_picked": "16", "all_tea_sold": "10",
    }  # fmt: skip
    compared = {(row["indicator_id"], row["year"]): row for row in table(folder, "comparisons")}
    assert compared["all_tea_picked", 2023]["value"] == 16
    assert compared["all_tea_picked", 2023]["previous_value"] == 14
    wide = {row["year"]: row for row in table(folder, "comparisons_wide")}
    assert (wide[2023]["all_tea_picked"], wide[2023]["red_tea_sold"]) == (16, None)
    sums: Mapping[int, str] = {
        row["report_year"]: row["message_zh"] for row in table(folder, "findings") if row["check"] == "sum_of_cells"
    }
    assert sums[2023] == "合计 × 本年采摘量写作16，各项相加得15（12 + 3）"


def test_its_prose_is_matched_with_the_indicators_of_other_families(folder: Path) -> None:
    """A GDP in the prose of the new family gets the indicator of another family."""
    named = [row["indicator_id"] for row in table(folder, "observations") if row["match_method"] == "rule"]
    assert "gdp" in named


def test_its_due_dates_are_in_the_coverage(folder: Path) -> None:
    """The coverage table has the due dates of the new family."""
    assert [str(row["due_on"]) for row in table(folder, "coverage")] == ["2023-06-30", "2024-06-30"]


@pytest.mark.slow
def test_its_catalog_may_have_no_indicators(tmp_path: Path) -> None:
    """A family without indicators or form is published, with comparisons and without cells."""
    folder = published(tmp_path, WITHOUT_INDICATORS, "--no-atlas")
    assert {row["year"] for row in table(folder, "comparisons")} == {2022, 2023}
    assert not table(folder, "cells")


def test_its_reports_have_pages_in_the_atlas_under_their_label(folder: Path) -> None:
    """The atlas has pages for reports and indicators of the new family under its labels."""
    atlas = folder / "curated" / "atlas"
    report = (atlas / "r" / f"{table(folder, 'reports')[0]['report_id'].replace('/', '-')}.html").read_text("utf-8")
    assert "茶叶产销报告" in report
    front = (atlas / "index.html").read_text("utf-8")
    assert '<span class="zh">茶</span><span class="en" lang="en">T</span>' in front
    indicator = (atlas / "i" / "all_tea_picked.html").read_text("utf-8")
    assert "Tea reports" in indicator


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_its_report_opens_from_the_search_of_the_atlas(folder: Path) -> None:
    """In a browser, a search in the atlas opens the report, and a cell leads to its place."""
    with open_browser() as browser:
        page = browser.new_page()
        page.goto((folder / "curated" / "atlas" / "index.html").as_uri())
        page.fill("#q", "茶叶 2023")
        page.click("#results a[href*='r/tea_report-']")
        assert "2023年茶叶产销年度报告" in page.inner_text("h1")
        page.click(".report a.m[title*='合计']")
        assert "tea_report" in page.url
        page.locator(":target").wait_for(state="attached")


@pytest.mark.parametrize(
    ("command", "written", "message"),
    [
        ("run --direct --raw raw", "    colour: t\n", "unknown key 'colour'"),
        ("coverage", "    order: ninth\n", "'order' must be a number, not 'ninth'"),
        ("fetch --list", "    code: 't\n", "this is not valid YAML"),
    ],
)
def test_a_mistake_in_the_file_of_families_is_one_line_with_its_place(
    tmp_path: Path, command: str, written: str, message: str
) -> None:
    """A command names file, line and fix of a mistake in `families.yaml`; it prints no traceback."""
    definitions = tmp_path / "definitions"
    shutil.copytree(CATALOG, definitions / "catalog")
    key = written.split(":")[0] if "colour" not in written else "    code"
    lines = FAMILY.splitlines(keepends=True)
    family = "".join(written if line.startswith(f"{key}:") else line for line in lines)
    (definitions / "families.yaml").write_text(FAMILIES_FILE.read_text("utf-8") + family, "utf-8")
    shutil.copytree(REPOSITORY / "data" / "raw", tmp_path / "raw")
    result = subprocess.run(
        [sys.executable, "-c", "from flows.cli.app import main; main()", *command.split()],
        cwd=tmp_path,
        env={**os.environ, VARIABLE: str(definitions)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1, result.stdout
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert re.search(rf"families\.yaml:\d+: {re.escape(message)}", result.stderr)
