"""What a sentence says of the time of its number: several years together, or a part of one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nianbao.comparison import points
from nianbao.comparison.points import says_part_of_year, says_several_years


@given(st.from_regex(points._SEVERAL_YEARS, fullmatch=True))
def test_the_fast_check_accepts_every_span_of_years(span: str) -> None:
    """The fast check that runs first never rejects a text that the pattern of several years matches."""
    assert points._SPANS.search(span)


@given(st.from_regex(points._PART_OF_YEAR, fullmatch=True))
def test_the_fast_check_accepts_every_part_of_a_year(part: str) -> None:
    """Every text that the pattern of a month, quarter or half-year matches is recognised as part of a year."""
    assert says_part_of_year(part, "")


def test_a_span_of_years_applies_to_flows_only() -> None:
    """Wordings such as 五年来 make a flow span several years, but not a stock or a figure marked 全年."""
    for lead in ("五年来新增学位", "“十三五”期间改造道路", "2016-2020年新建公园", "本届政府任内建成公园", "累计完成"):
        assert says_several_years(lead, "flow"), lead
    assert not says_several_years("五年来，全年新增学位", "flow")
    assert not says_several_years("五年来新增学位", "stock")
