"""Importing Prefect: with the settings that it must find before, quiet, local, nothing told to anyone; and quickly.

What a user has set already stands.
"""

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
    # When the ephemeral server stops, its database driver logs connections that were cancelled as errors, with pages of
    # traceback, though nothing failed; what fails in a flow is raised, not logged.
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
    # The same when it is stopped while it writes down which tasks ran: that is logged by the server itself.
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    # How long after a host could not answer it is asked again; only hosts are asked again.
    "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "60",
    # A first start makes the database; the default of 20 seconds is short for a slow disk.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def apply_settings() -> None:
    """Set what the user has not set. To be called before the first import of Prefect."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)


@contextmanager
def fast_import() -> Iterator[None]:
    """Within, Prefect and what comes with it are imported.

    The collector of garbage rests, and leaves out what was made: it would find nothing in hundreds of thousands of
    objects that modules make and keep, and look for it again and again, and once more at the end of every process.
    """
    apply_settings()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
