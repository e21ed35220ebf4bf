"""CPU time of cold processes of the light commands, on the bundled reports: `python -m benchmarks.cold_start`."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import REPO_ROOT, report
from nianbao import pipeline

# CPU seconds, user and system. Commands without --curated are measured without tables.
MAX_SECONDS = {"--help": 0.3, "tables": 1.0, "versions": 1.0, "diff": 1.0, "compare": 1.5}
WITHOUT_TABLES = ("--help", "tables")
ROUNDS = 3


def main() -> int:
    """Measure every command; return 1 if one exceeds its limit."""
    with tempfile.TemporaryDirectory() as folder:
        curated = Path(folder) / "curated"
        publish_two_versions(curated)
        results = []
        for command, limit in MAX_SECONDS.items():
            words = [command] if command in WITHOUT_TABLES else [command, "--curated", str(curated)]
            seconds = min(cpu_seconds(words) for _ in range(ROUNDS))
            results.append(report(f"cold start of {command}", f"{seconds:.2f} s of CPU", seconds <= limit))
    return 0 if all(results) else 1


def publish_two_versions(curated: Path) -> None:
    """Publish the bundled reports, first without and then with those of one family."""
    raw = REPO_ROOT / "data" / "raw"
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "raw"
        part.mkdir()
        family = min(path for path in raw.iterdir() if path.is_dir())
        (part / family.name).symlink_to(family)
        pipeline.run(part, curated)
    pipeline.run(raw, curated)


def cpu_seconds(words: list[str]) -> float:
    """Return the CPU time of `nianbao` with these words in a separate process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "nianbao", *words]
    subprocess.run(command, cwd=REPO_ROOT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
