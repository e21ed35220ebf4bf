"""What is still read wrong, each with the smallest sentence; whoever mends one takes its mark away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extraction.sentences import read

Fields = list[tuple[Any, ...]]


def fault(text: str, fields: str, want: Fields, why: str) -> Any:
    return pytest.param(text, fields.split(), want, marks=pytest.mark.xfail(strict=True, reason=why), id=text)


@pytest.mark.parametrize(
    ("text", "fields", "want"),
    [
        fault(
            "新增绿地（含社区公园）30公顷。",
            "subject",
            [("新增绿地",)],
            "a bracket with 含 hides its whole",
        ),
        fault(
            "粮食、蔬菜、水果产量分别达到50万吨、80万吨和20万吨。",
            "subject",
            [("粮食产量",), ("蔬菜产量",), ("水果产量",)],
            "果产量 is taken for the end that the members share",
        ),
        fault(
            "水、电、气价格分别下降2%、3%、4%。",
            "subject",
            [("水价格",), ("电价格",), ("气价格",)],
            "members of one sign do not get the end that the last has",
        ),
        fault(
            "一、二、三产业增加值分别增长2%、3%和4%。",
            "subject",
            [("第一产业增加值",), ("第二产业增加值",), ("第三产业增加值",)],
            "members of one sign do not get 产业",
        ),
        fault(
            "与2019年相比，客流量增长20%。",
            "compared_with",
            [("2019",)],
            "a base in the clause before the change is not seen",
        ),
        fault(
            "处理率96%，比全国平均水平高3个百分点。",
            "subject",
            [("处理率",), ("处理率",)],
            "全国平均 ends the comparison early and leaves 均水平",
        ),
        fault("收入按同口径增长6%。", "subject", [("收入",)], "按 before 同口径 stays in the subject"),
        fault(
            "新增专利12件，累计80件，同比分别增长20%、10%。",
            "subject",
            [("新增专利",), ("专利累计",), ("新增专利",), ("专利累计",)],
            "同比分别 is taken for the subject",
        ),
        fault("出口翻了一番多。", "qualifier", [("more_than",)], "多 behind 番 is not read"),
        fault("培训上万人次。", "value qualifier", [(10_000, "more_than")], "上 is not read before 万"),
        fault("办好十件民生实事。", "value", [(10,)], "十 alone needs a bound before it, 八 does not"),
        fault("开展培训45期、3200人次。", "value", [(45,), (3200,)], "、 behind 期 makes it the stage of a project"),
        fault("职工占七成半。", "value", [(75,)], "半 behind 成 is not read"),
        fault(
            "专利授权量增长1.5倍。", "kind direction", [("change_pct", "up")], "growth by 1.5 times is told as a ratio"
        ),
        fault("同比多收税120万元。", "kind", [("change_abs",)], "同比多 is no verb of change"),
    ],
)
def test_read_wrong_so_far(text: str, fields: list[str], want: Fields) -> None:
    assert [tuple(getattr(row, name) for name in fields) for row in read(text).observations] == want
