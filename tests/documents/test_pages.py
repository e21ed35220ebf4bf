"""Real pages of governments, where they are: text, title and date as the manifest beside them says."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reading import LEAST_LABELS, LEAST_TEXT, MOST_CHROME, read_ours, real_pages, score


@pytest.fixture(scope="module")
def folder(corpus: Path) -> Path:
    found = corpus.parent / "html"
    if not (found / "manifest.jsonl").is_file():
        pytest.skip("no real pages here: html/manifest.jsonl is not beside the folder of real reports")
    return found


def test_real_pages_are_read_whole_clean_and_with_their_labels(folder: Path) -> None:
    result = score(real_pages(folder), read_ours)
    assert result.n_pages == 80
    assert result.text >= LEAST_TEXT, result.wrong
    assert result.chrome <= MOST_CHROME, result.wrong
    assert result.titles >= LEAST_LABELS, result.wrong
    assert result.dates >= LEAST_LABELS, result.wrong
