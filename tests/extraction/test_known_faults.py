"""What is still read incorrectly, each with the smallest sentence; remove a case once it is fixed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extraction.sentences import read

Fields = list[tuple[Any, ...]]


def fault(text: str, fields: str, want: Fields, why: str) -> Any:
    """Return a case that is expected to fail, with its reason."""
    return pytest.param(text, fields.split(), want, marks=pytest.mark.xfail(strict=True, reason=why), id=text)


@pytest.mark.parametrize(
    ("text", "fields", "want"),
    [
        fault("茶叶产量再创新高，增量3万吨。", "kind direction", [("change_abs", "up")], "增量 is told as a level"),
    ],
)
def test_known_faults_are_still_present(text: str, fields: list[str], want: Fields) -> None:
    """Each known fault is still read incorrectly; once fixed, its case fails and must be removed here."""
    assert [tuple(getattr(row, name) for name in fields) for row in read(text).observations] == want
