"""Remove the second copy of a text that is in its file twice."""

from __future__ import annotations

from collections.abc import Sequence

_MIN_LONG_LENGTH = 40  # characters; two equal lines of this length are not a coincidence
_MIN_SHARE = 0.7  # of the long lines of the first copy that must recur
_MIN_PAIRS = 3  # of equal long lines
_MAX_TITLE_LENGTH = 400  # characters


def remove_repeated_text(lines: Sequence[str]) -> list[str]:
    """Return the lines with one copy of a text that is there twice; its title and what follows it stay."""
    first_index: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if len(line) < _MIN_LONG_LENGTH:
            continue
        first = first_index.setdefault(line, index)
        if first != index and (not pairs or first > pairs[-1][0]):
            pairs.append((first, index))
    if len(pairs) < _MIN_PAIRS:
        return list(lines)
    start, second_start = pairs[0]
    while start and second_start - 1 > pairs[-1][0] and lines[start - 1] == lines[second_start - 1]:
        start, second_start = start - 1, second_start - 1
    last, second_last = pairs[-1]
    n_long = sum(1 for line in lines[start:second_start] if len(line) >= _MIN_LONG_LENGTH)
    if second_start <= last or len(pairs) < _MIN_SHARE * n_long:
        return list(lines)
    # The title of the second copy is between the copies: the lines after the last one that they share.
    while last + 1 < second_start and second_last + 1 < len(lines) and lines[last + 1] == lines[second_last + 1]:
        last, second_last = last + 1, second_last + 1
    between = list(lines[last + 1 : second_start])
    title = between if sum(map(len, between)) < _MAX_TITLE_LENGTH else []
    first_copy, second_copy = lines[start : last + 1], lines[second_start : second_last + 1]
    body = first_copy if sum(map(len, first_copy)) > sum(map(len, second_copy)) else second_copy
    return [*lines[:start], *title, *body, *lines[second_last + 1 :]]
