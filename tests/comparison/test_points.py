"""What a sentence says of the time of its number: several years together, or a part of one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nianbao.comparison import points
from nianbao.comparison.points import says_part_of_year, says_several_years


@given(st.from_regex(points._SEVERAL_YEARS, fullmatch=True))
def test_the_look_before_spans_of_years_lets_all_of_them_through(span: str) -> None:
    assert points._SPANS.search(span)


@given(st.from_regex(points._PART_OF_YEAR, fullmatch=True))
def test_the_look_before_parts_of_a_year_lets_all_of_them_through(part: str) -> None:
    assert says_part_of_year(part, "")


def test_a_span_counts_for_a_flow_and_not_for_what_is_always_of_one_year() -> None:
    for lead in ("五年来新增学位", "“十三五”期间改造道路", "2016-2020年新建公园", "本届政府任内建成公园", "累计完成"):
        assert says_several_years(lead, "flow"), lead
    assert not says_several_years("五年来，全年新增学位", "flow")
    assert not says_several_years("五年来新增学位", "stock")
