"""Check that tests notice errors: plant one at a time in a copy of the code, and run the tests that should fail.

`python -m tests.mutation.mutations` prints a line for each error and exits with 1 if the tests overlook one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPO_ROOT = Path(__file__).parents[2]
# The folders that are copied; everything else is a link to the repository.
COPIED = ("flows", "nianbao", "schemas", "tests")


@dataclass(frozen=True, slots=True)
class Mutation:
    """An error to plant.

    Attributes:
        name: What is wrong with the mutated code.
        module: The file to change.
        original: Text that is in the file once.
        mutated: Its replacement.
        tests: The tests to run, one of which must fail.
    """

    name: str
    module: str
    original: str
    mutated: str
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "ranks are upside down",
        "nianbao/steps/write.py",
        "value_set=_least_first()).to_numpy(), value, -value)",
        "value_set=_least_first()).to_numpy(), -value, value)",
        ("tests/test_published_tables.py",),
    ),
    Mutation(
        "ranks start at 0",
        "nianbao/comparison/ranks.py",
        "first_of_value - first_of_cell + 1",
        "first_of_value - first_of_cell",
        ("tests/test_published_tables.py",),
    ),
    Mutation(
        "the wide table has the scope that is stated least",
        "nianbao/comparison/wide.py",
        "-stated.count(scope)",
        "stated.count(scope)",
        ("tests/test_published_tables.py",),
    ),
    Mutation(
        "a column of the wide table has the values of its neighbour",
        "nianbao/steps/write.py",
        "values[column_numbers, row_numbers] =",
        "values[column_numbers - 1, row_numbers] =",
        ("tests/test_published_tables.py",),
    ),
    Mutation(
        "a promise that is exactly reached is not kept",
        "nianbao/comparison/promises.py",
        "if low >= aim:",
        "if low > aim:",
        ("tests/comparison/test_promises.py",),
    ),
    Mutation(
        "a report is late on its last day",
        "nianbao/comparison/coverage.py",
        "return max((published - due).days, 0), None",
        "return max((published - due).days + 1, 0), None",
        ("tests/comparison/test_coverage.py",),
    ),
    Mutation(
        "a place with a new code starts a new series",
        "nianbao/steps/planning.py",
        "for report in by_series[key] if report.report_id not in own",
        "for report in by_series[key] if report.report_id in ()",
        ("tests/test_places_over_time.py",),
    ),
    Mutation(
        "a change of territory does not withhold the comparison",
        "nianbao/comparison/year_over_year.py",
        "before = PreviousYear(TERRITORY_CHANGED, before.cell)",
        "before = PreviousYear(before.comparability, before.cell)",
        ("tests/comparison/test_territory.py",),
    ),
    Mutation(
        "a department is ranked among governments",
        "nianbao/comparison/ranks.py",
        'return " ".join(parts if body_kind',
        'return level_of(jurisdiction_code) or " ".join(parts if body_kind',
        ("tests/test_places_over_time.py",),
    ),
    Mutation(
        "a diff takes added rows for removed ones",
        "nianbao/publishing/diff.py",
        "n_added=len(added)",
        "n_added=len(removed)",
        ("tests/publishing/test_versions.py",),
    ),
    Mutation(
        "publishing keeps one version too many",
        "nianbao/publishing/versions.py",
        "if n < newest or",
        "if n <= newest or",
        ("tests/publishing/test_publish.py",),
    ),
    Mutation(
        "publishing replaces the stable files before the version is complete",
        "nianbao/publishing/publish.py",
        "if not existing.exists() or hash_file(existing) != digest:",
        "if not existing.exists():",
        ("tests/publishing/test_publish.py",),
    ),
)


def copy_repository(folder: Path) -> None:
    """Make a copy of the repository for changing its code."""
    ignored = shutil.ignore_patterns("__pycache__")
    for path in REPO_ROOT.iterdir():
        if path.name in COPIED:
            shutil.copytree(path, folder / path.name, ignore=ignored)
        elif not path.name.startswith("."):
            (folder / path.name).symlink_to(path)


def failing_tests(mutation: Mutation, folder: Path) -> str | None:
    """Plant the error in a copy of the repository and run its tests.

    Returns:
        The first line about a failed test; None if all tests pass.

    Raises:
        ValueError: The original text is not in the module exactly once.
        RuntimeError: The tests could not be run.
    """
    path = folder / mutation.module
    original = path.read_text("utf-8")
    if original.count(mutation.original) != 1:
        raise ValueError(f"{mutation.module}: {mutation.original!r} is there {original.count(mutation.original)} times")
    path.write_text(original.replace(mutation.original, mutation.mutated), "utf-8")
    try:
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0"]
        done = subprocess.run([*command, *mutation.tests], cwd=folder, capture_output=True, text=True, check=False)
    finally:
        path.write_text(original, "utf-8")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{mutation.name}: pytest failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    if done.returncode == 0:
        return None
    return next(line for line in done.stdout.splitlines() if line.startswith("FAILED"))


def main() -> int:
    """Check all mutations; returns the exit code."""
    overlooked = 0
    with tempfile.TemporaryDirectory(prefix="nianbao-mutation-") as folder:
        copy_repository(Path(folder))
        for mutation in MUTATIONS:
            failure = failing_tests(mutation, Path(folder))
            overlooked += failure is None
            print(f"{mutation.name}: {'OVERLOOKED' if failure is None else failure}", flush=True)
    return int(overlooked > 0)


if __name__ == "__main__":
    sys.exit(main())
