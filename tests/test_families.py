"""What a family consists of: all of them have it, and one that only a test knows goes the whole way by its data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from nianbao.comparison.derive import derive
from nianbao.extraction.forms.matching import find_cells
from nianbao.indicators.catalog import CATALOG, load_catalog
from schemas.families import FAMILIES_FILE, Family, load_profiles
from schemas.forms import Form
from schemas.vocabulary import FAMILIES, REPORT_ID
from schemas.yaml_config import ConfigError
from tests.conftest import REPO_ROOT
from tests.extraction.disclosure_factory import read, td, tds, tr
from tests.indicators.observation_factory import row

TEA = """
family: tea_report
categories:
  - {id: tea, name_zh: 茶, name_en: Tea}
indicators: []
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "units.yaml").write_text((CATALOG / "units.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "tea_report.yaml").write_text(TEA, "utf-8")
    return tmp_path


@pytest.mark.parametrize("family", list(Family))
def test_every_family_has_all_that_a_family_consists_of(family: Family) -> None:
    profile = load_profiles()[family]
    assert profile.title.search(profile.name_zh)
    assert (CATALOG / f"{family}.yaml").is_file()
    assert load_catalog().family(family)
    titles = yaml.safe_load((REPO_ROOT / "nianbao" / "sources" / "titles.yaml").read_text("utf-8"))
    assert any(family in part for part in titles.values() if isinstance(part, dict))
    assert f"`{family}`" in (REPO_ROOT / "docs" / "how-to" / "add-a-family.md").read_text("utf-8")
    assert family in FAMILIES
    assert re.match(REPORT_ID, f"{family}/440100/2023-2")


def test_a_family_that_is_registered_and_not_described_is_refused(tmp_path: Path) -> None:
    lines = FAMILIES_FILE.read_text("utf-8").split("\n")
    path = tmp_path / "families.yaml"
    path.write_text("\n".join(lines[: lines.index("work_report:")]), "utf-8")
    with pytest.raises(ConfigError, match=r"families.yaml:\d+: the key 'work_report' is missing"):
        load_profiles.__wrapped__(path)
    path.write_text("\n".join(lines).replace("title: 法治", "title: (法治"), "utf-8")
    with pytest.raises(ConfigError, match=r"families.yaml:\d+: 'title' is no pattern"):
        load_profiles.__wrapped__(path)


def test_a_family_of_a_test_is_read_compared_and_checked_by_its_catalog_alone(folder: Path) -> None:
    catalog = load_catalog.__wrapped__(folder)
    form: Form = catalog.forms["tea_report"]
    table = tr(tds(("种类", "本年采摘量", "本年销售量"))) + tr(tds(("绿茶", 12, 10))) + tr(tds(("红茶", 3, "——")))
    table += tr(td("合计"), td(16), td(10))
    document, _ = read(f"<table>{table}</table>")
    cells = {placed.form_cell.id: placed.cell.text for placed in find_cells(document, form)}
    assert cells == {
        "green_tea_picked": "12", "green_tea_sold": "10", "red_tea_picked": "3", "red_tea_sold": "——",
        "all_tea_picked": "16", "all_tea_sold": "10",
    }  # fmt: skip
    rows = [
        row(
            name, text, float(text), "吨", family="tea_report", indicator_id=name, match_method="form", match_score=1.0,
            report_id="tea_report/440100/2023", report_year=2023, char_start=at,
        )
        for at, (name, text) in enumerate(cells.items())
        if text.isdigit()
    ]  # fmt: skip
    derived = derive(rows, catalog=catalog)
    compared = {cell["indicator_id"]: cell["value"] for cell in derived.tables["comparisons"]}
    assert compared["all_tea_picked"] == 16
    assert derived.tables["comparisons_wide"][0]["red_tea_sold"] is None
    (finding,) = derived.tables["findings"]
    assert (finding["check"], finding["status"], finding["message_zh"]) == (
        "sum_of_cells", "fail", "合计 × 本年采摘量写作16，各项相加得15（12 + 3）",
    )  # fmt: skip
