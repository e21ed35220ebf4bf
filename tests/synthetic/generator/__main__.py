"""`python -m tests.synthetic.generator`: writes invented reports into a folder of raw files for `nianbao run --raw`."""

from __future__ import annotations

import time
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from tests.synthetic.generator.forms import FAMILY, plan_forms
from tests.synthetic.generator.plan import plan
from tests.synthetic.generator.raw_folder import form_reports, put_faults, reports, write_raw
from tests.synthetic.generator.render import FORM_SYSTEMS, SYSTEMS


def main(
    out: Annotated[Path, typer.Option(help="The folder of raw files to write into.")],
    governments: Annotated[int, typer.Option(help="How many governments; the first two are invented, too.")] = 2,
    years: Annotated[str, typer.Option(help="A year, or the first and the last: 2014-2023.")] = "2020-2023",
    families: Annotated[
        str, typer.Option(help="Families, with commas; info_disclosure, too.")
    ] = "rule_of_law,work_report",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    style: Annotated[str, typer.Option(help="full: as long as real ones; small: 1,000 to 2,000 characters.")] = "full",
    systems: Annotated[str, typer.Option(help="Formats and page systems in turn, with commas.")] = ",".join(SYSTEMS),
    contradictions: Annotated[
        float, typer.Option(help="The share of reports with something that does not add up.")
    ] = 0.0,
    missing: Annotated[float, typer.Option(help="The share of reports that are not there.")] = 0.0,
    wide: Annotated[float, typer.Option(help="The share of numbers in full-width digits.")] = 0.0,
    twice: Annotated[bool, typer.Option(help="Every tenth report stands in its file two times.")] = False,
    faults: Annotated[bool, typer.Option(help="Also a damaged file and a page of nothing but links.")] = False,
    truth: Annotated[Path | None, typer.Option(help="A file for the truth about every number, as JSON lines.")] = None,
) -> None:
    """Write invented reports as snapshots."""
    first, _, last = years.partition("-")
    began = time.perf_counter()
    told = range(int(first), int(last or first) + 1)
    prose = [family for family in families.split(",") if family != FAMILY]
    plans = plan(seed, governments, told, prose, contradictions=contradictions, missing=missing)
    shelved = reports(plans, style=style, systems=systems.split(","), twice=twice, wide=wide)
    if FAMILY in families.split(","):
        forms = plan_forms(seed, governments, told, contradictions=contradictions)
        those = [system for system in systems.split(",") if system in FORM_SYSTEMS]
        shelved = chain(shelved, form_reports(forms, systems=those or FORM_SYSTEMS))
    n = write_raw(out, shelved, truth)
    if faults:
        put_faults(out)
    print(f"{n} reports in {out}, {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    typer.run(main)
