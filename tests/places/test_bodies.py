"""The kind of a body from its name, and its slug."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.places.bodies import acts_for_government, departments, read_body, read_town, slug_of, words

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "government"),
        ("人民政府", "government"),
        ("行政公署", "government"),
        ("人民政府办公厅", "office"),
        ("司法局", "department"),
        ("发改委", "department"),
        ("市场监督管理局", "department"),
        ("烟草专卖局", "vertical"),
        ("税务局", "vertical"),
        ("中级人民法院", "judicial"),
        ("人民检察院", "judicial"),
        ("市委宣传部", "party"),
        ("人民医院", "institution"),
        ("残疾人联合会", "institution"),
        ("住房公积金管理中心", "institution"),
    ],
)
def test_the_kind_of_a_body(name: str, kind: str) -> None:
    """The name of a body gives its kind: government, office, department, court, party and so on."""
    body = read_body(name)
    assert body is not None
    assert body.kind == kind


@pytest.mark.parametrize("name", ["高新", "某某", "飞来湖村民委员会", "城西社区居民委员会"])
def test_other_names_are_not_bodies(name: str) -> None:
    """Names of areas and of village or residents' committees are not bodies."""
    assert read_body(name) is None


def test_slugs_survive_renames_and_mergers() -> None:
    """A department keeps its slug when renamed or merged, and former parallel departments have separate ones."""

    def slug(name: str, year: int) -> str:
        body = read_body(name, year)
        assert body is not None
        return body.slug

    assert slug("环境保护局", 2015) == slug("生态环境局", 2020) == slug("环保局", 2012)
    assert slug("商务厅", 2020) == slug("商务局", 2020)
    assert slug("工商行政管理局", 2015) != slug("市场监督管理局", 2019)
    assert slug("工商行政管理局", 2018) == slug("市场监督管理局", 2019)
    assert len({slug(name, 2015) for name in ("工商局", "质监局", "食药监局")}) == 3, "they reported side by side"
    assert slug("法制办公室", 2020) == slug("司法局", 2020) == "sfj"


def test_short_names_are_written_out() -> None:
    """The short name of a department is expanded to its full name."""
    assert [read_body(name).name for name in ("环保局", "发改委", "住建局")] == [  # type: ignore[union-attr]
        "环境保护局",
        "发展和改革委员会",
        "住房和城乡建设局",
    ]


def test_towns() -> None:
    """Towns, subdistricts and sumu are recognised, and a name without a place is not."""
    assert read_town("金龙街道办事处").name == read_town("金龙街道").name == "金龙街道"  # type: ignore[union-attr]
    assert read_town("永城镇人民政府").kind == "township"  # type: ignore[union-attr]
    assert read_town("哈日诺尔苏木").kind == "township"  # type: ignore[union-attr]
    assert read_town("镇人民政府") is None
    assert read_town("司法局") is None


def test_who_acts_for_the_government() -> None:
    """The office of law-based governance acts for the government, and the general office does not."""
    assert acts_for_government("全面依法治市委员会办公室")
    assert not acts_for_government("人民政府办公室")


def test_word_lists_are_consistent() -> None:
    """Slugs of departments are valid, no name belongs to two of them, and successors exist."""
    slugs = words()["departments"]
    assert all(SLUG.fullmatch(slug) for slug in slugs)
    names = [name for row in slugs.values() for name in row["names"]]
    assert len(names) == len(set(names)), "a name of two departments"
    assert all(department.into is None or department.into in slugs for department in departments().values())


@given(st.text(alphabet="政务服务和数据管理清远市高新技术龘", min_size=1, max_size=60))
def test_slugs_are_short_ascii(name: str) -> None:
    """Any name gives a short ASCII slug, always the same."""
    slug = slug_of(name)
    assert SLUG.fullmatch(slug)
    assert len(slug) <= 44
    assert slug == slug_of(name)
