"""Numbers that are names, ordinals, dates or selections: one sentence per reason, and similar ones that are values."""

from __future__ import annotations

import pytest

from tests.extraction.sentences import quotes, reasons


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("2020年，全市上下共同努力。", "2020年", "date"),
        ("3月14日起恢复。", "3月14日", "date"),
        ("2023-05-06发布。", "2023-05-06", "date"),
        ("2023年5月6日10:30发布。", "2023年5月6日10:30", "date"),
        ("9:30开始。", "9:30", "date"),
        ("2021至2025年规划。", "2021至2025年", "date"),
        ("1—6月，各项工作有序。", "1—6月", "date"),
        ("按照云府〔2021〕5号文件执行。", "2021", "document_number"),
        ("按照云府〔2021〕5号文件执行。", "5号", "number_of_thing"),
        ("地铁4号线开通。", "4号", "number_of_thing"),
        ("轨道22、25、27号线开工。", "22", "number_of_thing"),
        ("12345热线全天服务。", "12345", "name"),
        ("１２３４５热线全天服务。", "１２３４５", "name"),
        ("拨打110报警。", "110", "name"),
        ("建成5G网络。", "5", "name"),
        ("G20峰会召开。", "20", "name"),
        ("FM88.7频道。", "88.7", "name"),
        ("CT100型设备。", "100", "name"),
        ("1+6政策体系。", "6", "name"),
        ("推广2.0版系统。", "2.0", "name"),
        ("24小时值守。", "24", "name"),
        ("引进世界500强总部。", "500", "name"),
        ("PM2.5平均浓度继续下降。", "2.5", "name"),
        ("实行“1+3+N”模式。", "1", "name_in_quotes"),
        ('推行"3+X"模式。', "3", "name_in_quotes"),
        ("《规划（2021—2035年）》印发。", "2021", "title"),
        ("庆祝建市40周年。", "40周年", "anniversary"),
        ("为65岁以上老人体检。", "65岁以上", "age"),
        ("连续6年获得表彰。", "6年", "duration"),
        ("365天不打烊。", "365天", "duration"),
        ("将造价5万元以上的项目纳入采购。", "5万元以上", "threshold"),
        ("年产值5亿元以上的企业稳步发展。", "5亿元以上", "threshold"),
        ("500米公交站点基本覆盖。", "500米", "threshold"),
        ("15分钟生活圈加快形成。", "15分钟", "threshold"),
        ("建成35千伏变电站。", "35千伏", "threshold"),
        ("跻身前10名。", "10名", "order"),
        ("每10万人设一个站。", "10万人", "base"),
        ("1. 推进改革。", "1", "numbering"),
        ("（1）推进改革。", "1", "numbering"),
        ("1.加强学习。2.加强培训。", "2", "numbering"),
        ("40.151件实事全部办结。", "40.", "numbering"),
        ("45件。", "45件", "no_subject"),
        ("222省道改造竣工。", "222", "name"),
        ("年销售收入500万元以上独立核算工业企业实现利税1.5亿元。", "500万元以上", "threshold"),
        ("辖区有3000平方米以上的大型商场58个。", "3000平方米以上", "threshold"),
        ("本县茶厂进入全省136家重点茶企行列。", "136", "name"),
    ],
)
def test_numbers_that_are_not_measures_have_a_reason(text: str, number: str, reason: str) -> None:
    """Dates, names, ages, durations and thresholds are not observations, and each has its reason."""
    assert reasons(text).get(number) == reason
    assert number not in quotes(text)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("60岁以上老人3万人。", "3万人"),
        ("年产值5亿元以上的企业达到60家。", "60家"),
        ("20家2亿元以上企业。", "20家"),
        ("人均预期寿命达81.2岁。", "81.2岁"),
        ("优良天数310天。", "310天"),
        ("审批时限压减至8个工作日。", "8个工作日"),
        ("满意度得分95分。", "95分"),
        ("编发简报45期。", "45期"),
        ("地均GDP70.75亿元。", "70.75亿元"),
        ("网站访问人次1957637。", "1957637"),
        ("用电量3亿度。", "3亿度"),
        ("编发周报8期、提醒函若干。", "8期"),
        ("城区茶馆密度为20.4。", "20.4"),
        ("优良天数比2007年净增100天。", "100天"),
        ("撬动100亿元以上社会资本投向企业。", "100亿元以上"),
        ("综合景气指数比上年提高20点。", "20点"),
        ("完成土石方500万方。", "500万方"),
        ("3所中学进入示范行列。", "3所"),
    ],
)
def test_numbers_that_resemble_names_but_are_values(text: str, quote: str) -> None:
    """Numbers that resemble a name, an age or a threshold but measure something are observations."""
    assert quotes(text) == [quote]
