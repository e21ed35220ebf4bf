"""Serve the pages of the review on loopback: routes, and the checks that keep other pages and programs out.

The server answers only requests that name a loopback address as their host, and only browsers that opened the address
that the command printed. A form must come from these pages and carry the token of the session.
"""

from __future__ import annotations

import hmac
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nianbao.review.items import Action, Decision, DecisionRefused, Item, ItemKind
from nianbao.review.pages import mark_quote, render
from nianbao.review.patches import PatchRefused
from nianbao.review.session import FileChanged, Proposal, ReviewSession
from schemas.config_error import ConfigError

HOST = "127.0.0.1"
_PER_PAGE = 50
_LARGEST_FORM = 64_000
_DEFAULT_REASON = {
    ItemKind.WORDING: "the same measure by another wording",
}
_READ = "read in the report"
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def listen(port: int) -> socket.socket:
    """Return a socket that accepts connections on a port of loopback; 0 takes a free one.

    Requests wait until the server runs, so the address may be opened at once.
    """
    listening = socket.socket()
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use the server: the port, the key in the printed address, and the token in every form."""

    port: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def address(self) -> str:
        """The address to open."""
        return f"http://{HOST}:{self.port}/?key={self.key}"

    @property
    def cookie(self) -> str:
        """The name of the cookie, with the port because cookies are shared by all ports of a host."""
        return f"nianbao-review-{self.port}"

    @property
    def hosts(self) -> tuple[str, str]:
        """The hosts by which the server may be addressed; another name could be that of a page elsewhere."""
        return f"{HOST}:{self.port}", f"localhost:{self.port}"


class LoopbackOnly:
    """Refuse requests for another host, from another page, or without the key; add headers of safety to answers."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        """Guard an application."""
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        refusal = self._refusal(request)
        answer: ASGIApp = self._app
        if refusal is not None:
            answer = PlainTextResponse(refusal, 403)
        elif self._is_key(request.query_params.get("key", "")):
            # The key leaves the address bar, and with it the history and the address of referring pages.
            redirect = RedirectResponse("/", 303)
            redirect.set_cookie(self._access.cookie, self._access.key, httponly=True, samesite="strict")
            answer = redirect

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", ()), *headers]}
            await send(message)

        await answer(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> str | None:
        host = request.headers.get("host", "")
        if host not in self._access.hosts:
            return "this server answers only on its loopback address"
        if request.method not in ("GET", "HEAD") and request.headers.get("origin") != f"http://{host}":
            return "forms must come from the pages of this server"
        keys = request.query_params.get("key", ""), request.cookies.get(self._access.cookie, "")
        if not any(map(self._is_key, keys)):
            return "open the address that `nianbao review` printed"
        return None

    def _is_key(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._access.key.encode())


@dataclass(slots=True)
class ReviewPages:
    """The pages: every method answers one kind of request.

    Attributes:
        by: The name of the reviewer that forms propose.
        atlas: The folder of the atlas; None if it is not drawn.
        indicators: Ids and names that a reviewer may choose from.
    """

    session: ReviewSession
    access: Access
    by: str
    atlas: Path | None
    indicators: list[tuple[str, str]]
    lock: Lock = field(default_factory=Lock)

    def index(self) -> Response:
        """Answer with the kinds of items and how many are left; proposals are counted when they are opened."""
        kinds: list[tuple[str, int | None, int | None]] = []
        for kind in ItemKind:
            if kind is ItemKind.WORDING:
                kinds.append((kind.value, None, None))
                continue
            items = self.session.queue.items(kind)
            n = len(self.session.decided(items))
            kinds.append((kind.value, len(items) - n, n))
        return self._page("index", kinds=kinds)

    def kind(self, name: str, start: int) -> Response:
        """Answer with the items of a kind that are left."""
        kind = ItemKind(name)
        items = self.session.queue.items(kind)
        left = self._left(kind)
        more = start + _PER_PAGE if start + _PER_PAGE < len(left) else None
        shown = left[start : start + _PER_PAGE]
        counts = {"n_open": len(left), "n_decided": len(items) - len(left)}
        return self._page("list", kind=name, items=shown, start=start, more=more, **counts)

    def item(self, item_id: str, written: str = "") -> Response:
        """Answer with an item and the form to decide on it."""
        item = self.session.queue.find(item_id)
        if item is None:
            return self._refused("there is no such item in the published tables", "/", 404)
        left = [other.item_id for other in self._left(item.kind, keep=item)]
        position = left.index(item.item_id)
        texts = {reading.report_id: self.session.queue.text(reading.report_id) for reading in item.readings}
        sentences = [mark_quote(r.sentence, r.quote, r.char_start, texts[r.report_id]) for r in item.readings]
        if item.wording is not None:
            sentences = [mark_quote(example.sentence, example.quote) for example in item.wording.examples]
        return self._page(
            "item",
            item=item,
            sentences=sentences,
            history=self.session.history(item),
            n_open=len(left),
            back=left[position - 1] if position else None,
            next=left[position + 1] if position + 1 < len(left) else None,
            written=next((edit for edit in self.session.edits if edit.edit_id == written), None),
            by=self.by,
            reason=_DEFAULT_REASON.get(item.kind, _READ),
            indicators=self.indicators,
            has_atlas=self.atlas is not None,
            can_reject=item.wording is None or item.wording.id_key == "id",
        )

    def propose(self, item_id: str, form: Mapping[str, str]) -> Response:
        """Answer with the diff that a decision means."""
        item = self.session.queue.find(item_id)
        if item is None:
            return self._refused("there is no such item in the published tables", "/", 404)
        return self._diff(self.session.propose(item, decision_of(form)))

    def propose_undo(self, edit_id: str) -> Response:
        """Answer with the diff that takes an edit back."""
        return self._diff(self.session.propose_undo(edit_id))

    def write(self, proposal_id: str) -> Response:
        """Write a proposal and go on to the next item, or show what others wrote meanwhile."""
        try:
            proposal = self.session.write(proposal_id)
        except FileChanged as changed:
            return self._diff(changed.again, changed.lines)
        if proposal.undoes:
            return RedirectResponse(f"/items/{proposal.item_id}", 303)
        item = self.session.queue.find(proposal.item_id)
        left = self._left(item.kind) if item is not None else []
        if not left:
            return RedirectResponse("/edits", 303)
        following = _after(self.session.queue.items(left[0].kind), proposal.item_id, left)
        return RedirectResponse(f"/items/{following.item_id}?written={self.session.edits[-1].edit_id}", 303)

    def edits(self) -> Response:
        """Answer with the edits of this session, the last one first."""
        return self._page("edits", edits=self.session.edits[::-1])

    def _left(self, kind: ItemKind, keep: Item | None = None) -> list[Item]:
        items = self.session.queue.items(kind)
        decided = self.session.decided(items)
        return [item for item in items if item.item_id not in decided or item is keep]

    def _diff(self, proposal: Proposal, theirs: Sequence[str] | None = None) -> Response:
        return self._page("diff", 200 if theirs is None else 409, proposal=proposal, theirs=theirs)

    def _refused(self, message: str, back: str, status: int) -> Response:
        return self._page("message", status, message=message, back=back)

    def _page(self, template: str, status: int = 200, **variables: Any) -> Response:
        page = render(template, token=self.access.token, n_edits=len(self.session.edits), **variables)
        return HTMLResponse(page, status)

    async def answer(self, request: Request) -> Response:
        """Answer a request by the method of its route, one request at a time."""
        form = await _form(request) if request.method == "POST" else {}
        if request.method == "POST" and not hmac.compare_digest(form.get("token", ""), self.access.token):
            return PlainTextResponse("the form has no valid token; load the page again", 403)
        return await run_in_threadpool(self._answer, request, form)

    def _answer(self, request: Request, form: Mapping[str, str]) -> Response:
        name = request.scope["route"].name
        key = next(iter(request.path_params.values()), "")
        with self.lock:
            try:
                return self._dispatch(name, key, request, form)
            except (DecisionRefused, PatchRefused, ConfigError, OSError, UnicodeDecodeError) as error:
                back = f"/items/{key}" if name in ("item", "propose") else "/"
                return self._refused(str(error), back, 409)

    def _dispatch(self, name: str, key: str, request: Request, form: Mapping[str, str]) -> Response:
        query = request.query_params
        if name == "kind":
            start = query.get("from", "0")
            if key not in list(ItemKind):
                return self._refused("there is no such list", "/", 404)
            return self.kind(key, int(start) if start.isdecimal() else 0)
        if name == "item":
            return self.item(key, query.get("written", ""))
        if name == "propose":
            return self.propose(key, form)
        if name == "write":
            return self.write(key)
        if name == "undo":
            return self.propose_undo(key)
        return self.edits() if name == "edits" else self.index()


def decision_of(form: Mapping[str, str]) -> Decision:
    """Return what a form decides.

    Raises:
        DecisionRefused: The form is incomplete.
    """
    chosen = form.get("action", "")
    if chosen not in list(Action):
        raise DecisionRefused("choose accept, correct or reject")
    number = form.get("reading", "0")
    reading = int(number) if number.isdecimal() else -1
    prefix = f"{reading}-"
    changes = {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
    return Decision(
        action=Action(chosen),
        by=form.get("by", ""),
        on=date.today(),
        reason=form.get("reason", ""),
        reading=reading,
        changes=changes,
        word=form.get("word", ""),
    )


def review_app(pages: ReviewPages) -> Starlette:
    """Return the application of the review."""
    answer = pages.answer
    routes: list[Route | Mount] = [
        Route("/", answer, name="index"),
        Route("/kinds/{kind}", answer, name="kind"),
        Route("/items/{item}", answer, name="item", methods=["GET"]),
        Route("/items/{item}", answer, name="propose", methods=["POST"]),
        Route("/proposals/{proposal}", answer, name="write", methods=["POST"]),
        Route("/edits", answer, name="edits"),
        Route("/edits/{edit}/undo", answer, name="undo", methods=["POST"]),
        Route("/static/{name}", static_file, name="static"),
        Route("/favicon.ico", no_icon),
    ]
    if pages.atlas is not None:
        routes.append(Mount("/atlas", StaticFiles(directory=pages.atlas, html=True), name="atlas"))
    return Starlette(routes=routes, middleware=[Middleware(LoopbackOnly, access=pages.access)])


_STATIC = {
    "atlas.css": ("nianbao.atlas", "text/css"),
    "review.css": ("nianbao.review", "text/css"),
    "review.js": ("nianbao.review", "text/javascript"),
}


async def static_file(request: Request) -> Response:
    """Answer with a style sheet or a script."""
    name = request.path_params["name"]
    if name not in _STATIC:
        return PlainTextResponse("not found", 404)
    package, media_type = _STATIC[name]
    with as_file(files(package).joinpath("static", name)) as path:
        return Response(path.read_bytes(), media_type=media_type)


async def no_icon(request: Request) -> Response:
    """Answer that the pages have no icon, which browsers ask for."""
    return Response(status_code=204)


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form; empty if it is larger than any form of these pages."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _after(items: list[Item], item_id: str, left: list[Item]) -> Item:
    """Return the first item that is left after one in the order of items, or the first of all."""
    order = [item.item_id for item in items]
    position = order.index(item_id)
    return next((item for item in left if order.index(item.item_id) > position), left[0])
