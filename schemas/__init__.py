"""Schemas: one pandera model per table, the single source of its columns, types, checks and descriptions.

To add a table, add a module and an entry in `tables.py`. The models are imported on first use, so that code which needs
only vocabularies, families or forms does not import pandera.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.tables import *  # noqa: F403


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module("schemas.tables"), name)
