"""The rules of the grammar: every example reads as it says, and a new rule needs no code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nianbao.extraction.explain import explain
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.syntax.notation import Notation, NotationError
from nianbao.extraction.syntax.rules import Example, GrammarError, load_grammar
from nianbao.extraction.syntax.tokens import tokenize
from nianbao.extraction.syntax.types import NAMES
from tests.extraction.sentences import report

_EXAMPLES = [(rule.name, example) for rule in load_grammar().rules for example in rule.examples]


@pytest.mark.parametrize(("name", "example"), _EXAMPLES, ids=[example.text for _, example in _EXAMPLES])
def test_an_example_reads_as_its_rule_says(name: str, example: Example) -> None:
    """Each example in the grammar files gives the stated observations and uses its rule."""
    rows = extract_observations(report(example.text)).observations
    assert [f"{example.text[row.start : row.end]} {row.kind} {row.subject}" for row in rows] == list(example.expect)
    assert name in {row.read_by for row in rows}


@pytest.mark.parametrize("rule", [rule for rule in load_grammar().rules if rule.reads], ids=lambda rule: rule.name)
def test_every_rule_that_reads_has_an_example(rule: object) -> None:
    """Every rule that produces observations has an example."""
    assert rule.examples  # type: ignore[attr-defined]


def test_a_rule_is_added_in_a_file_without_code(tmp_path: Path) -> None:
    """A rule in a file of the user changes the subject of a sentence, and no code is needed."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        """
rules:
- name: so many out of so many
  pattern: lead whole=noun from of? number of within value=things of? counted=until
  reads: {value: whole + counted}
  examples:
  - text: 茶园从30亩中的5亩改种果树。
    expect: [5亩 level 茶园改种果树]
- name: tea by the basket
  pattern: verb=strong value=things counted=noun >stop
  reads: {value: counted}
""",
        encoding="utf-8",
    )
    text = "培育5株茶苗。"
    (usual,) = extract_observations(report(text)).observations
    (row,) = extract_observations(report(text), load_grammar(rules)).observations
    assert (usual.subject, usual.read_by) == ("培育茶苗", "act on a counted thing")
    assert (row.subject, row.read_by) == ("茶苗", "tea by the basket")


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("{name: r, pattern: lead value=tea}", "rule r: no token type, set or phrase is named 'tea'"),
        ("{name: r, pattern: (value=things}", "rule r: a bracket is not closed"),
        ("{name: r, pattern: value=things, reads: {value: thing}}", "rule r: its pattern has no part named thing"),
        ("{name: r, pattern: value=things, read: {value: topic}}", "rule r: no key is named read"),
        ("{name: r, pattern: value=things, kind: growth}", "rule r: kind is one of"),
        ("{name: rank, pattern: value=things}", "two rules have one name: rank"),
    ],
)
def test_a_broken_rule_is_named_with_what_is_wrong(tmp_path: Path, rule: str, complaint: str) -> None:
    """A mistake in a rule is an error that names the rule and the mistake."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(f"rules: [{rule}]", encoding="utf-8")
    with pytest.raises(GrammarError, match=re.escape(complaint)):
        load_grammar(rules)


def test_a_set_of_unknown_types_is_refused() -> None:
    """A set that contains an unknown token type is an error that names it."""
    with pytest.raises(NotationError, match="no token type or set is named 'tea'"):
        Notation.of({"drinks": ["tea"]}, {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("占地区生产总值", ["占/share", "地区生产总值/noun"]),  # 占地 crosses 地区
        ("完成立新湖公园", ["完成/done", "立新湖公园/noun"]),  # 成立 crosses 完成
        ("违法行为", ["违法行为/noun"]),  # 为 is part of a word
        ("新开工建设茶厂", ["新开工建设/strong", "茶厂/noun"]),
        ("茶园创建率", ["茶园创建率/noun"]),
    ],
)
def test_a_token_never_cuts_a_word(text: str, words: list[str]) -> None:
    """Words are split so that no token begins or ends inside a longer word."""
    tokens = tokenize(text, 0, len(text), [])
    spans = zip(tokens.signs, tokens.starts, tokens.ends, strict=True)
    assert [f"{text[start:end]}/{NAMES[sign]}" for sign, start, end in spans] == words


def test_an_explanation_shows_tokens_rule_parts_and_period() -> None:
    """An explanation lists the tokens, the kind, the period, the rule and the parts of the subject."""
    tokens, reading = explain(report("全市新建茶园30亩。"))
    assert tokens == "全市/scope 新建/strong 茶园/noun 30亩/things"
    assert reading.strip() == (
        "30亩: level · 新建茶园 · actual 2023 year (A, by `act on an object`: action=新建, head=茶园, area=全市)"
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("区委共聘请茶农12名。", {"action": "聘请", "head": "茶农", "actor": "区委"}),
        ("全市茶税3亿元，占财政收入的12%。", {"head": "茶税", "whole": "财政收入", "area": None}),
        ("新增茶企22家，其中市级以上13家。", {"part": "市级以上"}),
        ("农村居民人均收入2万元。", {"head": "农村居民人均收入", "population": "农村居民"}),
    ],
)
def test_the_parts_of_a_subject_are_columns(text: str, parts: dict[str, str | None]) -> None:
    """Actor, action, head, whole, part and population of a subject are separate columns."""
    row = extract_observations(report(text)).observations[-1]
    assert {name: getattr(row, name) for name in parts} == parts


@pytest.mark.parametrize(
    ("text", "period_type", "base"),
    [
        ("茶税增长5%。", "year", 2022),
        ("茶税比2019年增长5%。", "years", 2019),
        ("截至2023年底，茶农总数达12万人。", "point", None),
        ("上半年产茶3万吨。", "part", None),
        ("2020年以来，共引进茶农3000名。", "open", None),
        ("茶税是2015年的3.6倍。", "year", 2015),
    ],
)
def test_the_type_of_a_period_and_the_base_of_a_change(text: str, period_type: str, base: int | None) -> None:
    """Each observation has its type of period and, for a change, the year it is compared with."""
    (row,) = extract_observations(report(text)).observations
    assert (row.period_type, row.base_end) == (period_type, base)


def test_a_reading_by_a_fallback_rule_has_a_lower_grade() -> None:
    """A sentence read by a fallback rule gets grade C instead of A."""
    (sure,) = extract_observations(report("新建茶园30亩。")).observations
    (unsure,) = extract_observations(report("茶园管护30亩茶树。")).observations
    assert (sure.grade, unsure.grade) == ("A", "C")


@pytest.mark.parametrize(
    ("text", "stated_as", "base"),
    [
        ("公园由3座增至270座。", "start", None),
        ("PM2.5由2015年的35微克/立方米降至24微克/立方米。", "start", 2015),
        ("全职院士由上年的8人增至11人。", "start", 2022),
        ("市级创新团队增至24个。", "arrival", None),
        ("累计引进25个创新团队。", "total", None),
        ("新桥三路、福学路等30条道路建成。", "examples", None),
        ("新建公园30座。", None, None),
    ],
)
def test_how_a_level_is_stated(text: str, stated_as: str | None, base: int | None) -> None:
    """A level is marked as start, arrival, running total or example, with the year of its start."""
    row = extract_observations(report(text)).observations[0]
    assert (row.stated_as, row.base_end) == (stated_as, base)
