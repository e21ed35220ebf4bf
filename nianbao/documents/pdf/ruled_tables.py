"""Find the ruled tables of a printed page: from strokes to cells, by the rules that exist or are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_RULES = 600  # per direction and page after joining; more is a drawing
MAX_POSITIONS = 20_000  # rows times columns of one table
_TOLERANCE = 3.0  # points; lines this close are meant to touch
_MIN_LENGTH = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: the half-open ranges of its rows (from the top) and columns, and its position on the page."""

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
    """A table.

    Attributes:
        boxes: The cells in reading order.
        edges: The x of its column edges, ascending.
        depths: The -y of its row edges from the top, so that they ascend.
        n_rows: The number of rows.
        x0, y0, x1, y1: Its bounding box.
    """

    boxes: tuple[Box, ...]
    edges: tuple[float, ...]
    depths: tuple[float, ...]
    n_rows: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class _Rule:
    """A straight rule: `position` across its direction, from `low` to `high` along it."""

    position: float
    low: float
    high: float


def find_tables(strokes: Iterable[Sequence[float]]) -> list[RuledTable]:
    """Return the tables that strokes draw, top down; a frame with one cell is not a table.

    Args:
        strokes: x0, y0, x1, y1 in points, with y upwards.
    """
    horizontal: list[_Rule] = []
    vertical: list[_Rule] = []
    for x0, y0, x1, y1 in strokes:
        if x1 - x0 >= max(_MIN_LENGTH, y1 - y0):
            horizontal.append(_Rule((y0 + y1) / 2, x0, x1))
        elif y1 - y0 >= _MIN_LENGTH:
            vertical.append(_Rule((x0 + x1) / 2, y0, y1))
    horizontal, vertical = _joined(horizontal), _joined(vertical)
    if max(len(horizontal), len(vertical)) > MAX_RULES:
        return []
    tables = [table for part in _connected(horizontal, vertical) if (table := _table(*part)) is not None]
    return sorted(tables, key=lambda table: (-table.y1, table.x0))


def _joined(rules: list[_Rule]) -> list[_Rule]:
    """Join collinear rules that touch or overlap."""
    rows: list[list[_Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.position):
        if rows and rule.position - rows[-1][-1].position <= 1.0:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    joined: list[_Rule] = []
    for row in rows:
        position = sum(rule.position for rule in row) / len(row)
        low = high = None
        for rule in sorted(row, key=lambda rule: rule.low):
            if low is None or high is None or rule.low > high + _TOLERANCE:
                if low is not None and high is not None:
                    joined.append(_Rule(position, low, high))
                low, high = rule.low, rule.high
            else:
                high = max(high, rule.high)
        if low is not None and high is not None:
            joined.append(_Rule(position, low, high))
    return joined


def _connected(horizontal: list[_Rule], vertical: list[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """Group the rules that touch each other."""
    sets = _DisjointSets(len(horizontal) + len(vertical))

    for i, across in enumerate(horizontal):
        for j, down in enumerate(vertical):
            if (
                across.low - _TOLERANCE <= down.position <= across.high + _TOLERANCE
                and down.low - _TOLERANCE <= across.position <= down.high + _TOLERANCE
            ):
                sets.join(i, len(horizontal) + j)
    parts: dict[int, tuple[list[_Rule], list[_Rule]]] = {}
    for index, rule in enumerate((*horizontal, *vertical)):
        part = parts.setdefault(sets.root(index), ([], []))
        part[0 if index < len(horizontal) else 1].append(rule)
    return list(parts.values())


class _DisjointSets:
    """Disjoint sets of the numbers from 0 to n - 1 (union-find)."""

    def __init__(self, n: int) -> None:
        self._parents = list(range(n))

    def root(self, item: int) -> int:
        """Return the representative of the set of an item."""
        parents = self._parents
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    def join(self, first: int, second: int) -> None:
        """Merge the sets of two items; the representative of the second one stays."""
        self._parents[self.root(first)] = self.root(second)


def _table(horizontal: list[_Rule], vertical: list[_Rule]) -> RuledTable | None:
    if not horizontal or not vertical:
        return None
    x0 = min(min(rule.low for rule in horizontal), min(rule.position for rule in vertical))
    x1 = max(max(rule.high for rule in horizontal), max(rule.position for rule in vertical))
    y0 = min(min(rule.low for rule in vertical), min(rule.position for rule in horizontal))
    y1 = max(max(rule.high for rule in vertical), max(rule.position for rule in horizontal))
    # A table that continues on the next page has no rule at its end; there the other rules define its outline.
    columns = cluster([x0, x1, *(rule.position for rule in vertical)])
    heights = cluster([y0, y1, *(rule.position for rule in horizontal)])[::-1]
    n_columns, n_rows = len(columns) - 1, len(heights) - 1
    if n_columns < 1 or n_rows < 1 or n_columns * n_rows < 2 or n_columns * n_rows > MAX_POSITIONS:
        return None
    depths = tuple(-height for height in heights)
    boxes = _boxes(columns, heights, horizontal, vertical)
    return RuledTable(tuple(boxes), tuple(columns), depths, n_rows, x0, y0, x1, y1) if len(boxes) >= 2 else None


def _boxes(columns: list[float], heights: list[float], horizontal: list[_Rule], vertical: list[_Rule]) -> list[Box]:
    """Return the cells: adjacent grid positions without a rule between them are one cell.

    A cell that is not a rectangle is split into its rows.
    """
    n_columns, n_rows = len(columns) - 1, len(heights) - 1
    mid_x = [(a + b) / 2 for a, b in pairwise(columns)]
    mid_y = [(a + b) / 2 for a, b in pairwise(heights)]
    sets = _DisjointSets(n_rows * n_columns)
    for column in range(1, n_columns):
        rules = [rule for rule in vertical if abs(rule.position - columns[column]) <= _TOLERANCE]
        for row in range(n_rows):
            if not any(rule.low <= mid_y[row] <= rule.high for rule in rules):
                sets.join(row * n_columns + column - 1, row * n_columns + column)
    for row in range(1, n_rows):
        rules = [rule for rule in horizontal if abs(rule.position - heights[row]) <= _TOLERANCE]
        for column in range(n_columns):
            if not any(rule.low <= mid_x[column] <= rule.high for rule in rules):
                sets.join((row - 1) * n_columns + column, row * n_columns + column)
    cells: dict[int, list[tuple[int, int]]] = {}
    for index in range(n_rows * n_columns):
        cells.setdefault(sets.root(index), []).append(divmod(index, n_columns))
    ranges: list[tuple[int, int, int, int]] = []
    for cell in cells.values():
        top, bottom = cell[0][0], cell[-1][0] + 1
        left, right = min(column for _, column in cell), max(column for _, column in cell) + 1
        if len(cell) == (bottom - top) * (right - left):
            ranges.append((top, left, bottom, right))
        else:
            ranges += _split_into_rows(cell)
    return [
        Box(top, left, bottom, right, columns[left], heights[bottom], columns[right], heights[top])
        for top, left, bottom, right in sorted(ranges)
    ]


def _split_into_rows(cell: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Return the runs of adjacent positions in each row, as (top, left, bottom, right)."""
    runs: list[tuple[int, int, int, int]] = []
    for row, column in sorted(cell):
        if runs and runs[-1][0] == row and runs[-1][3] == column:
            runs[-1] = (row, runs[-1][1], row + 1, column + 1)
        else:
            runs.append((row, column, row + 1, column + 1))
    return runs


def cluster(values: Iterable[float]) -> list[float]:
    """Return the values in order, replacing those within the tolerance by their mean.

    >>> cluster([10, 99.6, 10.4, 50, 100.4])
    [10.2, 50.0, 100.0]
    """
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] <= _TOLERANCE:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]
