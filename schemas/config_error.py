"""The error in a configuration file, importable without the YAML reader."""

from __future__ import annotations


class ConfigError(Exception):
    """A configuration file with an error: `file:line: what is wrong, and how to fix it`."""
