"""A flow, run once, here and now; its server starts while all that the flows need is imported, also by workers."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from flows.listening import Listener, listening
from flows.one_server import one_server
from flows.workers import ask_to_be_ready

if TYPE_CHECKING:
    from nianbao.pipeline import Outcome


def run_here(
    flow: Literal["annual_refresh", "backfill"], raw: str, curated: str, listener: Listener, **parameters: Any
) -> Outcome:
    """Run a flow of `flows.annual`; `listener` follows it. Raises what the flow raises, and WrongRunner."""
    with one_server(meanwhile=partial(_get_ready, parameters.get("scheduler"))), listening(listener):
        outcome: Outcome = getattr(import_module("flows.annual"), flow)(raw=raw, curated=curated, **parameters)
    return outcome


def _get_ready(scheduler: str | None) -> None:
    if scheduler:
        ask_to_be_ready(scheduler)
    import_module("flows.annual")
