"""Wordings without an indicator become suggested catalog entries."""

from __future__ import annotations

from pathlib import Path

from nianbao.indicators.catalog import load_catalog
from nianbao.indicators.suggest import as_entry, suggest_indicators
from schemas.locations import CATALOG
from schemas.rows import ObservationRow
from tests.indicators.observation_factory import matched, row


def rows() -> list[ObservationRow]:
    """Return observations with a frequent, a rare and a known subject."""
    subjects = ["新建花灯", "新建花灯", "建成花灯", "新建花灯", "新铺设花毯"]
    made = [
        row(subject, f"{n + 3}个", n + 3, "个", report_id=f"work_report/44010{n}/2019", char_start=n)
        for n, subject in enumerate(subjects)
    ]
    return matched([*made, row("地区生产总值", "5亿元", 5e8, "元", char_start=50)])


def test_like_wordings_are_one_group_with_its_evidence() -> None:
    """Similar wordings form one suggestion with counts, unit and the first report of each wording."""
    (only,) = suggest_indicators(rows(), load_catalog())
    assert only.wordings == (("新建花灯", 3), ("建成花灯", 1))
    assert (only.n, only.n_reports, only.unit) == (4, 4, "个")
    assert [evidence.report_id for evidence in only.evidence] == [f"work_report/44010{n}/2019" for n in (0, 1, 3)]


def test_rare_wordings_and_other_families_are_left_out() -> None:
    """Subjects below the threshold or of another family are not suggested."""
    assert suggest_indicators(rows(), load_catalog(), at_least=5) == []
    assert suggest_indicators(rows(), load_catalog(), family="rule_of_law") == []
    assert len(suggest_indicators(rows(), load_catalog(), at_least=1)) == 2


def test_an_entry_can_be_pasted(tmp_path: Path) -> None:
    """A suggested entry, with only its id filled in, is a valid entry of the catalog."""
    entry = as_entry(suggest_indicators(rows(), load_catalog())[0]).replace("id: TODO", "id: lantern_displays")
    head = "family: work_report\ncategories:\n  - {id: TODO, name_zh: 城市, name_en: City}\nindicators:\n"
    (tmp_path / "work_report.yaml").write_text(head + entry + "\n", "utf-8")
    (tmp_path / "units.yaml").write_text((CATALOG / "units.yaml").read_text("utf-8"), "utf-8")
    catalog = load_catalog.__wrapped__(tmp_path)
    assert [wording.text for wording in catalog["lantern_displays"].wordings] == ["新建花灯", "建成花灯"]


def test_growth_rates_alone_leave_the_unit_of_a_suggestion_open() -> None:
    """For a subject with growth rates only, the unit of the suggestion is left open."""
    grown = [
        row("无人机销量", f"{n}%", n, "%", kind="change_pct", report_id=f"work_report/44010{n}/2019") for n in (1, 2, 3)
    ]
    (only,) = suggest_indicators(grown, load_catalog())
    assert 'unit: "TODO"' in as_entry(only)
