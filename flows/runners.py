"""The names of the task runners, shared by forms and the command line; imports nothing heavy."""

from typing import Literal

Runner = Literal["auto", "threads", "processes", "dask"]


class RunnerUnavailable(Exception):
    """A task runner cannot be used here; the message says what is missing."""


class NoServer(Exception):
    """No Prefect server is available; the message says how to start one."""
