"""The parts of reading a number: the plain text, the classes of units, and bounds on either side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.extraction.numbers.quantity import begins_a_word, bound_before, bounded, class_of, plain_text
from tests.extraction.sentences import STEADY


@STEADY
@given(st.text(max_size=300))
def test_the_plain_text_keeps_all_offsets(text: str) -> None:
    """Normalising characters never changes the length of a text."""
    assert len(plain_text(text)) == len(text)


def test_the_plain_text_has_one_form_of_each_sign() -> None:
    """Full-width digits, signs and brackets become ordinary ones."""
    assert plain_text("１２，３％（同比：－１．５～２）") == "12，3%(同比:-1.5~2)"


@pytest.mark.parametrize(
    ("words", "bound", "qualifier"),
    [
        ("新增不少于", "不少于", "at_least"),
        ("新增至少", "至少", "at_least"),
        ("控制在不超过", "不超过", "at_most"),
        ("规模超", "超", "more_than"),
        ("规模突破", "突破", "more_than"),
        ("比例高于", "高于", "more_than"),
        ("培训近", "近", "less_than"),
        ("培训将近", "将近", "less_than"),
        ("用时不到", "不到", "less_than"),
        ("培训大约", "大约", "approx"),
        ("培训约", "约", "approx"),
        ("签约", "", "exact"),
        ("位于附近", "", "exact"),
        ("新增", "", "exact"),
        ("", "", "exact"),
    ],
)
def test_bounds_before_a_number(words: str, bound: str, qualifier: str) -> None:
    """Words such as 不少于 or 近 before a number give its qualifier, and other words do not."""
    assert bound_before(words, len(words)) == (len(words) - len(bound), qualifier)


@pytest.mark.parametrize(
    ("before", "more", "after", "together"),
    [
        ("exact", False, None, "exact"),
        ("exact", True, None, "more_than"),
        ("approx", True, None, "more_than"),
        ("at_least", False, "以上", "at_least"),
        ("exact", False, "以上", "more_than"),
        ("exact", False, "以内", "at_most"),
        ("exact", False, "左右", "approx"),
        ("less_than", False, "左右", "less_than"),
    ],
)
def test_bounds_on_both_sides_give_one(before: str, more: bool, after: str | None, together: str) -> None:
    """Bounds before and after a number and 多 within it combine to one qualifier."""
    assert bounded(before, more, after) == together


@pytest.mark.parametrize(
    ("unit", "name"),
    [(None, "none"), ("", "none"), ("%", "percent"), ("元", "money"), ("元/平方公里", "money"), ("人", "person"),
     ("公里", "measure"), ("工作日", "span"), ("件", "count")],
)  # fmt: skip
def test_classes_of_units(unit: str | None, name: str) -> None:
    """Each unit belongs to one class: money, person, percent, measure, span, count or none."""
    assert class_of(unit) == name


def test_a_unit_that_only_begins_a_word() -> None:
    """A unit that only begins a longer word, such as 人 in 人口, is not a unit."""
    assert begins_a_word("人", "13亿人口", 3)
    assert begins_a_word("市", "1500多万市场主体", 6)
    assert not begins_a_word("人", "13亿人，", 3)
    assert not begins_a_word("项", "3万项目标", 2)  # 目标 crosses 项目
