"""The shipped catalog, and the errors of an invalid one."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.indicators.catalog import load_catalog
from nianbao.indicators.units import load_units
from schemas.config_error import ConfigError
from schemas.forms import catalog_columns
from schemas.locations import CATALOG

SERIES = {
    "gdp",
    "gdp_per_capita",
    "industrial_value_added",
    "fixed_asset_investment",
    "retail_sales",
    "public_budget_revenue",
    "foreign_trade",
    "exports",
    "disposable_income",
    "new_urban_jobs",
    "registered_unemployment_rate",
    "cpi",
    "pm25",
    "air_quality_days_share",
    "rd_share",
    "market_entities_new",
    "market_entities_total",
}

CATALOG_TEXT = """
family: work_report
categories:
  - {id: economy, name_zh: 经济, name_en: Economy}
indicators:
  - id: tea
    name_zh: 茶叶产量
    name_en: Tea
    category: economy
    definition: Tea picked in the year.
    unit: 吨
    dimension: weight
    kind: level
    nature: yearly
    higher_is: better
    wordings: [茶叶产量]
"""
SECOND_INDICATOR = CATALOG_TEXT[CATALOG_TEXT.index("  - id: tea") :].replace("id: tea", "id: leaf")


def load(tmp_path: Path, text: str) -> None:
    """Load a catalog with the given text and the shipped units."""
    (tmp_path / "units.yaml").write_text((CATALOG / "units.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "work_report.yaml").write_text(text, "utf-8")
    load_catalog.__wrapped__(tmp_path)


def test_each_family_has_its_indicators() -> None:
    """Both families have at least eighty indicators, among them the main economic series."""
    catalog = load_catalog()
    assert len(catalog.family("rule_of_law")) >= 80
    assert len(catalog.family("work_report")) >= 80
    assert set(catalog.indicators) >= SERIES


def test_rule_of_law_indicators_cover_the_eight_categories() -> None:
    """The categories of rule-of-law indicators are the eight parts of the national outline."""
    assert {indicator.category for indicator in load_catalog().family("rule_of_law")} == {
        "government_functions",
        "rule_making",
        "decision_making",
        "law_enforcement",
        "emergency",
        "dispute_resolution",
        "oversight",
        "support",
    }


def test_every_indicator_is_a_column_of_the_wide_table() -> None:
    """The wide table has one column per indicator, in alphabetical order."""
    assert list(catalog_columns()) == sorted(load_catalog().indicators)


def test_breaks_say_which_years_do_not_compare() -> None:
    """A break in a definition lies between its two years only and raises the version of the series."""
    budget = load_catalog()["public_budget_revenue"]
    assert budget.break_between(2013, 2014) is None
    assert (found := budget.break_between(2014, 2015)) is not None
    assert found.year == 2015
    assert [budget.version_in(year) for year in (2000, 2013, 2020)] == [1, 2, 3]


def test_a_small_catalog_loads(tmp_path: Path) -> None:
    """A minimal valid catalog is accepted."""
    load(tmp_path, CATALOG_TEXT)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (CATALOG_TEXT.replace("higher_is: better", "higher_is: better\n    colour: green"), 16, "unknown key 'colour'"),
        (CATALOG_TEXT.replace("    definition: Tea picked in the year.\n", ""), 6, "'definition' is missing"),
        (CATALOG_TEXT.replace("unit: 吨", "unit: 筐"), 11, "'筐' is no unit of the dimension 'weight'"),
        (CATALOG_TEXT.replace("dimension: weight", "dimension: taste"), 12, "'taste' is no dimension"),
        (CATALOG_TEXT.replace("category: economy", "category: food"), 9, "'category' is 'food'"),
        (CATALOG_TEXT.replace("wordings: [茶叶产量]", "wordings: [茶]"), 16, "two characters"),
        (CATALOG_TEXT.replace("wordings: [茶叶产量]", "wordings: [茶叶产量, 茶叶产量]"), 16, "twice"),
        (CATALOG_TEXT.replace("kind: level", "kind: level\n    kind: share"), 14, "given twice"),
        (CATALOG_TEXT + SECOND_INDICATOR, 27, "'茶叶产量' is claimed by 'tea' too"),
        (CATALOG_TEXT + SECOND_INDICATOR.replace("id: leaf", "id: tea"), 17, "the id 'tea' is given twice"),
        (
            CATALOG_TEXT + SECOND_INDICATOR.replace("[茶叶产量]", "[绿茶产量]\n    part_of: [coffee]"),
            28,
            "'coffee' is no indicator",
        ),
        (CATALOG_TEXT.replace("[茶叶产量]", "[茶叶产量"), 17, "this is not valid YAML"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    """Each mistake in a catalog file is an error with file, line and reason."""
    with pytest.raises(ConfigError, match=what) as error:
        load(tmp_path, text)
    assert f"work_report.yaml:{line}: " in str(error.value)


def test_the_same_wording_in_another_dimension_is_not_a_conflict(tmp_path: Path) -> None:
    """Two indicators may share a wording if their units differ in dimension."""
    load(
        tmp_path,
        CATALOG_TEXT
        + SECOND_INDICATOR.replace("unit: 吨", "unit: 元").replace("dimension: weight", "dimension: money_cny"),
    )


def test_each_currency_is_a_separate_dimension() -> None:
    """Dollars do not belong to the dimension of yuan, and foreign trade accepts both."""
    units = load_units()
    assert not units["money_cny"].holds("美元")
    assert load_catalog()["foreign_trade"].dimension_of("美元") == units["money_usd"]


@pytest.mark.parametrize(
    ("dimension", "unit", "to", "factor"),
    [
        ("cases", "宗", "件", 1),
        ("cases", "起", "宗", 1),
        ("area", "平方公里", "平方米", 1_000_000),
        ("area", "公顷", None, 10_000),
        ("length", "米", "公里", 0.001),
        ("weight", "斤", "吨", 0.0005),
        ("persons", "", "人", 1),
    ],
)
def test_units_of_a_dimension_have_factors(dimension: str, unit: str, to: str | None, factor: float) -> None:
    """Units convert within their dimension with the right factor."""
    assert load_units()[dimension].holds(unit)
    assert load_units()[dimension].factor(unit, to) == pytest.approx(factor)


def test_a_unit_factor_of_zero_is_refused(tmp_path: Path) -> None:
    """A unit with the factor zero is an error with file and line."""
    path = tmp_path / "units.yaml"
    path.write_text("dimensions:\n  weight:\n    canonical: 吨\n    units:\n      吨: 1\n      克: 0\n", "utf-8")
    with pytest.raises(ConfigError, match=r"units\.yaml:6: the factor of '克'"):
        load_units.__wrapped__(path)
