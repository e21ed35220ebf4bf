"""Charts and lists agree with the tables: of the bundled reports and of generated ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.atlas import MAX_KILOBYTES, make_tables
from nianbao import pipeline
from nianbao.atlas.site import write_atlas
from nianbao.sources.local import ingest, list_files
from nianbao.sources.manifest import read_manifest
from tests.atlas.chart_checks import missing_in_forms, read_charts, wrong_segments
from tests.atlas.conftest import version_folder
from tests.atlas.test_search import missing_targets
from tests.atlas.test_site import broken_links, select


def test_charts_of_the_bundled_reports_connect_only_comparable_years(site: Path, bundled_version: Path) -> None:
    """Every line of every chart is between years that `comparisons` marks comparable, and counts start at zero."""
    charts = read_charts(site)
    assert charts.n_charts > 20
    assert len(charts.lines) > 50
    assert list(wrong_segments(charts, bundled_version)) == []
    assert charts.truncated == []


@pytest.mark.slow
def test_charts_and_links_of_generated_reports(tmp_path: Path) -> None:
    """The same holds for three hundred generated reports; all their links, anchors and search hits have a target.

    Every cell of a form is on the page of its category, and no page has an anchor twice.
    """
    version = version_folder(make_tables(tmp_path, 300, "full"))
    site = tmp_path / "atlas"
    write_atlas(version, site)
    assert read_charts(site).medians
    check_site(site, version, 1000)


@pytest.mark.slow
def test_charts_and_links_of_real_reports(corpus: Path, tmp_path: Path) -> None:
    """The same holds for real reports, and no page is over the limit."""
    manifest = corpus / "manifest.csv"
    list(ingest(list_files([corpus], manifest), tmp_path / "raw", rows=read_manifest(manifest)))
    pipeline.run(tmp_path / "raw", tmp_path / "curated")
    version = version_folder(tmp_path / "curated")
    site = tmp_path / "atlas"
    write_atlas(version, site)
    check_site(site, version, 500)
    assert [page.name for page in site.rglob("*.html") if page.stat().st_size > MAX_KILOBYTES * 1024] == []


def check_site(site: Path, version: Path, min_lines: int) -> None:
    """Check lines, axes, links, anchors, search hits and forms of an atlas that has at least so many lines."""
    charts = read_charts(site)
    assert len(charts.lines) > min_lines
    assert list(wrong_segments(charts, version)) == []
    assert charts.truncated == []
    assert broken_links(site) == []
    assert list(missing_targets(site)) == []
    assert list(missing_in_forms(site, version)) == []
    for page in site.rglob("*.html"):
        anchors = select(page, "//@id")
        assert len(anchors) == len(set(anchors)), page.name
