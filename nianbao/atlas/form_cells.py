"""Which indicators are cells of a national form. Pure."""

from __future__ import annotations

from functools import cache

from schemas.forms import FormCell, load_form
from schemas.rows import ComparisonRow


@cache
def form_cells(family: str) -> dict[str, FormCell]:
    """Return the cells of the form of a family by indicator id; none if its reports have no form."""
    form = load_form(family)
    return {cell.id: cell for cell in form.cells} if form else {}


def is_in_form(row: ComparisonRow) -> bool:
    """Return whether a comparison is that of a cell of the form of its report."""
    cell = form_cells(row["family"]).get(row["indicator_id"])
    return cell is not None and not row["scope"] and row["unit"] == cell.unit


def is_total(indicator_id: str, family: str) -> bool:
    """Return whether an indicator is a cell of a total column of the form of a family."""
    cell = form_cells(family).get(indicator_id)
    return cell is not None and cell.column.id == "total"
