"""Which place a web address belongs to, and who owns a title."""

import pytest

from nianbao.places.lookup import find_place
from nianbao.places.pinyin import full, syllables
from nianbao.places.sites import labels, place_of_site, strength
from nianbao.places.titles import chinese_of, read_title


@pytest.mark.parametrize(
    ("code", "site"),
    [
        ("440305", "www.szns.gov.cn"),
        ("110105", "chyrd.bjchy.gov.cn"),
        ("610116", "www.changanqu.gov.cn"),
        ("320106", "www.njgl.gov.cn"),
        ("610102", "www.xincheng.gov.cn"),
    ],
)
def test_an_abbreviated_address_matches_its_place(code: str, site: str) -> None:
    """Initials and pinyin in the address of a site are matched to its place."""
    place = find_place(code)
    assert place is not None
    assert strength(place, labels(site)) >= 3


def test_place_of_site() -> None:
    """A government address gives its place only if it is unambiguous at the wanted level."""
    assert place_of_site("https://www.longyou.gov.cn/art/1.html").code == "330825"  # type: ignore[union-attr]
    assert place_of_site("fgw.sh.gov.cn").code == "310000"  # type: ignore[union-attr]
    assert place_of_site("www.qingyuan.gov.cn", "市").code == "441800"  # type: ignore[union-attr]
    assert place_of_site("www.chaoyang.gov.cn") is None, "a city, a county and two districts"
    assert place_of_site("www.longyou.com") is None, "no government's address"
    assert place_of_site("ly.gov.cn") is None


def test_pinyin() -> None:
    """The pinyin of place names is right, also for characters with two readings."""
    assert full("厦门") == "xiamen"
    assert syllables("重庆市") == ("chong", "qing", "shi")
    assert full("朝阳") == "chaoyang"


@pytest.mark.parametrize(
    ("title", "owner"),
    [
        ("二〇二〇年清远市政府信息公开工作年度报告", "清远市"),
        ("清远市政府2020年信息公开年报", "清远市"),
        ("2012年泾县人民政府信息公开年度报告", "泾县人民政府"),
        ("关于清远市2021年法治政府建设情况的报告", "清远市"),
        ("关于公布《清远市司法局2021年政府信息公开工作年度报告》的通知", "清远市司法局"),
        ("五大连池市2021年政府信息公开工作年度报告", "五大连池市"),
        ("苏州工业园区规划建设委员会2022年政府信息公开工作年度报告", "苏州工业园区规划建设委员会"),
        ("政府工作报告——2013年1月5日在清远市第六届人民代表大会第一次会议上", "清远市"),
        (
            "中共清远市委全面依法治市委员会办公室关于2020年法治政府建设情况的报告",
            "中共清远市委全面依法治市委员会办公室",
        ),
    ],
)
def test_owner_of_a_title(title: str, owner: str) -> None:
    """The owner is found in titles with the year before, within or after it, in quotation marks and in speeches."""
    assert read_title(title).owner == owner


def test_name_of_a_site() -> None:
    """The name of a site gives the place or government in it."""
    assert chinese_of("中国南京 www.nj.gov.cn") == "南京"
    assert chinese_of("清远市人民政府门户网站") == "清远市人民政府"
