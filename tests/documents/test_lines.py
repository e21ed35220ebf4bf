"""Lines: white space, joined paragraphs, and table rows."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nianbao.documents.text.lines import (
    INVISIBLE,
    continues,
    join_wraps,
    lines_of,
    normalize_spaces,
    unwrap_columns,
)


def normalize(text: str) -> str:
    """Normalize the lines of a text and join them to paragraphs, as reading does."""
    return "\n".join(join_wraps(lines_of(text)))


LIKELY = st.text(
    alphabet="增长出口１９9 3.%％年，。：（）“《、\n\t \u3000\xa0\u200b\ufeffAbGDP-—一是（1）", max_size=80
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("　　增长 11.9%", "增长11.9%"),
        ("出 口总额", "出口总额"),
        ("1 9 9 3 年", "1993年"),
        ("１ ９ ９ ３ 年", "１９９３年"),
        ("增长1 1.9%", "增长11.9%"),
        ("人均纯收入18 51元，人均耕地0.1 2公顷。", "人均纯收入1851元，人均耕地0.12公顷。"),
        ("出动执法18 51人", "出动执法18 51人"),
        ("人均 GDP 3.4 万美元", "人均GDP 3.4万美元"),
        ("4G TD-LTE 技术", "4G TD-LTE技术"),
        ("Long  Term\xa0Evolution", "Long Term Evolution"),
        ("2020 2021 2022", "2020 2021 2022"),
        ("1. 2020年完成", "1. 2020年完成"),
        ("已建成4 \xa0 所", "已建成4所"),
        ("政\u3000府\u3000工\u3000作\u3000报\u3000告", "政府工作报告"),
        ("全\u200b市\ufeff人\xad口", "全市人口"),
        ("科技｜教育 ５．５％", "科技｜教育５．５％"),
        ("指标 \t 完成\t 目标", "指标\t完成\t目标"),
        ("", ""),
    ],
)
def test_meaningless_white_space_is_removed(typed: str, read: str) -> None:
    """Spaces inside Chinese text and numbers are removed; those that separate numbers or words stay."""
    assert normalize_spaces(typed) == read


def test_a_line_led_by_a_tab_is_the_next_cell_of_its_row() -> None:
    """A line that begins with a tab is joined to its row as the next cell."""
    assert lines_of("序号\n\t　　项目\n\t牵头单位\n1\n\t新建公园3座\n") == ["序号\t项目\t牵头单位", "1\t新建公园3座"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("全年出口额增长12%。工业总产值达到3593亿元", "（1990年不变价），增长16%。"),
        ("完善住房保障体系。多渠道筹集房源，托起更多新市", "民的安居梦。"),
        ("丰富养老金融产品和服务，扩大企业年金、", "个人养老金制度覆盖范围。"),
        ("（五）着力优化生态环境质量和城区建", "设管理水平。"),
        ("关于印发《云汀市优化营商环境", "行动方案》的情况"),
    ],
)
def test_the_rest_of_a_broken_sentence_is_joined(before: str, after: str) -> None:
    """A paragraph that continues the sentence of the line before is joined to it."""
    assert continues(before, after)
    assert normalize(f"{before}\n　　{after}") == before + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("一、2019年工作回顾", "过去一年，我市经济稳中有进。"),
        ("（一）持续优化营商环境，经济发展稳中向好", "惠企力度加大。全年减税12亿元。"),
        ("特此报告。", "云汀市人民政府"),
        ("云汀市人民政府", "2020年1月9日"),
        ("各位代表！", "奋斗创造未来。"),
        ("6.发放从教津贴，支持民办学校。牵头单位：教育局", "7.2018年春季学期购买学位6万个。"),
        ("全年主要做了以下工作。重点是", "一是推进立法。"),
        ("指标\t完成", "生产总值\t8.8"),
    ],
)
def test_headings_items_and_signatures_stay_lines(before: str, after: str) -> None:
    """Headings, list items, signatures, dates and table rows are not joined with the next line."""
    assert join_wraps([before, after]) == [before, after]


def test_a_text_broken_at_a_fixed_width_becomes_paragraphs() -> None:
    """Lines of equal width are joined to one paragraph, and headings stay apart."""
    paragraph = "云汀市坚持稳中求进，全年办理行政许可事项并持续压减环节，企业办事时间进一步缩短，群众满意度稳步提高" * 7
    broken = [paragraph[start : start + 30] for start in range(0, len(paragraph), 30)]
    assert unwrap_columns(["一、工作回顾", *broken, "二、工作安排"]) == ["一、工作回顾", paragraph, "二、工作安排"]


@example("（\r（\r）")
@given(st.text() | LIKELY)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    """Normalising any text a second time gives the same text."""
    once = normalize(text)
    assert normalize(once) == once


@given(st.text() | LIKELY)
def test_every_character_that_is_not_white_space_survives_in_order(text: str) -> None:
    """Normalising removes only white space and invisible characters and keeps all others in order."""

    def bare(written: str) -> str:
        return "".join(char for char in written if not char.isspace() and char not in INVISIBLE)

    assert bare(normalize(text)) == bare(text)
