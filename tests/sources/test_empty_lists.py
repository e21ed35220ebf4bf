"""A list page without rows is reported as a failure: the site was rebuilt, or fills its list by a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.conftest import MakeClient, run, source
from tests.sources.site import Site

FILLER = "<p>云汀市人民政府门户网站，政府信息公开专栏，欢迎访问。</p>" * 5


@pytest.mark.parametrize(
    "body",
    [
        FILLER,
        "<ul></ul>" + FILLER,
        "<div class='list'><!-- 列表 --></div>" + FILLER,
        "<table><tr><td>暂无数据</td></tr></table>" + FILLER,
        "<a href='javascript:void(0)'>下一页上一页</a>" + FILLER,
        "<a>没有地址的链接</a>" + FILLER,
        "<a href='/1'>更多</a>" + FILLER,
        "<a href='mailto:a@b.invalid'>联系我们的邮箱</a>" + FILLER,
        "<a href='tel:12345'>政务服务热线电话</a>" + FILLER,
        "<ul><li>2020年法治政府建设报告</li></ul>" + FILLER,
    ],
)
@pytest.mark.parametrize("system", ["next_link", "trs", "nfcms"])
def test_a_list_without_rows_is_a_failure(
    site: Site, make_client: MakeClient, raw: Path, system: str, body: str
) -> None:
    """A list page without links to articles is reported as a failure instead of as nothing new."""
    site.put("/list/index.html", f"<html><head><title>列表</title></head><body>{body}</body></html>")
    results = run(source(system, site.url("/list/index.html")), make_client(), raw)
    assert [result.outcome for result in results] == ["failed"]
    assert "no links to articles" in results[0].note
