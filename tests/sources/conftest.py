"""Fixtures: the test site, a client that does not wait, and sources on the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nianbao.documents.model import GOVERNMENT, Family
from nianbao.documents.reporter import jurisdiction_of
from nianbao.places.resolve import resolve_place
from nianbao.sources.client import Client, Clock
from nianbao.sources.crawl import crawl
from nianbao.sources.registry import KnownReport, Source
from nianbao.sources.report import FetchResult
from nianbao.sources.settings import Settings
from nianbao.sources.snapshot_index import SnapshotIndex
from tests.conftest import RECEIVED
from tests.sources.site import Site

SETTINGS = Settings("you@example.org", allow_private_addresses=True, read_seconds=2, connect_seconds=2)


@dataclass
class FakeClock:
    """A clock that advances only in sleep; `slept` records the seconds of each."""

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Advance the clock and record the sleep."""
        self.passed += seconds
        self.slept.append(seconds)

    @property
    def clock(self) -> Clock:
        """The clock that a client takes."""
        return Clock(
            now=lambda: RECEIVED + timedelta(seconds=self.passed), monotonic=lambda: self.passed, sleep=self.sleep
        )


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a web site on this machine."""
    with Site() as running:
        yield running


@pytest.fixture
def fake() -> FakeClock:
    """Return a clock that advances only in sleep."""
    return FakeClock()


MakeClient = Callable[..., Client]


@pytest.fixture
def make_client(tmp_path: Path, fake: FakeClock) -> Iterator[MakeClient]:
    """Return a factory of clients with a shared cache: `make_client(redirects=2)`; each client is one run."""
    made: list[Client] = []

    def make(clock: Clock | None = None, resolver: Any = None, **settings: Any) -> Client:
        more = {"resolver": resolver} if resolver else {}
        wanted = replace(SETTINGS, **settings)
        made.append(Client(wanted, tmp_path / "cache" / "answers.sqlite", clock=clock or fake.clock, **more))
        return made[-1]

    yield make
    for client in made:
        client.__exit__()


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """Return a client that does not wait."""
    return make_client()


def source(system: str | None = None, list_url: str | None = None, **more: Any) -> Source:
    """Return a source of 云汀市's rule-of-law reports."""
    unit = jurisdiction_of(resolve_place("云汀市"))
    base = Source(
        id="yunting",
        jurisdiction=unit,
        body=GOVERNMENT,
        family=Family("rule_of_law"),
        enabled=True,
        verified=False,
        list_url=list_url,
        system=system,
        options={"category": "77"} if system == "gkmlpt" else {},
        reports=(),
        title=None,
        first_year=1990,
        last_year=None,
        most_pages=200,
        notes="",
    )
    return replace(base, **more)


def one_report(site: Site, path: str, year: int = 2020) -> Source:
    """Return a source of one report with a known URL."""
    return source(reports=(KnownReport(year, site.url(path)),))


def run(source: Source, client: Client, raw: Path, **how: Any) -> list[FetchResult]:
    """Crawl a source once, with a new index of the snapshots as in a new process."""
    return list(crawl(source, client, SnapshotIndex(raw), **how))
