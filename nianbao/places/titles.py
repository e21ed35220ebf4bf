"""Find the owner in a report's title: 清远市司法局 in 清远市司法局2019年工作报告."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_WIDE = str.maketrans("０１２３４５６７８９（）［］【】　", "0123456789()[][] ")
_CHINESE_DIGITS = str.maketrans("〇○Ｏ零一二三四五六七八九", "000" + "0123456789")
_CHINESE_YEAR = re.compile("[一二][九〇○Ｏ零][〇○Ｏ零一二三四五六七八九]{2}(?=年|学年)")
_YEARS = re.compile(
    r"""
    (?:(?:截至|截止|自|从))?
    (?:19|20)\d\d\s?(?:年|学年)?\s?(?:[-—–~～至、和]\s?(?:19|20)?\d\d\s?(?:年|学年)?)?   # 2020年, 2021-2022学年
    (?:\s?\d{1,2}月(?:\d{1,2}日)?)?(?:年?度)?(?:上半年|下半年|第[一二三四]季度|以来)?
    """,
    re.VERBOSE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=\s?(?:年|学年|-|—|–|至|$|\D))")
# Where the words for the subject of the report begin.
_TOPIC = re.compile(
    r"""
    (?<!人民)政府(?:网站)?(?:信息|工作(?!人员)|自身建设|购买|采购|债务|部门|全口径|性基金|网站)
    | 信息公开(?!办)|法治政府(?!建设(?:工作)?领导)|法治(?:建设|工作|社会|宣传|政务)(?!领导|办)
    | 依法行政(?!(?:工作)?领导|办)|依法治[省市县区州盟旗](?!委|办|工作领导|领导)|依法治理
    | 工作(?:年度)?(?:报告|总结|要点|情况|年报|述职)|年度(?:工作)?(?:报告|总结|决算|预算|计划|法治)|年报
    | 部门(?:决算|预算)|(?:财政)?决算|(?:财政)?预算(?!编)
    | (?:深入)?(?:推进|加强|落实|履行|贯彻|开展|全面(?!依法治)|深化|持续|扎实|切实)[\u4e00-\u9fff]{0,6}
      (?:法治|依法|信息|职责|改革(?!委|办|领导)|中央|责任制|八五)
    | 国民经济(?!动员)|统计公报|行政执法(?!局|支队|大队|总队|队|委|监督局)|执法(?:数据|情况|统计)
    | 政务公开(?!办|领导)|主要负责人|党政主要|权力清单|述职|述法
    """,
    re.VERBOSE,
)
_EMPTY = re.compile(
    "^(?:关于|对|公布|印发|转发|发布|附件[0-9一二三四五六七八九十]*|附|[的在度]|年度?|(?:近|过去)?五年|[、，:：《“_—-])+"
)
_TAIL = re.compile("(?:关于|[的在度]|年度|近?五年|本届|向社会|向|的?报告|公布|[、，:：《“_—\\[-])+$")
_CONGRESS = re.compile("(?:^|在)(?P<place>[\u4e00-\u9fff]{2,20}?)第?[一二三四五六七八九十百]{1,3}届.{0,4}人民代表大会")


class Title(NamedTuple):
    """The parts of a title: the owner of the report, the place or body it is about (after 关于), and the year."""

    owner: str
    about: str
    topic: str
    year: int | None


def read_title(title: str) -> Title:
    """Return the owner, the subject and the year in a title.

    >>> read_title("清远市司法局关于2019年法治政府建设情况的报告").owner, read_title("长治市政府信息公开年报").owner
    ('清远市司法局', '长治市')
    >>> read_title("六合区人民政府办公室关于六合区2021年法治政府建设情况的报告")[:2]
    ('六合区人民政府办公室', '六合区')
    """
    text = plain(title)
    year = _YEAR.search(text)
    text = re.sub(r"^\[[^\[\]]{1,16}\]", "", text)
    main = re.split("——|－－|--", text, maxsplit=1)[0]
    without = _YEARS.sub("", main)
    topic = _TOPIC.search(without)
    head = without[: topic.start()] if topic else without
    owner, _, about = head.partition("关于")
    owner, about = trim(owner), trim(about)
    if not owner:
        owner, about = about, ""
    if congress := _CONGRESS.search(owner or text):
        owner = congress["place"]
    return Title(owner, about, without[topic.start() :] if topic else "", int(year[0]) if year else None)


def plain(title: str) -> str:
    """Return a title with plain digits and brackets and without spaces.

    >>> plain("二〇二〇年 Ａ（试行）")
    '2020年A(试行)'
    """
    text = unicodedata.normalize("NFKC", title).translate(_WIDE)
    text = _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), text)
    return "".join(text.split())


def trim(words: str) -> str:
    """Return words without what introduces or ends them."""
    words = _TAIL.sub("", _EMPTY.sub("", words)).strip("[]《》“”\"' ")
    if words.count("(") > words.count(")"):
        words = words.partition("(")[0] or words.strip("(")
    return words.removeprefix(")")


_SITE_TAIL = re.compile(
    "(?:门户网站|政府网站|官方网站|官网|网站|门户|信息公开网?|政务网|政务服务网|政府网|信息网|在线|公众信息网|人民政府网|平台|网)+$"
)


def chinese_of(site: str) -> str:
    """Return the Chinese name of a site without words for a web site.

    >>> chinese_of("中国南京 www.nj.gov.cn"), chinese_of("绵阳市安县人民政府门户网站")
    ('南京', '绵阳市安县人民政府')
    """
    words = "".join(re.findall("[\u4e00-\u9fff（）()]+", site))
    words = re.sub("^(?:欢迎访问|中国[·.]?)(?=[\u4e00-\u9fff]{2})", "", words)
    return _SITE_TAIL.sub("", words)
