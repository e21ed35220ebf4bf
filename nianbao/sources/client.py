"""Asking a web site politely and safely: robots.txt, one request at a time, conditional, retried, within limits.

What comes back is an answer, whatever its status; whether it is a report is for others to say.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import tenacity
from hishel import CacheOptions, SqliteStorage
from hishel.httpx import CacheTransport
from protego import Protego

from nianbao.sources.addresses import Deadline, GuardedTransport, Resolve, resolve
from nianbao.sources.decompress import decompress
from nianbao.sources.errors import FetchError, ForbiddenAddress, ForbiddenByRobots, HostStopped, Unavailable
from nianbao.sources.settings import PRODUCT, Settings

RETRIED = (429, 500, 502, 503, 504)
# Of a robots.txt: what says that nobody is to ask. RFC 9309 reads 4xx as free; to stop is kinder.
ROBOTS_CLOSED = (401, 403, 405, 407, 412, 429)
ROBOTS_READ = 512_000
LONGEST_CRAWL_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day, a clock that only goes forward, and waiting; tests put their own here."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Response:
    """What a site answered: `url` was asked, `final_url` answered.

    `unchanged`: it said 304, and `data` is what we had."""

    url: str
    final_url: str
    status: int
    headers: dict[str, str]
    data: bytes
    received: datetime
    unchanged: bool


class _RetryLater(Exception):
    """An answer after which the same request may be made again."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"it answers {status}")
        self.status = status
        self.wait = wait


class Client:
    """One for a run: it remembers robots.txt, pauses and stopped hosts. Threads may share it, hosts they should not."""

    def __init__(
        self, settings: Settings, cache: Path, *, clock: Clock | None = None, look_up: Resolve = resolve
    ) -> None:
        """`cache` is the file that remembers answers between runs, for conditional requests."""
        self._settings = settings
        self._clock = clock or Clock()
        self._deadline = Deadline(settings.whole_answer_seconds, self._clock.monotonic)
        self._turns = _HostTurns(settings.pause_seconds, self._clock)
        self._robots: dict[str, Protego] = {}
        self._stopped: dict[str, str] = {}
        storage = SqliteStorage(database_path=cache, max_stream_size=settings.largest_file_bytes)
        guarded = GuardedTransport(self._deadline, allow_private=settings.allow_private_addresses, look_up=look_up)
        self._http = httpx.Client(
            transport=CacheTransport(guarded, storage=storage, rfc=CacheOptions(shared=False)),
            timeout=httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds),
            trust_env=False,
            headers={
                "user-agent": settings.user_agent,
                "accept": "text/html,application/xhtml+xml,application/json,application/pdf,*/*;q=0.5",
                "accept-language": "zh-CN,zh;q=0.9",
                "accept-encoding": "gzip",  # what is counted while it unpacks; see unpack.py
                "cache-control": "no-cache",  # a stored answer is always asked about, never just believed
            },
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, url: str, *, is_file: bool = False) -> Response:
        """The answer to one request, after redirects. Raises FetchError: HostStopped, ForbiddenAddress, TooLarge, …"""
        limit = self._settings.largest_file_bytes if is_file else self._settings.largest_page_bytes
        try:
            return self._walk(url, limit, ask_robots=True)
        except FetchError as error:
            raise type(error)(f"{url}: {error}") from error

    def stop(self, url: str, why: str) -> HostStopped:
        """Ask the host of `url` no more in this run; returns the error to raise."""
        host = httpx.URL(url).host
        self._stopped.setdefault(host, why)
        return HostStopped(f"{host}: {why}")

    def _walk(self, url: str, limit: int, *, ask_robots: bool) -> Response:
        """Follow redirects; each step is checked like a request of its own."""
        try:
            request = self._http.build_request("GET", url)
        except (httpx.InvalidURL, ValueError) as error:
            raise ForbiddenAddress(f"this is no web address ({error})") from error
        for _ in range(self._settings.redirects + 1):
            self._require_web(request.url)
            if ask_robots:
                self._require_welcome(request.url)
            answer, onward = self._ask(request, url, limit)
            if onward is None:
                return answer
            request = onward
        raise FetchError(
            f"more than {self._settings.redirects} redirects, the last to {request.url}; look at it yourself"
        )

    def _require_web(self, url: httpx.URL) -> None:
        if url.scheme not in ("http", "https") or not url.host:
            raise ForbiddenAddress(f"{url} is not http or https; only those are asked")
        if why := self._stopped.get(url.host):
            raise HostStopped(f"not asked, because this host was stopped in this run: {why}")

    def _require_welcome(self, url: httpx.URL) -> None:
        """Raises ForbiddenByRobots, or HostStopped where robots.txt cannot be had."""
        origin = f"{url.scheme}://{url.netloc.decode()}"
        rules = self._robots.get(origin)
        if rules is None:
            rules = self._robots[origin] = self._read_robots(origin)
            delay = rules.crawl_delay(PRODUCT)
            if delay:
                self._turns.slow_down(url.host, min(float(delay), LONGEST_CRAWL_DELAY))
        if not rules.can_fetch(str(url), PRODUCT):
            raise ForbiddenByRobots(
                f"robots.txt of {url.host} does not want it fetched; save it in a browser and ingest"
            )

    def _read_robots(self, origin: str) -> Protego:
        """The rules of a site; none where it has no robots.txt."""
        address = f"{origin}/robots.txt"
        try:
            answer = self._walk(address, self._settings.largest_page_bytes, ask_robots=False)
        except HostStopped:
            raise
        except ForbiddenAddress:
            raise
        except FetchError as error:
            raise self.stop(address, f"its robots.txt cannot be had ({error})") from error
        if answer.status in ROBOTS_CLOSED or answer.status >= 500:
            raise self.stop(address, f"its robots.txt answers {answer.status}: nobody is to ask now; try another day")
        text = answer.data[:ROBOTS_READ].decode("utf-8", "replace") if answer.status == 200 else ""
        return Protego.parse(text)

    def _ask(self, request: httpx.Request, url: str, limit: int) -> tuple[Response, httpx.Request | None]:
        """One step: its answer, and where it leads on to. Retries what may pass; raises FetchError."""
        longest = self._settings.longest_wait_seconds
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._settings.attempts) | _ToldToWaitLonger(longest),
            wait=_wait_as_told_or_longer_and_longer,
            retry=tenacity.retry_if_exception_type((_RetryLater, httpx.TransportError)),
            sleep=self._clock.sleep,
            reraise=True,
        )
        try:
            return retrying(self._ask_once, request, url, limit)
        except _RetryLater as error:
            if error.wait is not None and error.wait > longest:
                raise self.stop(str(request.url), f"it asks to wait {error.wait:g} s; run again later") from error
            if error.status == 429:
                raise self.stop(str(request.url), "it answers 429, too many requests; run again later") from error
            raise Unavailable(f"{error}, also the {self._settings.attempts}th time; run again later") from error
        except httpx.TransportError as error:
            raise Unavailable(f"no answer ({type(error).__name__}: {error}); run again later") from error

    def _ask_once(self, request: httpx.Request, url: str, limit: int) -> tuple[Response, httpx.Request | None]:
        with self._turns.turn(request.url.host):
            self._deadline.start()
            response = self._http.send(request, stream=True)
            try:
                if response.status_code in RETRIED:
                    raise _RetryLater(response.status_code, _retry_after(response, self._clock.now()))
                onward = response.next_request
                data = b"" if onward else b"".join(decompress(response, limit))
            finally:
                response.close()
        cached = response.extensions.get("caching") or {}
        answer = Response(
            url=url,
            final_url=str(request.url),
            status=response.status_code,
            headers=dict(response.headers),
            data=data,
            received=self._clock.now(),
            unchanged=bool(cached.get("from_cache") and cached.get("revalidated")),
        )
        return answer, onward


class _HostTurns:
    """One request at a time to each host, and a pause after it."""

    def __init__(self, pause: float, clock: Clock) -> None:
        self._pause = pause
        self._clock = clock
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._ended: dict[str, float] = {}
        self._slower: dict[str, float] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        """Pause at least so long at this host."""
        self._slower[host] = seconds

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(host, threading.Lock())
        with lock:
            if host in self._ended:
                pause = max(self._pause * random.uniform(1, 4 / 3), self._slower.get(host, 0))
                left = self._ended[host] + pause - self._clock.monotonic()
                if left > 0:
                    self._clock.sleep(left)
            try:
                yield
            finally:
                self._ended[host] = self._clock.monotonic()


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds that the site asks to wait, told as a number or as a date."""
    told = response.headers.get("retry-after", "").strip()
    if told.isdecimal():
        return float(told[:9])
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _told_wait(state: tenacity.RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.wait if isinstance(error, _RetryLater) else None


class _ToldToWaitLonger(tenacity.stop.stop_base):
    """Give up where the site asks for a longer wait than a run has."""

    def __init__(self, longest: float) -> None:
        self._longest = longest

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        return (_told_wait(retry_state) or 0) > self._longest


_longer_and_longer = tenacity.wait_exponential_jitter(multiplier=2, max=60, jitter=2)


def _wait_as_told_or_longer_and_longer(state: tenacity.RetryCallState) -> float:
    told = _told_wait(state)
    return told if told is not None else _longer_and_longer(state)
