"""Sections: how they are numbered, how they nest, where they end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.documents.outline import outline


def tree(text: str) -> list[tuple[str, str]]:
    """Return path and heading of each section of a text."""
    return [(section.path, section.heading) for section in outline(text)]


def test_sections_nest_and_end_where_the_next_of_their_level_begins() -> None:
    """A section includes its subsections and ends at the next heading of its level."""
    text = "导语。\n一、2019年工作\n（一）立法。出台规章2部。\n1.开门立法\n（1）征求意见\n（二）执法"
    text += "\n二、2020年计划\n结语。"
    spans = {section.path: text[section.start : section.end] for section in outline(text)}
    assert list(spans) == ["一", "一/（一）", "一/（一）/1.", "一/（一）/1./（1）", "一/（二）", "二"]
    assert spans["一/（一）"] == "（一）立法。出台规章2部。\n1.开门立法\n（1）征求意见\n"
    assert spans["二"] == "二、2020年计划\n结语。"


@pytest.mark.parametrize(
    ("line", "path", "heading"),
    [
        ("第一章 总体情况", "第一章", "总体情况"),
        ("第二部分 2020年工作安排", "第二部分", "2020年工作安排"),
        ("(三)化解矛盾纠纷。全年受理120宗。", "（三）", "化解矛盾纠纷"),
        ("12．加强培训；举办讲座", "12.", "加强培训"),
        ("3.2020年完成改造", "3.", "2020年完成改造"),
        ("十一、加强队伍建设", "十一", "加强队伍建设"),
        ("二是清理文件。废止3件。", "二是", "清理文件"),
        ("附件2：民生实事清单", "附件2", "民生实事清单"),
        ("有关名词解释", "有关名词解释", "有关名词解释"),
        ("2016年工作回顾", "2016年工作回顾", "2016年工作回顾"),
    ],
)
def test_each_way_of_numbering(line: str, path: str, heading: str) -> None:
    """Each style of numbering gives the path and the heading of its section."""
    assert tree(line) == [(path, heading)]


@pytest.mark.parametrize(
    "line",
    [
        "1.5亿元投资到位。",
        "2019年，我市办理许可3件。",
        "一、二、三产业协调发展。",
        "（1990年不变价）增长16%。",
        "统一是关键，之一是基础。",
        "各位代表！",
        "2016年工作回顾，成绩来之不易。",
    ],
)
def test_numbers_that_are_not_headings(line: str) -> None:
    """Decimals, years, enumerations in prose and salutations open no section."""
    assert tree(line) == []


def test_ordinals_inside_a_sentence_are_sections() -> None:
    """Points marked 一是, 二是 inside a sentence are sections that end with the sentence's section."""
    text = "一、问题\n主要问题有：一是基础薄弱；二是人员不足；三是经费紧张。下一步将改进。\n二、打算"
    assert tree(text) == [
        ("一", "问题"),
        ("一/一是", "基础薄弱"),
        ("一/二是", "人员不足"),
        ("一/三是", "经费紧张"),
        ("二", "打算"),
    ]


def test_ordinals_within_a_line_are_siblings() -> None:
    """一是 at the start of a line and 二是 within it are siblings, with （1） below."""
    text = "（一）立法\n一是开门立法。（1）听证。（2）公示。二是清理文件。废止3件。\n（二）执法"
    assert [path for path, _ in tree(text)] == [
        "（一）",
        "（一）/一是",
        "（一）/一是/（1）",
        "（一）/一是/（2）",
        "（一）/二是",
        "（二）",
    ]


def test_ordinals_on_separate_lines_are_siblings() -> None:
    """一是 and 二是 on separate lines are siblings under the same heading."""
    assert [path for path, _ in tree("（一）立法\n一是甲。\n二是乙。\n（二）执法\n一是丙。")] == [
        "（一）",
        "（一）/一是",
        "（一）/二是",
        "（二）",
        "（二）/一是",
    ]


def test_a_bare_annex_takes_the_next_line_as_its_heading() -> None:
    """An annex number alone on its line takes the next line as its heading."""
    assert tree("附件1\n名词术语\n1.一网通办：指全程网办。")[0] == ("附件1", "名词术语")


@given(
    st.lists(
        st.sampled_from(["一、甲", "（二）乙", "1.丙", "（3）丁", "一是戊；二是己。", "附件：庚", "辛。①壬②癸", "\n"])
    )
)
def test_sections_nest_and_lie_in_the_text(lines: list[str]) -> None:
    """In any text, sections lie within it, have their level's parents and never overlap partly."""
    text = "\n".join(lines)
    sections = outline(text)
    for section in sections:
        assert 0 <= section.start < section.end <= len(text)
        assert section.level == section.path.count("/") + 1
        parents = [p for p in sections if p.start <= section.start and section.end <= p.end and p.level < section.level]
        assert len(parents) >= section.level - 1
    for before, after in pairwise(sections):
        assert after.start >= before.end or after.end <= before.end
