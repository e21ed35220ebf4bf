"""Columns of all cache entries in one file: the same as read one by one, whatever happened to the file or an entry."""

from __future__ import annotations

from pathlib import Path

import pyarrow as arrow
import pytest

from nianbao.cache.collected import PREFIX, collect
from nianbao.cache.entries import COMPARED, CorruptCacheEntry, write_entry

SCHEMA = arrow.schema([("name", arrow.string()), ("n", arrow.int64())])


def entry(cache: Path, name: str, *numbers: int) -> str:
    """Write an entry with some rows of a table."""
    rows = arrow.table({"name": [name] * len(numbers), "n": list(numbers), "more": list(numbers)})
    return write_entry(cache, f"{COMPARED}{name}", {"t": rows})


def numbers(cache: Path, entries: list[str]) -> tuple[list[int], list[int]]:
    """Return the collected numbers, and how many each entry has."""
    rows, counts = collect(cache, entries, "t", SCHEMA)
    return rows["n"].to_pylist(), counts


def test_rows_are_in_the_order_of_the_entries(tmp_path: Path) -> None:
    """Also the second time, with entries added, removed, without rows and in another order."""
    first, second = entry(tmp_path, "a", 1, 2), entry(tmp_path, "b", 3)
    assert numbers(tmp_path, [first, second]) == ([1, 2, 3], [2, 1])
    assert len(list(tmp_path.glob(f"{PREFIX}*"))) == 1
    third, without = entry(tmp_path, "c", 4, 5), entry(tmp_path, "d")
    assert numbers(tmp_path, [third, without, second, first]) == ([4, 5, 3, 1, 2], [2, 0, 1, 2])
    assert numbers(tmp_path, [second]) == ([3], [1])


def test_an_entry_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    """An entry of the same name with other rows counts with its new rows."""
    first = entry(tmp_path, "a", 1)
    assert numbers(tmp_path, [first]) == ([1], [1])
    entry(tmp_path, "a", 7, 8)
    assert numbers(tmp_path, [first]) == ([7, 8], [2])


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    """Rows come from the entries, and the file is whole afterwards."""
    first = entry(tmp_path, "a", 1)
    numbers(tmp_path, [first])
    (path,) = tmp_path.glob(f"{PREFIX}*")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert numbers(tmp_path, [first]) == ([1], [1])
    assert path.read_bytes() == whole


def test_a_missing_entry_is_reported(tmp_path: Path) -> None:
    """The run makes such an entry again."""
    with pytest.raises(CorruptCacheEntry):
        numbers(tmp_path, [str(tmp_path / "compared-gone")])
