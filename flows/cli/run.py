"""The command `run`: fetch, read, compare and publish everything that is new."""

from __future__ import annotations

from flows.cli.publishing import (
    Execution,
    Flow,
    Locations,
    RunBehaviour,
    check_configuration,
    check_usage,
    finish,
    run_pipeline,
    up_to_date,
)
from nianbao.options import RunOptions
from nianbao.sources.selection import EVERYTHING


def run(locations: Locations, execution: Execution, behaviour: RunBehaviour) -> None:
    """Fetch, read, compare and publish everything that is new.

    Reports are downloaded first if sources are enabled in config/sources/. Running again changes nothing.
    """
    fetch = check_usage(locations, execution, behaviour)
    # Most runs find nothing new; find out before loading what reading needs.
    result = None if fetch else up_to_date(locations)
    if result is not None:
        finish(result, locations, behaviour)
        return
    check_configuration(locations.corrections)
    options = RunOptions(corrections=locations.corrections, wait=behaviour.wait, layout=locations.layout)
    flow = Flow("annual_refresh", {})
    run_pipeline(locations, execution, behaviour, options, EVERYTHING if fetch else None, flow)
