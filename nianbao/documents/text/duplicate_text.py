"""A text that stands in its file twice: found by its long lines, and read once."""

from __future__ import annotations

from collections.abc import Sequence

_LONG = 40  # characters from which two equal lines are no accident
_SHARE = 0.7  # of the first copy's long lines that must come again


def remove_repeated_text(lines: Sequence[str]) -> list[str]:
    """The lines with one copy of a text that is there twice; its title lines and what follows it stay.

    Most files are returned as they are, after one look at each long line.
    """
    first_at: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        if len(line) < _LONG:
            continue
        earlier = first_at.setdefault(line, at)
        if earlier != at and (not pairs or earlier > pairs[-1][0]):
            pairs.append((earlier, at))
    if len(pairs) < 3:
        return list(lines)
    begin, again = pairs[0]
    while begin and again - 1 > pairs[-1][0] and lines[begin - 1] == lines[again - 1]:
        begin, again = begin - 1, again - 1
    last, last_again = pairs[-1]
    long_before = sum(1 for line in lines[begin:again] if len(line) >= _LONG)
    if again <= last or len(pairs) < _SHARE * long_before:
        return list(lines)
    # The second copy's own title lines stand between the copies: what comes after the last line that they share.
    while last + 1 < again and last_again + 1 < len(lines) and lines[last + 1] == lines[last_again + 1]:
        last, last_again = last + 1, last_again + 1
    between = list(lines[last + 1 : again])
    title = between if sum(map(len, between)) < 400 else []
    copies = lines[begin : last + 1], lines[again : last_again + 1]
    body = copies[0] if sum(map(len, copies[0])) > sum(map(len, copies[1])) else copies[1]
    return [*lines[:begin], *title, *body, *lines[last_again + 1 :]]
