"""The examples in the docstrings of the modules that fetch reports are correct."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import nianbao.sources

MODULES = [found.name for found in pkgutil.walk_packages(nianbao.sources.__path__, "nianbao.sources.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name: str) -> None:
    """All doctests of the modules that fetch reports pass."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0
