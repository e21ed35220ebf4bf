"""A published collection to review, built once and copied for every test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.review.review_factory import Place, make_place


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return the collection that `place` copies."""
    return make_place(tmp_path_factory.mktemp("review") / "place")


@pytest.fixture
def place(published: Place, tmp_path: Path) -> Place:
    """Return a collection that the test may change."""
    return Place(shutil.copytree(published.root, tmp_path / "place"))
