"""Jobs that are worth being sent somewhere: what is to be done, cut in its order where a job would grow too large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

One = TypeVar("One")


def cut_by_size(ones: Iterable[One], size_of: Callable[[One], int], most: int) -> Iterator[tuple[One, ...]]:
    """Batches of at most `most` together; what is larger is alone.

    >>> list(cut_by_size([3, 4, 9, 1, 1], int, 7))
    [(3, 4), (9,), (1, 1)]
    """
    batch: list[One] = []
    size = 0
    for one in ones:
        if batch and size + size_of(one) > most:
            yield tuple(batch)
            batch, size = [], 0
        batch.append(one)
        size += size_of(one)
    if batch:
        yield tuple(batch)
