"""Subjects without an indicator become wordings, acts or nouns that the catalog takes."""

from __future__ import annotations

import shutil
from pathlib import Path

from nianbao.indicators.catalog import load_catalog
from nianbao.indicators.match import own_names
from nianbao.indicators.suggest import Kind, Suggestion, as_entry, suggest_indicators
from nianbao.indicators.wording import load_language
from schemas.locations import CATALOG
from schemas.rows import ObservationRow
from tests.indicators.observation_factory import matched, row


def rows(*subjects: str, unit: str = "个") -> list[ObservationRow]:
    """Return observations of these subjects, each of another place."""
    return matched(
        [
            row(
                subject,
                f"{n + 3}{unit}",
                n + 3,
                unit,
                report_id=f"work_report/44010{n}/2019",
                series_code=f"44010{n}",
                char_start=n,
            )
            for n, subject in enumerate(subjects)
        ]
    )


def suggested(*subjects: str, unit: str = "个", at_least: int = 1) -> list[Suggestion]:
    """Return what is suggested for these subjects."""
    return suggest_indicators(rows(*subjects, unit=unit), load_catalog(), at_least=at_least)


def test_one_head_is_one_group_whatever_was_done() -> None:
    """Subjects with one head form one suggestion with their acts, unit and category, and the bodies are counted."""
    (only,) = suggested("新建花灯展台", "新建花灯展台", "举办花灯展台")
    assert (only.kind, only.head, only.n, only.n_bodies) == (Kind.NOUN, "花灯展台", 3, 3)
    assert [act for act, _ in only.acts] == ["new", "held"]
    assert (only.unit, only.dimension) == ("个", "facilities")
    assert [evidence.report_id for evidence in only.evidence] == [f"work_report/44010{n}/2019" for n in range(3)]


def test_a_known_noun_gets_an_act_and_a_known_indicator_a_wording() -> None:
    """What the catalog nearly has is extended before anything new is proposed."""
    (act,) = suggested("拆除社区公园", "拆除社区公园")
    assert (act.kind, act.target) == (Kind.ACT, "park")
    (wording,) = suggested("城乡居民恩格尔系数", "城乡居民恩格尔系数", unit="%")
    assert (wording.kind, wording.target) == (Kind.WORDING, "engel_coefficient")


def test_rare_heads_other_families_and_general_words_are_left_out() -> None:
    """Heads below the threshold, of another family, or that name nothing by themselves are not suggested."""
    assert suggested("新建花灯展台", at_least=2) == []
    assert suggest_indicators(rows("新建花灯展台"), load_catalog(), at_least=1, family="rule_of_law") == []
    assert suggested("年产值", "年产值", unit="元") == []  # of what?
    assert suggested("新建花灯展台、花毯", "完成工作") == []  # two things, and none


def test_a_suggested_noun_can_be_pasted(tmp_path: Path) -> None:
    """A suggested noun, with only its id and name filled in, is valid and gives its subjects an indicator."""
    (only,) = suggested("新建花灯展台", "举办花灯展台")
    text = as_entry(only).replace("noun: TODO", "noun: lantern").replace("name_en: TODO", "name_en: Lanterns")
    folder = tmp_path / "catalog"
    shutil.copytree(CATALOG, folder)
    topic = folder / "work_report.livelihood.yaml"
    topic.write_text(
        topic.read_text("utf-8").rstrip() + "\n" + text.replace("category: TODO", "category: urban") + "\n"
    )
    catalog = load_catalog.__wrapped__(folder)
    assert {"lantern_new", "lantern_held"} <= set(catalog.indicators)


def test_a_place_of_two_characters_has_no_empty_name() -> None:
    """赣县 has no name without its last character, and subjects of its reports are grouped as any others."""
    assert all(own_names("赣县", load_language()))
    found = suggest_indicators(
        [{**item, "jurisdiction_name": "赣县"} for item in rows("新建灯塔", "新建灯塔", "新建灯塔")], load_catalog()
    )
    assert [suggestion.head for suggestion in found] == ["灯塔"]


def test_a_wording_is_proposed_only_for_the_same_noun() -> None:
    """人大代表意见建议 are 人大代表建议, but 乡镇卫生院国医堂 is no 乡镇卫生院."""
    (proposal,) = suggest_indicators(rows(*["办理人大代表意见建议"] * 3, unit="件"), load_catalog())
    assert (proposal.kind, proposal.target) == (Kind.WORDING, "npc_proposals")
    (hall,) = suggest_indicators(rows(*["建成乡镇卫生院国医堂"] * 3, unit="所"), load_catalog())
    assert hall.kind is Kind.NOUN


def test_an_investment_is_no_act() -> None:
    """总投资 of projects that are not named is proposed neither as an act nor as a noun."""
    assert suggest_indicators(rows(*["项目总投资"] * 3, unit="元"), load_catalog()) == []


def test_an_act_that_few_subjects_name_is_not_proposed() -> None:
    """One of three subjects with 拆除 does not show that 社区公园 are counted as pulled down."""
    assert suggested("拆除社区公园", "社区公园", "社区公园", "社区公园") == []


def test_a_wording_without_the_act_that_its_indicator_needs_is_not_proposed() -> None:
    """省级和美乡村样板 may be what there is, and the indicator counts what was built."""
    assert all(s.target != "beautiful_villages" for s in suggested("特色美丽乡村", "特色美丽乡村"))
    found = suggested("发放专项资金", "发放专项资金", unit="元")
    assert all(s.kind is not Kind.WORDING for s in found)
