"""The pages over HTTP: what they show, and whom they refuse."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from flows.review_server import ReviewPages, listen
from nianbao.review.items import ItemKind
from tests.review.review_factory import Place, only
from tests.review.serving import served


@pytest.fixture
def pages(place: Place) -> Iterator[ReviewPages]:
    """Serve a review."""
    with served(place) as pages:
        yield pages


@pytest.fixture
def client(pages: ReviewPages) -> Iterator[httpx.Client]:
    """Return a client that opened the printed address."""
    root = f"http://127.0.0.1:{pages.access.port}"
    with httpx.Client(base_url=root, headers={"origin": root}, follow_redirects=True, trust_env=False) as client:
        assert client.get(pages.access.address).status_code == 200
        yield client


def form(pages: ReviewPages, **more: str) -> dict[str, str]:
    """Return the fields of a form that accepts."""
    return {"token": pages.access.token, "action": "accept", "by": "a reader", "reason": "read", "reading": "0", **more}


def test_every_kind_of_page_opens(client: httpx.Client, pages: ReviewPages) -> None:
    """The front page leads to each list, and a list to its items with the quote marked."""
    item = only(pages.session, ItemKind.UNLIKELY)
    assert "/kinds/unlikely" in client.get("/").text
    for kind in ItemKind:
        assert client.get(f"/kinds/{kind.value}").status_code == 200
    assert f"/items/{item.item_id}" in client.get("/kinds/unlikely").text
    assert "<mark>91234宗</mark>" in client.get(f"/items/{item.item_id}").text
    assert client.get("/edits").status_code == 200
    assert client.get("/items/none").status_code == client.get("/kinds/none").status_code == 404


def test_a_decision_is_shown_before_it_is_written(client: httpx.Client, pages: ReviewPages, place: Place) -> None:
    """The first form answers with the diff and writes nothing; the second writes it; a repeated one writes no more."""
    item = only(pages.session, ItemKind.UNLIKELY)
    shown = client.post(f"/items/{item.item_id}", data=form(pages))
    assert "+  - report" in shown.text
    assert not place.file.exists()
    path = f"/proposals/{shown.text.partition('/proposals/')[2].partition(chr(34))[0]}"
    assert client.post(path, data={"token": pages.access.token}).status_code == 200
    written = place.file.read_bytes()
    assert client.post(path, data={"token": pages.access.token}).status_code == 409
    assert place.file.read_bytes() == written


def test_other_hosts_pages_and_programs_are_refused(client: httpx.Client, pages: ReviewPages, place: Place) -> None:
    """A foreign host, origin, cookie or token gets nothing, and nothing is written."""
    item = only(pages.session, ItemKind.UNLIKELY)
    path, right = f"/items/{item.item_id}", form(pages)
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403
    for origin in ("http://evil.example", "null", "http://localhost:1"):
        assert client.post(path, data=right, headers={"origin": origin}).status_code == 403
    assert client.post(path, data={**right, "token": "guess"}).status_code == 403
    with httpx.Client(base_url=client.base_url, trust_env=False) as stranger:
        assert stranger.get("/").status_code == stranger.get("/?key=guess").status_code == 403
        assert stranger.post(path, data=right).status_code == 403
    assert not place.file.exists()


def test_a_page_runs_nothing_from_elsewhere(client: httpx.Client) -> None:
    """Every answer forbids scripts and frames of other pages, and the text of a reason is escaped."""
    answer = client.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_hostile_text_is_shown_as_text(client: httpx.Client, pages: ReviewPages) -> None:
    """Markup in a decision comes back escaped."""
    item = only(pages.session, ItemKind.UNLIKELY)
    shown = client.post(f"/items/{item.item_id}", data=form(pages, reason="<script>alert(1)</script>"))
    assert "&lt;script&gt;alert(1)" in shown.text
    assert "<script>alert" not in shown.text


def test_an_incomplete_form_says_what_is_missing(client: httpx.Client, pages: ReviewPages) -> None:
    """A decision without a reason is refused with words."""
    item = only(pages.session, ItemKind.UNLIKELY)
    answer = client.post(f"/items/{item.item_id}", data=form(pages, reason=""))
    assert (answer.status_code, "give a reason" in answer.text) == (409, True)


def test_a_browser_may_open_the_address_before_the_server_runs() -> None:
    """The port accepts connections as soon as it is reserved."""
    with listen(0) as listening, socket.create_connection(listening.getsockname(), timeout=5) as connection:
        assert connection.getpeername() == listening.getsockname()
