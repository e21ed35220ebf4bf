"""The examples in the docstrings of the document readers are correct."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import nianbao.documents

MODULES = [module.name for module in pkgutil.walk_packages(nianbao.documents.__path__, "nianbao.documents.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name: str) -> None:
    """All doctests of the modules that read documents pass."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0
