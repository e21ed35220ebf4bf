"""Ruled tables of a printed page: from strokes to cells, by the rules that are there and those that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_RULES = 600  # of one direction on a page, when those in one line are joined: more is a drawing
MOST_PLACES = 20_000  # rows times columns of one table
_NEAR = 3.0  # points: what lies so near is meant to touch
_LEAST_LENGTH = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its rows (from the top) and columns as indices, half-open, and where it is on the page."""

    top: int
    left: int
    bottom: int
    right: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table's cells in the order of reading, and where the edges of its columns and rows are."""

    boxes: tuple[Box, ...]
    edges: tuple[float, ...]
    depths: tuple[float, ...]  # of its row edges from the top, as -y, so that they rise
    n_rows: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class _Rule:
    """A straight rule: `at` across its direction, from `low` to `high` along it."""

    at: float
    low: float
    high: float


def find_tables(strokes: Iterable[Sequence[float]]) -> list[RuledTable]:
    """The tables that strokes (x0, y0, x1, y1) in points, y upwards, draw; frames of one cell are none. Top down."""
    level: list[_Rule] = []
    upright: list[_Rule] = []
    for x0, y0, x1, y1 in strokes:
        if x1 - x0 >= max(_LEAST_LENGTH, y1 - y0):
            level.append(_Rule((y0 + y1) / 2, x0, x1))
        elif y1 - y0 >= _LEAST_LENGTH:
            upright.append(_Rule((x0 + x1) / 2, y0, y1))
    level, upright = _joined(level), _joined(upright)
    if max(len(level), len(upright)) > MOST_RULES:
        return []
    tables = [table for part in _connected(level, upright) if (table := _table(*part)) is not None]
    return sorted(tables, key=lambda table: (-table.y1, table.x0))


def _joined(rules: list[_Rule]) -> list[_Rule]:
    """Rules in one line that touch or overlap, as one."""
    rows: list[list[_Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if rows and rule.at - rows[-1][-1].at <= 1.0:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    joined: list[_Rule] = []
    for row in rows:
        at = sum(rule.at for rule in row) / len(row)
        low = high = None
        for rule in sorted(row, key=lambda rule: rule.low):
            if low is None or high is None or rule.low > high + _NEAR:
                if low is not None and high is not None:
                    joined.append(_Rule(at, low, high))
                low, high = rule.low, rule.high
            else:
                high = max(high, rule.high)
        if low is not None and high is not None:
            joined.append(_Rule(at, low, high))
    return joined


def _connected(level: list[_Rule], upright: list[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """The rules in groups that touch each other."""
    group = list(range(len(level) + len(upright)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for i, across in enumerate(level):
        for j, down in enumerate(upright):
            if (
                across.low - _NEAR <= down.at <= across.high + _NEAR
                and down.low - _NEAR <= across.at <= down.high + _NEAR
            ):
                group[root(i)] = root(len(level) + j)
    parts: dict[int, tuple[list[_Rule], list[_Rule]]] = {}
    for at in range(len(group)):
        part = parts.setdefault(root(at), ([], []))
        if at < len(level):
            part[0].append(level[at])
        else:
            part[1].append(upright[at - len(level)])
    return list(parts.values())


def _table(level: list[_Rule], upright: list[_Rule]) -> RuledTable | None:
    if not level or not upright:
        return None
    x0 = min(min(rule.low for rule in level), min(rule.at for rule in upright))
    x1 = max(max(rule.high for rule in level), max(rule.at for rule in upright))
    y0 = min(min(rule.low for rule in upright), min(rule.at for rule in level))
    y1 = max(max(rule.high for rule in upright), max(rule.at for rule in level))
    # A table that goes on over the page has no rule at its end: its outline is where the other rules end.
    columns = cluster([x0, x1, *(rule.at for rule in upright)])
    heights = cluster([y0, y1, *(rule.at for rule in level)])[::-1]
    n_columns, n_rows = len(columns) - 1, len(heights) - 1
    if n_columns < 1 or n_rows < 1 or n_columns * n_rows < 2 or n_columns * n_rows > MOST_PLACES:
        return None
    depths = tuple(-height for height in heights)
    boxes = _boxes(columns, heights, level, upright)
    return RuledTable(tuple(boxes), tuple(columns), depths, n_rows, x0, y0, x1, y1) if len(boxes) >= 2 else None


def _boxes(columns: list[float], heights: list[float], level: list[_Rule], upright: list[_Rule]) -> list[Box]:
    """The cells: neighbouring places of the grid without a rule between them are one; one that is no rectangle is cut
    into its rows."""
    n_columns, n_rows = len(columns) - 1, len(heights) - 1
    mid_x = [(a + b) / 2 for a, b in pairwise(columns)]
    mid_y = [(a + b) / 2 for a, b in pairwise(heights)]
    group = list(range(n_rows * n_columns))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for column in range(1, n_columns):
        rules = [rule for rule in upright if abs(rule.at - columns[column]) <= _NEAR]
        for row in range(n_rows):
            if not any(rule.low <= mid_y[row] <= rule.high for rule in rules):
                group[root(row * n_columns + column - 1)] = root(row * n_columns + column)
    for row in range(1, n_rows):
        rules = [rule for rule in level if abs(rule.at - heights[row]) <= _NEAR]
        for column in range(n_columns):
            if not any(rule.low <= mid_x[column] <= rule.high for rule in rules):
                group[root((row - 1) * n_columns + column)] = root(row * n_columns + column)
    places: dict[int, list[tuple[int, int]]] = {}
    for at in range(n_rows * n_columns):
        places.setdefault(root(at), []).append(divmod(at, n_columns))
    found: list[tuple[int, int, int, int]] = []
    for cell in places.values():
        top, bottom = cell[0][0], cell[-1][0] + 1
        left, right = min(place[1] for place in cell), max(place[1] for place in cell) + 1
        if len(cell) == (bottom - top) * (right - left):
            found.append((top, left, bottom, right))
        else:
            found += _rows_of(cell)
    return [
        Box(top, left, bottom, right, columns[left], heights[bottom], columns[right], heights[top])
        for top, left, bottom, right in sorted(found)
    ]


def _rows_of(cell: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """The places of a cell as runs in rows."""
    runs: list[tuple[int, int, int, int]] = []
    for row, column in sorted(cell):
        if runs and runs[-1][0] == row and runs[-1][3] == column:
            runs[-1] = (row, runs[-1][1], row + 1, column + 1)
        else:
            runs.append((row, column, row + 1, column + 1))
    return runs


def cluster(values: Iterable[float]) -> list[float]:
    """The values in order, those that lie together as their mean.

    >>> cluster([10, 99.6, 10.4, 50, 100.4])
    [10.2, 50.0, 100.0]
    """
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] <= _NEAR:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]
