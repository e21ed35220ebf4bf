"""A review on a free port of loopback, in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn

from flows.review_server import Access, ReviewPages, listen, review_app
from tests.review.review_factory import Place


@contextmanager
def served(place: Place, atlas: Path | None = None) -> Iterator[ReviewPages]:
    """Serve a review of a collection until the block ends."""
    listening = listen(0)
    pages = ReviewPages(place.session(), Access(listening.getsockname()[1]), "a reader", atlas, [("gdp", "生产总值")])
    server = uvicorn.Server(uvicorn.Config(review_app(pages), log_level="warning", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield pages
    server.should_exit = True
    thread.join()
    listening.close()
