"""An atlas of many reports: its pages stay small, and each opens in less than a second's work."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.atlas import measure
from benchmarks.browser import CHROMIUM


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
def test_pages_stay_small_and_open_quickly(tmp_path: Path) -> None:
    assert measure(tmp_path, 60)
