"""An invented government whose reconsideration cases grow fiftyfold, and sessions that review it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from nianbao import pipeline
from nianbao.indicators.catalog import load_catalog
from nianbao.options import RunOptions
from nianbao.publishing.manifest import read_manifest
from nianbao.review.items import Action, Decision, Item, ItemKind
from nianbao.review.published import PublishedQueue
from nianbao.review.session import ReviewSession
from schemas.locations import CATALOG
from tests.conftest import add_report_file, report_text

DAY = date(2026, 3, 1)
CASES = "受理行政复议申请120宗"


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of a collection, and of the corrections and the catalog that its reviewers edit."""

    root: Path

    @property
    def raw(self) -> Path:
        """The snapshots."""
        return self.root / "raw"

    @property
    def curated(self) -> Path:
        """The tables."""
        return self.root / "curated"

    @property
    def corrections(self) -> Path:
        """The corrections."""
        return self.root / "corrections"

    @property
    def catalog(self) -> Path:
        """A copy of the catalog, made when it is first needed."""
        folder = self.root / "catalog"
        return folder if folder.exists() else Path(shutil.copytree(CATALOG, folder))

    @property
    def file(self) -> Path:
        """The file that a review writes."""
        return self.corrections / "review.yaml"

    def publish(self) -> None:
        """Run the pipeline with the corrections."""
        pipeline.run(self.raw, self.curated, RunOptions(corrections=self.corrections))

    @property
    def version(self) -> Path:
        """The folder of the published tables."""
        manifest = read_manifest(self.curated)
        assert manifest is not None
        return self.curated / str(manifest["folder"])

    def comparison(self, indicator_id: str, year: int) -> dict[str, Any]:
        """Return the published comparison of an indicator and year."""
        rows = parquet.read_table(self.version / "comparisons.parquet").to_pylist()
        return next(row for row in rows if row["indicator_id"] == indicator_id and row["year"] == year)

    def session(self, catalog: Path = CATALOG) -> ReviewSession:
        """Start a review of the published tables."""
        return ReviewSession(PublishedQueue(self.version, None, load_catalog()), self.corrections, catalog)


def make_place(root: Path) -> Place:
    """Publish three years: 1234 cases, 91234 (unlikely), 5 with a growth of 7.3% (contradicted)."""
    place = Place(root)
    place.corrections.mkdir(parents=True)
    for year, cases in ((2018, "1234宗"), (2019, "91234宗"), (2020, "5宗，增长7.3%")):
        permits = round(1000 * 1.072 ** (year - 2018))  # as much more each year as the text says
        text = report_text(year, permits=permits).replace(CASES, f"受理行政复议申请{cases}")
        add_report_file(place.raw, text, f"{year}.txt")
    place.publish()
    return place


def only(session: ReviewSession, kind: ItemKind) -> Item:
    """Return the only item of a kind."""
    (item,) = session.queue.items(kind)
    return item


def decide(action: Action, **more: Any) -> Decision:
    """Return a signed decision."""
    return Decision(action, **{"by": "a reader", "on": DAY, "reason": "read in the report", **more})
