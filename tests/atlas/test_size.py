"""Pages stay small when there are many reports; `make atlas-bench` measures how fast they open."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from benchmarks.atlas import MAX_ELEMENTS, MAX_KILOBYTES, PAGE_KINDS, largest_pages, make_tables
from nianbao.atlas.site import draw_published


@pytest.mark.slow
def test_the_largest_page_of_each_kind_is_within_the_limits(tmp_path: Path) -> None:
    """With sixty governments, the largest page of each kind stays within the limits for bytes and elements."""
    curated = make_tables(tmp_path, 60, "full")
    draw_published(curated, tmp_path / "atlas")
    pages = largest_pages(tmp_path / "atlas")
    # A body gets a page of findings only if its own page cannot hold them all.
    assert pages.keys() | {"findings of a jurisdiction"} == PAGE_KINDS.keys()
    for kind, page in pages.items():
        assert page.stat().st_size <= MAX_KILOBYTES * 1024, kind
        assert sum(1 for _ in html.fromstring(page.read_bytes()).iter()) <= MAX_ELEMENTS, kind
