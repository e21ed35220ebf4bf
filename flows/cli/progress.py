"""Progress that a person can follow: a bar on a terminal, now and then a line in a log. Always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.cli.terminal import printable

SECONDS_BETWEEN_LINES = 5.0

Advance = Callable[[int, int], None]


def log_line(message: str) -> None:
    """One line for the person who waits."""
    print(printable(message), file=sys.stderr, flush=True)


@contextmanager
def progress(what: str, unit: str) -> Iterator[Advance]:
    """Yields a function to be told how many are done, and of how many."""
    if sys.stderr.isatty():
        with _bar(what) as advance:
            yield advance
    else:
        yield _lines(what, unit)


@contextmanager
def progress_by_step(units: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Yields a function to be told a step, how much of it is done, and of how much; `units` says by step of what."""
    with ExitStack() as open_steps:
        advances: dict[str, Advance] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in advances:
                open_steps.close()  # one bar at a time
                advances[step] = open_steps.enter_context(progress(step, units[step]))
            advances[step](done, total)

        yield tell


@contextmanager
def _bar(what: str) -> Iterator[Advance]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def _lines(what: str, unit: str, clock: Callable[[], float] = time.monotonic) -> Advance:
    last = clock()

    def advance(done: int, total: int) -> None:
        nonlocal last
        if done == total or clock() - last >= SECONDS_BETWEEN_LINES:
            last = clock()
            log_line(f"{what}: {done} of {total} {unit}")

    return advance
