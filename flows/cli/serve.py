"""The command `serve`: run on a schedule with a Prefect server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flows.cli.messages import stop
from flows.cli.publishing import Execution, Locations
from nianbao.publishing.object_storage import is_remote


def serve(locations: Locations, execution: Execution) -> None:
    """Run on a schedule with a Prefect server, until stopped.

    Registers the deployments annual-refresh and backfill. Start a server with `prefect server start` and set
    PREFECT_API_URL to its address.
    """
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO")  # shows the progress of a run on its page
    from flows.runners import NoServer
    from flows.serving import serve_deployments

    corrections = locations.corrections and _absolute(str(locations.corrections))
    parameters: dict[str, Any] = {
        "folders": {
            "raw": _absolute(locations.raw),
            "curated": _absolute(locations.curated),
            "corrections": corrections,
        },
        "execution": {"runner": execution.runner, "scheduler": execution.scheduler},
    }
    try:
        serve_deployments(parameters)
    except NoServer as error:
        stop(str(error))


def _absolute(location: str) -> str:
    return location if is_remote(location) else str(Path(location).resolve())
