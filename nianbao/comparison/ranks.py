"""The place of a jurisdiction among those of its own level, in one year and one series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def level_of(jurisdiction_code: str) -> str:
    """`country`, `province`, `city` or `county`, read off the code: `440300` is a city's."""
    if jurisdiction_code in ("000000", "100000"):
        return "country"
    if jurisdiction_code.endswith("0000"):
        return "province"
    return "city" if jurisdiction_code.endswith("00") else "county"


def rank(cells: NDArray[np.int32], values: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each value its place among those of the same cell, the smallest first, and how many those are.

    >>> [found.tolist() for found in rank(np.array([7, 7, 9, 7]), np.array([2.0, 1.0, 5.0, 2.0]))]
    [[2, 1, 1, 2], [3, 3, 1, 3]]
    """
    places, sizes = np.zeros(len(cells), np.int32), np.zeros(len(cells), np.int32)
    if not len(cells):
        return places, sizes
    # All that is as long as the table is as narrow as can be: it is the one thing in a run that grows with all reports.
    order = np.lexsort((values, cells))
    cells, values = cells[order], values[order]
    at = np.arange(len(cells), dtype=np.int32)
    new_cell = np.concatenate(([True], cells[1:] != cells[:-1]))
    new_value = new_cell | np.concatenate(([True], values[1:] != values[:-1]))
    first_of_cell = np.maximum.accumulate(np.where(new_cell, at, np.int32(0)))
    first_of_value = np.maximum.accumulate(np.where(new_value, at, np.int32(0)))
    places[order] = first_of_value - first_of_cell + 1
    n_of_cell = np.diff(np.append(np.flatnonzero(new_cell), len(cells))).astype(np.int32)
    sizes[order] = np.repeat(n_of_cell, n_of_cell)
    return places, sizes
