"""The command `backfill`: read past years again, and fetch what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from flows.cli.messages import ExitCode, stop
from flows.cli.options import Jurisdictions, parse_years
from flows.cli.publishing import (
    Execution,
    Flow,
    Locations,
    RunBehaviour,
    check_configuration,
    check_usage,
    run_pipeline,
)
from nianbao.documents.model import Family
from nianbao.options import RunOptions
from nianbao.selection import select
from nianbao.sources.selection import FetchSelection


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reports to go over, as options of the command."""

    years: Annotated[str, typer.Option("--years", help="Report years: 2020 or 2015-2024.")]
    jurisdiction: Jurisdictions = None
    family: Annotated[
        list[Family] | None, typer.Option("--family", help="Only this family of reports. Repeatable.")
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Also read again what the current version has read.")] = False


def backfill(scope: Scope, locations: Locations, execution: Execution, behaviour: RunBehaviour) -> None:
    """Read past years again, and fetch what is missing.

    Only reports that an older version read are read again. You can stop a backfill at any time; the same command
    continues where it was.
    """
    years = parse_years(scope.years)
    assert years is not None
    fetch = check_usage(locations, execution, behaviour)
    check_configuration(locations.corrections)
    try:
        selection = select(years[0], years[-1], scope.family, scope.jurisdiction)
    except ValueError as error:
        stop(str(error), ExitCode.USAGE)
    missing = FetchSelection(years, selection.codes, selection.families, missing_only=True)
    options = RunOptions(
        corrections=locations.corrections,
        selection=selection,
        force=scope.force,
        wait=behaviour.wait,
        layout=locations.layout,
    )
    reports = {
        "first_year": years[0],
        "last_year": years[-1],
        "families": scope.family or None,
        "jurisdictions": scope.jurisdiction or None,
    }
    flow = Flow("backfill", {"reports": reports, "force": scope.force})
    run_pipeline(locations, execution, behaviour, options, missing if fetch else None, flow)
