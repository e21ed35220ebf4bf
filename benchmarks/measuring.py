"""What the benchmarks share: paths, timing, and one line of output per measured limit."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

REPO_ROOT = Path(__file__).parent.parent
# Real reports and pages, which are not part of the repository.
CORPUS = Path(os.environ.get("NIANBAO_CORPUS", REPO_ROOT.parent / "shared" / "corpus"))
HTML_PAGES = CORPUS.parent / "html"


def fastest(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the shortest CPU time of several rounds in seconds, after one round to warm up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def report(name: str, figures: str, ok: bool) -> bool:
    """Print a measurement and whether it is within its limit; return `ok`."""
    print(f"{name}: {figures} ({'ok' if ok else 'FAILED'})", flush=True)
    return ok
