"""The error of exports, for one line to the user."""

from __future__ import annotations


class ExportError(Exception):
    """There is nothing to export, more than a file can hold, or a package is missing."""
