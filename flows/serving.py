"""Define the deployments `annual-refresh` and `backfill`, and serve them on one machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flows.prefect_settings import fast_import

with fast_import():
    from prefect import serve
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.annual import annual_refresh, backfill
    from flows.server import check_server

ZONE = "Asia/Shanghai"
# Weekly on Mondays while reports are due (by 1 April), and on the first of the month otherwise.
SCHEDULES = {"weekly-while-due": "0 6 * 1-4 1", "monthly-otherwise": "0 6 1 5-12 *"}
ANNUAL = (
    "Fetches new reports, reads them and publishes the tables. Weekly while reports are due (rule-of-law reports by "
    "1 April), monthly otherwise. Running it again changes nothing."
)
BACKFILL = (
    "Goes over past years: reads again what an older version read (or everything, with force), and fetches missing "
    "reports. Can be stopped and started again; it continues where it was."
)


def deployments(parameters: Mapping[str, Any] | None = None) -> list[RunnerDeployment]:
    """Return both deployments; `parameters` are the defaults of their forms."""
    defaults = dict(parameters or {})
    annual = annual_refresh.to_deployment(
        "annual-refresh",
        description=ANNUAL,
        schedules=[Cron(cron, timezone=ZONE, slug=slug) for slug, cron in SCHEDULES.items()],
        parameters=defaults,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    past = backfill.to_deployment(
        "backfill", description=BACKFILL, parameters=defaults, entrypoint_type=EntrypointType.MODULE_PATH
    )
    return [cast(RunnerDeployment, deployment) for deployment in (annual, past)]


def serve_deployments(parameters: Mapping[str, Any]) -> None:
    """Register the deployments and run what is due, one run at a time, until stopped. Raises NoServer."""
    check_server()
    serve(*deployments(parameters), limit=1)
