"""Tests notice errors in what is published: each planted error makes one of them fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.mutations import MUTATIONS, REPO_ROOT, Mutation, copy_repository, failing_tests


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_planted_error_makes_a_test_fail(mutation: Mutation, tmp_path: Path) -> None:
    """Each planted error in ranks, tables, checks or publishing makes at least one test fail."""
    copy_repository(tmp_path)
    assert failing_tests(mutation, tmp_path) is not None


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_text_to_change_is_in_the_code(mutation: Mutation) -> None:
    """The text that a mutation replaces occurs exactly once in its module."""
    assert (REPO_ROOT / mutation.module).read_text("utf-8").count(mutation.original) == 1
