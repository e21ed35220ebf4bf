"""nianbao (年报): the numbers of Chinese government reports, traced to their characters and honestly compared."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """Return the installed version for `__version__`; it is looked up only when someone asks for it."""
    if name == "__version__":
        from importlib.metadata import version

        return version("nianbao")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
