"""The tables of a national form: every cell of every year, what changed, and where links to a cell lead."""

from __future__ import annotations

from typing import Any

import pytest

from nianbao.atlas.pages.form import MAX_NUMBERS_PER_ROW, MIN_YEARS_PER_PAGE, FormTable, form_pages

CELL = "requests_new_natural_person"


def comparison(indicator_id: str, year: int, value: float | None, previous: float | None = None) -> Any:
    """Return the columns of a comparison that a form needs."""
    return {
        "family": "info_disclosure",
        "indicator_id": indicator_id,
        "scope": "",
        "unit": "件",
        "year": year,
        "value": value,
        "previous_value": previous,
        "comparability": "comparable" if previous is not None else "no_previous",
    }


def marks(table: FormTable) -> dict[int, str]:
    """Return the marks of the first cell by year."""
    cell = table.lines[0].cells[0]
    assert cell is not None
    return dict(zip(table.years, (value.mark for value in cell), strict=True))


def test_years_are_side_by_side_and_changes_are_marked() -> None:
    """Each column has its years, newest first; a rise and a fall are marked, an equal value is not."""
    rows = [
        comparison(CELL, 2021, 5),
        comparison(CELL, 2022, 7, 5),
        comparison(CELL, 2023, 7, 7),
        comparison(CELL, 2024, 2, 7),
    ]
    table, _ = (tables[0] for tables in form_pages("info_disclosure", "requests", rows))
    assert marks(table) == {2024: "down", 2023: "", 2022: "up"}
    assert all(cell is None or len(cell) == len(table.years) for line in table.lines for cell in line.cells)


def test_a_difference_between_incomparable_years_is_marked_as_such() -> None:
    """A different value that the tables do not compare is neither a rise nor a fall."""
    rows = [comparison(CELL, 2023, 5), comparison(CELL, 2024, 7)]
    ((table,),) = form_pages("info_disclosure", "requests", rows)
    assert marks(table)[2024] == "other"


def test_a_row_of_zeros_is_known_as_such() -> None:
    """A row that is zero in all years is marked, so that it can be paler."""
    rows = [comparison(CELL, year, 0, 0) for year in (2022, 2023, 2024)]
    ((table,),) = form_pages("info_disclosure", "requests", rows)
    assert [line.is_zero for line in table.lines][:1] == [True]


@pytest.mark.parametrize("first", [2008, 2019, 2021])
def test_older_years_continue_on_another_page_and_each_cell_has_one_anchor(first: int) -> None:
    """Editions have their own tables, a page has few years of each, and all anchors are on the first page."""
    years = range(first, 2030)
    rows = [comparison(CELL, year, year) for year in years]
    pages = form_pages("info_disclosure", "requests", rows)
    shown = [year for tables in pages for table in tables for year in table.years]
    assert sorted(shown) == list(years)
    assert all(
        len(table.years) * len(table.columns) <= MAX_NUMBERS_PER_ROW or len(table.years) <= MIN_YEARS_PER_PAGE
        for tables in pages
        for table in tables
    )
    anchors = [
        (n, value.anchor)
        for n, tables in enumerate(pages)
        for table in tables
        for line in table.lines
        for cell in line.cells
        for value in cell or ()
        if value.anchor
    ]
    assert len(anchors) == len(set(anchors))
    assert {n for n, _ in anchors} == {0}
    assert (0, CELL) in anchors
