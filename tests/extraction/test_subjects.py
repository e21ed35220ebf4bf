"""What each number of a sentence measures, of which kind it is, and to which number it belongs."""

from __future__ import annotations

import pytest

from tests.extraction.sentences import one, read

Row = tuple[str, str, str]
_NAMES = ("第一产业", "第二产业", "第三产业")
_SECTORS = [("11.8", "第一产业"), ("48.3", "第二产业"), ("39.9", "第三产业")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # how it was computed is no part of what is measured
        (
            "全年产茶5万吨，按可比价格计算比上年增长10%。",
            [("5万吨", "产茶", "level"), ("10%", "产茶", "change_pct")],
        ),
        ("茶业收入按同口径增长6%。", [("6%", "茶业收入", "change_pct")]),
        ("新增绿地（含社区公园）30公顷。", [("30公顷", "新增绿地", "level")]),
        ("公办园占比2020年底达到50%。", [("50%", "公办园占比", "share")]),
        (
            "产茶417吨，净增110吨，同比（下同）增长9.4%。",
            [("417吨", "产茶", "level"), ("110吨", "产茶", "change_abs"), ("9.4%", "产茶", "change_pct")],
        ),
        ("茶价涨幅可控制在7%左右。", [("7%左右", "茶价", "change_pct")]),
        ("茶厂数量居全省各县（市、区）第一。", [("第一", "茶厂数量", "rank")]),
        ("三次产业比调整为11.8︰48.3︰39.9。", [(n, s, "share") for n, s in _SECTORS]),
        (
            "三次产业由2002年的20.4∶36.7∶42.9调整为18∶42∶40。",
            [(n, s, "share") for n, s in zip(("20.4", "36.7", "42.9", "18", "42", "40"), _NAMES * 2, strict=True)],
        ),
        (
            "茶叶产值达到9155亿元，年增长17.4%。",
            [("9155亿元", "茶叶产值", "level"), ("17.4%", "茶叶产值", "change_pct")],
        ),
        (
            "审结案件85件，败诉率11.8%，同比下降3%。",
            [("85件", "审结案件", "level"), ("11.8%", "案件败诉率", "share"), ("3%", "案件败诉率", "change_pct")],
        ),
        (
            "全市16家公共法律服务中心提供咨询44次，10个建设项目完成投资5亿元。",
            [
                ("16家", "公共法律服务中心", "level"),
                ("44次", "提供咨询", "level"),
                ("10个", "建设项目", "level"),
                ("5亿元", "建设项目完成投资", "level"),
            ],
        ),
        # words that only look like a verb, a copula or a change
        ("行政许可80件，同比上升26%。", [("80件", "行政许可", "level"), ("26%", "行政许可", "change_pct")]),
        (
            "全州1360个建档立卡贫困村派出农技员1081名。",
            [("1360个", "建档立卡贫困村", "level"), ("1081名", "派出农技员", "level")],
        ),
        ("人口自然增长率为2.78‰。", [("2.78‰", "人口自然增长率", "share")]),
        ("物价上涨控制在4%以内。", [("4%以内", "物价", "change_pct")]),
        ("牲畜总增30万头，总增率45%。", [("30万头", "牲畜总增", "level"), ("45%", "牲畜总增率", "share")]),
        (
            "处理率96%，比全国平均水平高3个百分点。",
            [("96%", "处理率", "share"), ("3个百分点", "处理率", "change_pp")],
        ),
        ("开展培训45期、3200人次。", [("45期", "开展培训", "level"), ("3200人次", "开展培训", "level")]),
        ("同比多收税120万元。", [("120万元", "收税", "change_abs")]),
        # a case goes on, not who appeared in it
        (
            "办理行政应诉案件42件，负责人出庭应诉38件；败诉3件。",
            [
                ("42件", "办理行政应诉案件", "level"),
                ("38件", "负责人出庭应诉", "level"),
                ("3件", "败诉行政应诉案件", "level"),
            ],
        ),
        (
            "粮食生产再获丰收，总产达到66亿斤。",
            [("66亿斤", "粮食生产总产", "level")],
        ),
        # inherited subjects
        (
            "全市新登记市场主体3.9万户，增长7.2%。",
            [("3.9万户", "新登记市场主体", "level"), ("7.2%", "新登记市场主体", "change_pct")],
        ),
        (
            "共收到行政复议申请1203件，受理1100件，审结1050件。",
            [
                ("1203件", "收到行政复议申请", "level"),
                ("1100件", "受理行政复议申请", "level"),
                ("1050件", "审结行政复议申请", "level"),
            ],
        ),
        (
            "新增上市企业15家，累计206家，占全市四成。",
            [
                ("15家", "新增上市企业", "level"),
                ("206家", "上市企业累计", "level"),
                ("四成", "上市企业累计占全市", "share"),
            ],
        ),
        (
            "开展检查520次，其中联合检查80次。",
            [("520次", "开展检查", "level"), ("80次", "联合检查开展检查", "level")],
        ),
        (
            "高新技术企业突破1000家，总量全省第三。",
            [("突破1000家", "高新技术企业", "level"), ("全省第三", "高新技术企业总量", "rank")],
        ),
        (
            "受理信访件800件，同比下降12.4%，化解率95%。",
            [
                ("800件", "受理信访件", "level"),
                ("12.4%", "受理信访件", "change_pct"),
                ("95%", "信访件化解率", "share"),
            ],
        ),
        ("优良天数310天，占比85%。", [("310天", "优良天数", "level"), ("85%", "优良天数占比", "share")]),
        # what selects stays in the subject
        ("年产值5亿元以上的企业达到60家。", [("60家", "年产值5亿元以上的企业", "level")]),
        ("60岁以上老人3万人。", [("3万人", "60岁以上老人", "level")]),
        ("推动建成5G基站3000个。", [("3000个", "建成5G基站", "level")]),
        ("“一网通办”率达98%。", [("98%", "“一网通办”率", "share")]),
        ("安排资金2亿元用于修路。", [("2亿元", "安排资金用于修路", "level")]),
        # the noun behind the number
        ("印发56份规范性文件。", [("56份", "印发规范性文件", "level")]),
        ("3名校长获评特级校长。", [("3名", "校长获评特级校长", "level")]),
        ("建成2个公园、3条绿道。", [("2个", "建成公园", "level"), ("3条", "建成绿道", "level")]),
        ("打通云河路、松风路等断头路15条。", [("15条", "打通断头路", "level")]),
        # lists
        ("进口、出口分别增长8.1%、6.4%。", [("8.1%", "进口", "change_pct"), ("6.4%", "出口", "change_pct")]),
        (
            "万元GDP能耗、水耗分别下降3.1%、4.2%。",
            [("3.1%", "万元GDP能耗", "change_pct"), ("4.2%", "万元GDP水耗", "change_pct")],
        ),
        (
            "工业投资80亿元、技改投资20亿元，分别增长5%和9%。",
            [
                ("80亿元", "工业投资", "level"),
                ("20亿元", "技改投资", "level"),
                ("5%", "工业投资", "change_pct"),
                ("9%", "技改投资", "change_pct"),
            ],
        ),
        (
            "户籍人口和流动人口政策生育率分别为98%和92%。",
            [("98%", "户籍人口政策生育率", "share"), ("92%", "流动人口政策生育率", "share")],
        ),
        (
            "三次产业结构调整为4.1∶40.1∶55.8。",
            [("4.1", "第一产业", "share"), ("40.1", "第二产业", "share"), ("55.8", "第三产业", "share")],
        ),
        # parts in brackets and after 其中
        (
            "收到复议案件103宗，不受理12宗（其中转送10宗，告知2宗）。",
            [
                ("103宗", "收到复议案件", "level"),
                ("12宗", "不受理复议案件", "level"),
                ("10宗", "转送复议案件", "level"),
                ("2宗", "告知复议案件", "level"),
            ],
        ),
        (
            "机关负责人出庭46宗（其中正职25宗，副职21宗）。",
            [
                ("46宗", "机关负责人出庭", "level"),
                ("25宗", "机关负责人出庭正职", "level"),
                ("21宗", "机关负责人出庭副职", "level"),
            ],
        ),
        # rises
        ("上市企业由22家增至29家。", [("22家", "上市企业", "level"), ("29家", "上市企业", "level")]),
        # ranks
        (
            "地区生产总值4496亿元、全市第三。",
            [("4496亿元", "地区生产总值", "level"), ("全市第三", "地区生产总值", "rank")],
        ),
        ("进出口总额稳居全国首位。", [("全国首位", "进出口总额", "rank")]),
        # changes of other kinds
        ("结案率97%，提高6个百分点。", [("97%", "结案率", "share"), ("6个百分点", "结案率", "change_pp")]),
        ("减少内设机构20个。", [("20个", "减少内设机构", "change_abs")]),
        ("审结案件128件，同比减少15件。", [("128件", "审结案件", "level"), ("15件", "审结案件", "change_abs")]),
        ("创新载体1107家，是2015年的3.6倍。", [("1107家", "创新载体", "level"), ("3.6倍", "创新载体", "ratio")]),
        ("生产总值翻了一番。", [("翻了一番", "生产总值", "change_pct")]),
        ("城乡居民收入比缩小至2.36∶1。", [("2.36", "城乡居民收入比", "ratio")]),
    ],
)
def test_what_is_measured(text: str, rows: list[Row]) -> None:
    seen = [(text[row.start : row.end], row.subject, row.kind) for row in read(text).observations]
    assert seen == rows


@pytest.mark.parametrize(
    ("text", "quote", "level"),
    [
        ("办结案件99705宗，办结率98.94%。", "98.94%", "99705宗"),
        ("民生支出380亿元，增长19.9%，占预算支出八成。", "19.9%", "380亿元"),
        ("民生支出380亿元，增长19.9%，占预算支出八成。", "八成", "380亿元"),
        ("出庭率92.2%，比上年提高6个百分点。", "6个百分点", "92.2%"),
    ],
)
def test_changes_and_shares_belong_to_their_level(text: str, quote: str, level: str) -> None:
    assert one(text, quote).relates_to == text.index(level)


@pytest.mark.parametrize(
    ("text", "quote", "direction", "compared_with"),
    [
        ("税收收入下降3.1%。", "3.1%", "down", "previous_year"),
        ("发明专利授权量比2018年增长50%。", "50%", "up", "2018"),
        ("一般公共预算收入同口径增长4.7%。", "4.7%", "up", "same_scope"),
        ("研发投入年均增长12%。", "12%", "up", "average"),
        ("贷款余额比年初新增16.9亿元。", "16.9亿元", "up", None),
    ],
)
def test_direction_and_base_of_a_change(text: str, quote: str, direction: str, compared_with: str | None) -> None:
    seen = one(text, quote)
    assert seen.direction == direction
    if compared_with is not None:
        assert seen.compared_with == compared_with


@pytest.mark.parametrize("text", ["居民收入提高到5万元。", "处理时限压减至5天以内。", "覆盖率提升至95%以上。"])
def test_where_a_change_arrived_is_no_change(text: str) -> None:
    (seen,) = read(text).observations
    assert seen.kind in ("level", "share")
    assert seen.direction is None
