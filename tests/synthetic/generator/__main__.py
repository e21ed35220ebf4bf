"""Write invented reports into a folder of snapshots for `nianbao run --raw`: `python -m tests.synthetic.generator`."""

from __future__ import annotations

import argparse
import time
from itertools import chain
from pathlib import Path

from tests.synthetic.generator.forms import FAMILY, plan_forms
from tests.synthetic.generator.plan import plan
from tests.synthetic.generator.raw_folder import form_reports, reports, write_faulty_files, write_raw
from tests.synthetic.generator.render import FORM_SYSTEMS, SYSTEMS


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.synthetic.generator", description=__doc__)
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder to write the snapshots to")
    add("--governments", type=int, default=2, help="number of governments; the first two are invented too")
    add("--years", default="2020-2023", help="a year, or the first and the last")
    add("--families", default="rule_of_law,work_report", help=f"families, separated by commas; also {FAMILY}")
    add("--seed", type=int, default=1, help="the same seed gives the same bytes")
    add(
        "--style",
        choices=("full", "small"),
        default="full",
        help="length: like real ones, or 1,000 to 2,000 characters",
    )
    add("--systems", default=",".join(SYSTEMS), help="formats and page systems to cycle through, separated by commas")
    add("--contradictions", type=float, default=0.0, help="share of reports with a planted inconsistency")
    add("--missing", type=float, default=0.0, help="share of reports that are missing")
    add("--wide", type=float, default=0.0, help="share of numbers in full-width digits")
    add("--twice", action="store_true", help="repeat the text of every tenth report in its file")
    add("--faults", action="store_true", help="also write a damaged file and a page of links")
    add("--truth", type=Path, help="file for the truth about every number, as JSON lines")
    return parser.parse_args()


def main() -> None:
    """Write the reports that the command line asks for."""
    options = parse_arguments()
    start = time.perf_counter()
    first, _, last = options.years.partition("-")
    years = range(int(first), int(last or first) + 1)
    families, systems = options.families.split(","), options.systems.split(",")
    plans = plan(
        options.seed,
        options.governments,
        years,
        [family for family in families if family != FAMILY],
        contradictions=options.contradictions,
        missing=options.missing,
    )
    raw_reports = reports(plans, style=options.style, systems=systems, twice=options.twice, wide=options.wide)
    if FAMILY in families:
        forms = plan_forms(options.seed, options.governments, years, contradictions=options.contradictions)
        form_systems = [system for system in systems if system in FORM_SYSTEMS]
        raw_reports = chain(raw_reports, form_reports(forms, systems=form_systems or FORM_SYSTEMS))
    n = write_raw(options.out, raw_reports, options.truth)
    if options.faults:
        write_faulty_files(options.out)
    print(f"{n} reports in {options.out}, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
