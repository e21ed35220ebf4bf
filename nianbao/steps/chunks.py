"""Jobs that are worth being sent somewhere: what is to be done, cut in its order where a job would grow too large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


# Towards the end a job holds this part of what is left, and no less than this part of a whole one.
SHARE = 4


def chunk_by_size(ones: Iterable[Item], size_of: Callable[[Item], int], most: int) -> Iterator[tuple[Item, ...]]:
    """Batches of at most `most` together; what is larger is alone.

    >>> list(cut_by_size([3, 4, 9, 1, 1], int, 7))
    [(3, 4), (9,), (1, 1)]
    """
    return _cut(ones, size_of, lambda _: most)


def guided_chunks(
    ones: Sequence[Item], size_of: Callable[[Item], int], most: int, part: int = SHARE
) -> Iterator[tuple[Item, ...]]:
    """The same, but smaller and smaller towards the end: workers that take one after another are done together.

    A job holds no more than one of `part` parts of what is left: twice the number of workers, where that is known.

    >>> [len(batch) for batch in taper([1] * 80, int, 12)]
    [12, 12, 12, 11, 8, 6, 4, 3, 3, 3, 3, 3]
    """
    left = sum(map(size_of, ones))
    return _cut(ones, size_of, lambda done: max(min(most, (left - done) // part), most // part, 1))


def _cut(
    ones: Iterable[Item], size_of: Callable[[Item], int], most_after: Callable[[int], int]
) -> Iterator[tuple[Item, ...]]:
    """Batches of at most what `most_after` says when so much is in the batches before."""
    batch: list[Item] = []
    size = done = 0
    most = most_after(done)
    for one in ones:
        if batch and size + size_of(one) > most:
            yield tuple(batch)
            done += size
            batch, size, most = [], 0, most_after(done)
        batch.append(one)
        size += size_of(one)
    if batch:
        yield tuple(batch)
