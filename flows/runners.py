"""Who reads, as forms and the command line share it: the choice, and the error where one cannot be had.

Light, so that commands that only look stay quick.
"""

from typing import Literal

Runner = Literal["auto", "threads", "processes", "dask"]
NO_DASK = "Dask is not installed here; install it with: pip install 'nianbao[dask]'"


class RunnerUnavailable(Exception):
    """A way to run that cannot be had here; the message says what is lacking."""
