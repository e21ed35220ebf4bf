"""How many levels and shares have an indicator: `python -m benchmarks.matched CURATED ...`, by version and family.

`--sample N` prints N matched observations at random with their sentences, to be read by eye; `--seed` draws others.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path
from typing import cast

import pyarrow.parquet as parquet

from nianbao.indicators.assign import match_indicators
from nianbao.indicators.catalog import load_catalog
from nianbao.indicators.types import RULE, Match
from schemas.rows import ObservationRow

_COUNTED = ("level", "share")
_BEFORE, _AFTER = 40, 12


def rows_of(curated: Path) -> list[ObservationRow]:
    """Return the observations of a published version."""
    return cast("list[ObservationRow]", parquet.read_table(curated / "observations.parquet").to_pylist())


def report_coverage(name: str, rows: list[ObservationRow], matches: list[Match | None], seconds: float) -> None:
    """Print by family how many levels and shares have an indicator, of the whole or of a part."""
    counted, with_id, of_parts = Counter[str](), Counter[str](), Counter[str]()
    catalog = load_catalog()
    for row, match in zip(rows, matches, strict=True):
        if row["kind"] in _COUNTED:
            counted[row["family"]] += 1
            with_id[row["family"]] += match is not None
            of_parts[row["family"]] += match is not None and not catalog.names_scope(match.indicator_id, match.scope)
    for family in [*sorted(counted), None]:
        n, matched, parts = ((c[family] if family is not None else c.total()) for c in (counted, with_id, of_parts))
        shown = family or "all families"
        print(f"{name}: {shown}: {matched} of {n} ({matched / n:.1%}), {parts} of them a part or kind")
    print(f"{name}: {len(rows)} observations matched in {seconds:.2f} s")


def print_sample(rows: list[ObservationRow], matches: list[Match | None], n: int, seed: int) -> None:
    """Print matched observations at random: indicator, part, subject, number and the words around it."""
    catalog = load_catalog()
    pairs = [(row, m) for row, m in zip(rows, matches, strict=True) if m is not None and m.method == RULE]
    for row, match in random.Random(seed).sample(pairs, min(n, len(pairs))):
        start = row["sentence"].find(row["quote"])
        words = " ".join(row["sentence"][max(0, start - _BEFORE) : start + len(row["quote"]) + _AFTER].split())
        name = catalog[match.indicator_id].name_zh
        print(f"{name} ({match.indicator_id}) [{match.scope}] | {row['subject']} | {row['quote']} | {words}")


def main() -> None:
    """Read the versions named on the command line, match them with the catalog as it is, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("curated", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for curated in options.curated:
        rows = rows_of(curated)
        start = time.process_time()
        matches = match_indicators(rows)
        report_coverage(curated.name, rows, matches, time.process_time() - start)
        print_sample(rows, matches, options.sample, options.seed)


if __name__ == "__main__":
    main()
