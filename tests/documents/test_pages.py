"""Real pages of governments, if available: text, title and date as in their manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reading import MAX_CHROME, MIN_LABELS, MIN_TEXT, read_ours, real_pages, score


@pytest.fixture(scope="module")
def folder(corpus: Path) -> Path:
    """Return the folder of real web pages with their manifest."""
    found = corpus.parent / "html"
    if not (found / "manifest.jsonl").is_file():
        pytest.skip("no real pages here: html/manifest.jsonl is not beside the folder of real reports")
    return found


@pytest.mark.slow
def test_real_pages_are_read_whole_clean_and_with_their_labels(folder: Path) -> None:
    """Eighty real pages reach the limits for completeness, page furniture, titles and dates."""
    result = score(real_pages(folder), read_ours)
    assert result.n_pages == 80
    assert result.text >= MIN_TEXT, result.errors
    assert result.chrome <= MAX_CHROME, result.errors
    assert result.titles >= MIN_LABELS, result.errors
    assert result.dates >= MIN_LABELS, result.errors
