"""Ranks among the governments of a level, or among bodies of one kind, in one year and one series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from schemas.vocabulary import TERRITORIAL_KINDS


def level_of(jurisdiction_code: str) -> str:
    """Return `country`, `province`, `city` or `county`, as the code says: `440300` is a city."""
    if jurisdiction_code in ("000000", "100000"):
        return "country"
    if jurisdiction_code.endswith("0000"):
        return "province"
    return "city" if jurisdiction_code.endswith("00") else "county"


def peers_of(jurisdiction_code: str, body_kind: str, body_id: str) -> str:
    """Return which group a body is ranked in: those of its kind at the same level of government.

    Every place has different towns, but the same departments as others: these are ranked by department.

    >>> peers_of("441800", "government", ""), peers_of("441800", "department", "sfj")
    ('city government', 'city department sfj')
    >>> peers_of("441803", "township", "t-taihe")
    'county township'
    """
    parts = [level_of(jurisdiction_code), body_kind]
    return " ".join(parts if body_kind in TERRITORIAL_KINDS else [*parts, body_id])


def rank(cells: NDArray[np.int32], values: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rank of each value within its cell, smallest first, and the number of values in the cell.

    Equal values share a rank.

    >>> [result.tolist() for result in rank(np.array([7, 7, 9, 7]), np.array([2.0, 1.0, 5.0, 2.0]))]
    [[2, 1, 1, 2], [3, 3, 1, 3]]
    """
    ranks, sizes = np.zeros(len(cells), np.int32), np.zeros(len(cells), np.int32)
    if not len(cells):
        return ranks, sizes
    # Arrays are as narrow as possible: this is the only step of a run that needs memory for all reports.
    order = np.lexsort((values, cells))
    cells, values = cells[order], values[order]
    positions = np.arange(len(cells), dtype=np.int32)
    new_cell = np.concatenate(([True], cells[1:] != cells[:-1]))
    new_value = new_cell | np.concatenate(([True], values[1:] != values[:-1]))
    first_of_cell = np.maximum.accumulate(np.where(new_cell, positions, np.int32(0)))
    first_of_value = np.maximum.accumulate(np.where(new_value, positions, np.int32(0)))
    ranks[order] = first_of_value - first_of_cell + 1
    n_of_cell = np.diff(np.append(np.flatnonzero(new_cell), len(cells))).astype(np.int32)
    sizes[order] = np.repeat(n_of_cell, n_of_cell)
    return ranks, sizes
