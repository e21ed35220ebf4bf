"""Jobs are divided in order, within a size, and into smaller batches towards the end."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from nianbao.steps.chunks import SHARE, chunk_by_size, guided_chunks

SIZES = st.lists(st.integers(min_value=0, max_value=50))
MOST = st.integers(min_value=1, max_value=100)


@given(SIZES, MOST)
def test_batches_keep_all_jobs_in_order_within_the_size(sizes: list[int], most: int) -> None:
    """Batches keep all jobs in order, and only a batch of one job may exceed the size."""
    for batches in (list(chunk_by_size(sizes, int, most)), list(guided_chunks(sizes, int, most))):
        assert list(chain.from_iterable(batches)) == sizes
        assert all(len(batch) == 1 or sum(batch) <= most for batch in batches)


@given(st.integers(min_value=1, max_value=500), st.integers(min_value=SHARE, max_value=40))
def test_two_workers_finish_at_nearly_the_same_time(n: int, most: int) -> None:
    """With shrinking batches, two workers finish at nearly the same time."""
    taken = [0, 0]
    for batch in guided_chunks([1] * n, int, most):
        taken[taken.index(min(taken))] += len(batch)
    assert abs(taken[0] - taken[1]) <= max(most // SHARE, 1)


def test_fixed_batches_would_leave_a_worker_idle() -> None:
    """Three fixed batches leave one of two workers idle at the end; eight shrinking batches do not."""
    assert [len(batch) for batch in chunk_by_size([1] * 36, int, 12)] == [12, 12, 12]
    assert [len(batch) for batch in guided_chunks([1] * 36, int, 12)] == [9, 6, 5, 4, 3, 3, 3, 3]


@given(st.integers(min_value=1, max_value=500), st.integers(min_value=2, max_value=9), st.integers(1, 4))
def test_no_batch_is_larger_than_a_share_of_the_remaining_jobs(n: int, n_workers: int, most: int) -> None:
    """No batch is larger than a worker's share of the jobs that are left."""
    left = n
    for batch in guided_chunks([1] * n, int, most, share=2 * n_workers):
        assert len(batch) == 1 or (len(batch) <= most and len(batch) * 2 * n_workers <= left)
        left -= len(batch)
