"""Loads the YAML files of the atlas and of the catalog."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """Parse YAML with the fast loader if it is available."""
    return yaml.load(text, Loader=_LOADER)


def load_data(name: str) -> Any:
    """Load a YAML file of this package."""
    return parse_yaml(files(__package__).joinpath(name).read_text("utf-8"))
