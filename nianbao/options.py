"""Options of a run and the callbacks that follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nianbao.io.layout import Layout

if TYPE_CHECKING:
    from nianbao.selection import Selection
    from nianbao.sources.report import FetchResult

Step = Callable[[Any], Any]
# Runs a step on every job, somewhere, and yields the results in any order. Work may start when it is called.
Executor = Callable[[Step, Sequence[Any]], Iterable[Any]]

# About how many bytes of snapshots are read in one job.
BATCH_BYTES = 6_000_000


def run_inline(step: Step, jobs: Sequence[Any]) -> Iterator[Any]:
    """Run one job after another in this process."""
    return map(step, jobs)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What `nianbao.pipeline.run` does and how.

    Attributes:
        corrections: Folder of manual corrections; None means `config/corrections`, which may be missing.
        executor: Runs the jobs of a step: inline, in processes, on other machines.
        selection: Of the snapshots that are not read yet, read only these; None means all.
        force: Read the selected snapshots again even if the current version has read them.
        wait: Wait for a concurrent run on the same curated folder instead of raising RunInProgress.
        batch_bytes: About how many bytes of snapshots one job reads.
        layout: How to publish; None means as the published version, and files if there is none.
    """

    corrections: Path | None = None
    executor: Executor = run_inline
    selection: Selection | None = None
    force: bool = False
    wait: bool = False
    batch_bytes: int = field(default_factory=lambda: BATCH_BYTES)
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class RunEvents:
    """Callbacks that follow a run; each may be None.

    Attributes:
        on_progress: Receives a step (`reading`, `comparing`, `writing`), the number of items done, and the total.
        on_fetch: Receives the result of every page that was requested.
        on_wait: Receives the curated folder before the run waits for a concurrent one.
    """

    on_progress: Callable[[str, int, int], None] | None = None
    on_fetch: Callable[[FetchResult], None] | None = None
    on_wait: Callable[[Path], None] | None = None
