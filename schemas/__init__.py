"""The tables: one pandera model each, the single truth of their columns, types, checks and descriptions.

A new table is one new module beside these and one entry in `tables.py`. The models are loaded when the first of them is
asked for, so that what reads only words and forms (`schemas.forms`, `schemas.families`) waits for no pandera.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.tables import *  # noqa: F403


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module("schemas.tables"), name)
