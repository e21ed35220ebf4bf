"""Divide work into jobs that are worth sending to a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

# Towards the end a chunk holds this share of what is left, and no less than this share of a full one.
SHARE = 4


def chunk_by_size(items: Iterable[Item], size_of: Callable[[Item], int], max_size: int) -> Iterator[tuple[Item, ...]]:
    """Yield chunks of at most `max_size`; a larger item is a chunk by itself.

    >>> list(chunk_by_size([3, 4, 9, 1, 1], int, 7))
    [(3, 4), (9,), (1, 1)]
    """
    return _cut(items, size_of, lambda _: max_size)


def guided_chunks(
    items: Sequence[Item], size_of: Callable[[Item], int], max_size: int, share: int = SHARE
) -> Iterator[tuple[Item, ...]]:
    """Yield chunks that shrink towards the end, so that workers finish together.

    A chunk holds at most one part in `share` of what is left; pass twice the number of workers if it is known.

    >>> [len(chunk) for chunk in guided_chunks([1] * 80, int, 12)]
    [12, 12, 12, 11, 8, 6, 4, 3, 3, 3, 3, 3]
    """
    total = sum(map(size_of, items))
    return _cut(items, size_of, lambda done: max(min(max_size, (total - done) // share), max_size // share, 1))


def _cut(
    items: Iterable[Item], size_of: Callable[[Item], int], max_size_after: Callable[[int], int]
) -> Iterator[tuple[Item, ...]]:
    """Yield chunks of at most the size that `max_size_after` returns for the size of all chunks before."""
    chunk: list[Item] = []
    size = done = 0
    max_size = max_size_after(done)
    for item in items:
        if chunk and size + size_of(item) > max_size:
            yield tuple(chunk)
            done += size
            chunk, size, max_size = [], 0, max_size_after(done)
        chunk.append(item)
        size += size_of(item)
    if chunk:
        yield tuple(chunk)
