"""Measure looking up places in a report of 20,000 characters, compared with the lookup that it replaces.

.venv/bin/python -m benchmarks.places REPORT.txt
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import former_lookup
from nianbao.places import lookup

LENGTH, TIMES = 20_000, 20


def seconds(work: Callable[[], object]) -> float:
    """Return the shortest time that some work took."""
    best = float("inf")
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main(path: str) -> None:
    """Print the milliseconds of both lookups in one text."""
    text = Path(path).read_text("utf-8")[:LENGTH]
    former_lookup.find_jurisdiction("清远市"), lookup.find_place("清远市")  # the lists are read once
    work: dict[str, Callable[[], object]] = {
        "before, most_named": lambda: [former_lookup.most_named(text, ending) for ending in "市区县"],
        "places, most_named": lambda: [lookup.most_named(text, ending) for ending in "市区县"],
        "before, a name with the text nearby": lambda: former_lookup.find_jurisdiction("鼓楼区", text, 2020),
        "places, a name with the text nearby": lambda: lookup.find_place("鼓楼区", text, 2020),
    }
    for name, do in work.items():
        print(f"{name}: {seconds(do) * 1000:.3f} ms")


if __name__ == "__main__":
    main(sys.argv[1])
