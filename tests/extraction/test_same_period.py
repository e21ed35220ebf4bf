"""The same period of an earlier year: its figure is of that year, never of the year of the report."""

from __future__ import annotations

import pytest

from nianbao.documents.model import Family
from tests.extraction.sentences import read

RULE_OF_LAW = Family("rule_of_law")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("罚没收入3.9亿元，2022年同期为3.2亿元。", 2022),
        ("罚没收入3.9亿元，2022年同期3.2亿元。", 2022),
        ("罚没收入3.9亿元，2022年同期是3.2亿元。", 2022),
        ("罚没收入3.9亿元，2022年同期仅3.2亿元。", 2022),
        ("罚没收入3.9亿元，2022年同期约3.2亿元。", 2022),
        ("罚没收入3.9亿元（2022年同期3.2亿元）。", 2022),
        ("罚没收入3.9亿元（2022年同期为3.2亿元）。", 2022),
        ("罚没收入3.9亿元，而2022年同期为3.2亿元。", 2022),
        ("2021年同期，罚没收入3.2亿元。", 2021),
        ("罚没收入3.9亿元，去年同期为3.2亿元。", 2022),
        ("罚没收入3.9亿元，上年同期为3.2亿元。", 2022),
        ("罚没收入3.9亿元，比2022年同期增加3.2亿元。", 2023),
        ("罚没收入3.9亿元，较2022年同期增长3.2亿元。", 2023),
    ],
)
def test_a_figure_of_the_same_period_is_of_its_year(text: str, year: int) -> None:
    """A level of the same period belongs to the stated year, and a change from it to the year of the report."""
    found = [
        row for row in read(text, year=2023, family=RULE_OF_LAW).observations if "3.2" in text[row.start : row.end]
    ]
    assert [row.period_end for row in found] == [year]
