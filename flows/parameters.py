"""The choice of who reads, which forms and the command line share. Light: commands that only look stay quick."""

from typing import Literal

Runner = Literal["auto", "threads", "processes", "dask"]
