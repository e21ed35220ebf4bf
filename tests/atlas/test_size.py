"""An atlas of many reports has small pages that open with little work."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.atlas import measure
from benchmarks.browser import CHROMIUM


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_pages_stay_within_their_limits_of_size_and_work(tmp_path: Path) -> None:
    assert measure(tmp_path, 60)
