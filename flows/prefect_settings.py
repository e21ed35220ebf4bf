"""Import Prefect quickly, with settings that keep it quiet and local; settings of the user take precedence."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # At the default of 1 the server writes task runs one by one and falls behind from run to run.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # When the ephemeral server stops, its database driver logs cancelled connections as errors with long tracebacks,
    # although nothing failed. What fails in a flow is raised, not logged.
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
    # The same happens if it stops while it records task runs; the server itself logs that.
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    # Pause before a host that did not answer is retried; no other task is retried.
    "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "60",
    # The first start creates the database; the default of 20 seconds is too short for a slow disk.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def apply_settings() -> None:
    """Set the settings that the user has not set. Call this before the first import of Prefect."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)


@contextmanager
def fast_import() -> Iterator[None]:
    """Import Prefect and its dependencies in this context, without garbage collection.

    Modules create hundreds of thousands of objects and keep them. The collector would search them again and again, and
    once more at the end of every process, and find nothing.
    """
    apply_settings()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
