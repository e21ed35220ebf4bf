"""Show progress on stderr: a bar on a terminal, or a line every few seconds in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from flows.cli.messages import log_line

SECONDS_BETWEEN_LINES = 5.0

Advance = Callable[[int, int], None]


@contextmanager
def progress(step: str, unit: str) -> Iterator[Advance]:
    """Yield a function that receives the number of items done and the total."""
    if sys.stderr.isatty():
        with _bar(step) as advance:
            yield advance
    else:
        yield _lines(step, unit)


@contextmanager
def progress_by_step(units: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that receives a step, the number of items done and the total; `units` has the items by step."""
    with ExitStack() as open_steps:
        advances: dict[str, Advance] = {}

        def advance_step(step: str, done: int, total: int) -> None:
            if step not in advances:
                open_steps.close()  # one bar at a time
                advances[step] = open_steps.enter_context(progress(step, units[step]))
            advances[step](done, total)

        yield advance_step


@contextmanager
def _bar(step: str) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(step, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def _lines(step: str, unit: str, clock: Callable[[], float] = time.monotonic) -> Advance:
    last = clock()

    def advance(done: int, total: int) -> None:
        nonlocal last
        if done == total or clock() - last >= SECONDS_BETWEEN_LINES:
            last = clock()
            log_line(f"{step}: {done} of {total} {unit}")

    return advance
