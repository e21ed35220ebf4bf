"""Notes, messages and figures in the other language."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from nianbao.atlas.i18n import units_in_english
from nianbao.atlas.notes import note_texts, quote_in_english

CHINESE = re.compile(r"[一-鿿]")


@pytest.mark.parametrize(
    ("quote", "english"),
    [
        ("3538.4亿元", "353.84 billion yuan"),
        ("近1400万标箱", "nearly 14 million TEU"),
        ("80人以上", "at least 80 people"),
        ("7.0%左右", "about 7.0%"),
        ("2.80万亿元", "2.80 trillion yuan"),
        ("15微克/立方米", "15 µg/m³"),
        ("27项", "27"),
        ("in 2024", "in 2024"),
        ("近万亿元", "nearly 1 trillion yuan"),
        ("38万人年", "380,000 person-years"),
        ("3万人神秘单位", "3万人神秘单位"),
        ("52万户 → 56.5万户", "520,000 → 565,000"),
    ],
)
def test_a_figure_has_its_unit_in_english(quote: str, english: str) -> None:
    """Magnitudes, units and words around a number are in English, with the printed decimals; a year stays."""
    assert quote_in_english(quote) == english


def test_every_unit_of_the_catalog_has_an_english_word(bundled_version: Path) -> None:
    """Units of indicators and of published values are written in English, or left out for measure words."""
    units = {
        row["unit"]
        for table in ("indicators", "comparisons")
        for row in parquet.read_table(bundled_version / f"{table}.parquet", columns=["unit"]).to_pylist()
    }
    assert {unit for unit in units if unit and CHINESE.search(unit)} <= units_in_english().keys()


def test_every_note_of_the_bundled_reports_is_in_chinese_too(bundled_version: Path) -> None:
    """No note of `comparisons` is left in English, except breaks, whose Chinese the catalog has."""
    rows = parquet.read_table(
        bundled_version / "comparisons.parquet", columns=["comparability_note", "comparability"]
    ).to_pylist()
    notes = {row["comparability_note"] for row in rows if row["comparability"] != "definition_changed"} - {None}
    assert notes
    for note in notes:
        zh, _ = note_texts(note, {})
        assert all(CHINESE.search(part) for part in zh.split("；")), note
        assert not re.search(r"[a-z]{3}", zh), note
