"""An HTTP client that is polite and safe: robots.txt, one request per host at a time, caching, retries, and limits.

It returns any response, whatever its status; `acceptance` decides whether it is a report.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
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

_log = logging.getLogger(__name__)

RETRIED = (429, 500, 502, 503, 504)
# Statuses of robots.txt that mean: do not fetch. RFC 9309 reads 4xx as allowed; stopping is more polite.
ROBOTS_CLOSED = (401, 403, 405, 407, 412, 429)
MAX_ROBOTS_BYTES = 512_000
MAX_CRAWL_DELAY = 60.0
_BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of day, a monotonic clock, and a way to wait; tests replace them."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Response:
    """A response of a site.

    Attributes:
        url: The URL that was requested.
        final_url: The URL that answered, after redirects.
        status: The HTTP status.
        headers: The headers.
        data: The decompressed body.
        received: When it arrived.
        unchanged: The site answered 304, and `data` is the cached body.
    """

    url: str
    final_url: str
    status: int
    headers: dict[str, str]
    data: bytes
    received: datetime
    unchanged: bool


class _RetryLater(Exception):
    """A response after which the request may be repeated."""

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(f"it answers {status}")
        self.status = status
        self.retry_after = retry_after


class Client:
    """The client of one fetch: it keeps robots.txt files, pauses and stopped hosts.

    Threads may share it, but two threads should not ask the same host.
    """

    def __init__(
        self, settings: Settings, cache: Path, *, clock: Clock | None = None, resolver: Resolve = resolve
    ) -> None:
        """Open the client; `cache` is the file that keeps responses between runs, for conditional requests."""
        self._settings = settings
        self._clock = clock or Clock()
        self._deadline = Deadline(settings.whole_answer_seconds, self._clock.monotonic)
        self._turns = _HostTurns(settings.pause_seconds, self._clock)
        self._robots: dict[str, Protego] = {}
        self._stopped: dict[str, str] = {}
        self._silent: dict[str, str] = {}  # origins without an answer, on hosts that answer elsewhere
        _remove_damaged(cache)
        storage = SqliteStorage(database_path=cache, max_stream_size=settings.largest_file_bytes)
        guarded = GuardedTransport(self._deadline, allow_private=settings.allow_private_addresses, resolver=resolver)
        self._http = httpx.Client(
            transport=CacheTransport(guarded, storage=storage, rfc=CacheOptions(shared=False)),
            timeout=httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds),
            trust_env=False,
            event_hooks={"response": [_check_location]},
            headers={
                "user-agent": settings.user_agent,
                "accept": "text/html,application/xhtml+xml,application/json,application/pdf,*/*;q=0.5",
                "accept-language": "zh-CN,zh;q=0.9",
                "accept-encoding": "gzip",  # the only encoding with a limited size; see decompress.py
                "cache-control": "no-cache",  # always revalidate a cached response
            },
        )

        # A site must not recognize the client by a cookie of an earlier page.
        self._http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def __enter__(self) -> Client:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, url: str, *, is_file: bool = False) -> Response:
        """Return the response to a GET request, after redirects; `is_file` allows the size of a file.

        Raises:
            FetchError: The response is missing, or must not be requested; the subclass says why.
        """
        limit = self._settings.largest_file_bytes if is_file else self._settings.largest_page_bytes
        try:
            return self._follow_redirects(url, limit, check_robots=True)
        except FetchError as error:
            raise type(error)(f"{url}: {error}") from error

    def stop(self, url: str, reason: str) -> HostStopped:
        """Send no more requests to the host of `url` in this run; return the error to raise."""
        host = httpx.URL(url).host
        self._stopped.setdefault(host, reason)
        return HostStopped(f"{host}: {reason}")

    def _follow_redirects(self, url: str, limit: int, *, check_robots: bool) -> Response:
        """Follow redirects, checking each step like a separate request."""
        try:
            request = self._http.build_request("GET", url)
        except (httpx.InvalidURL, ValueError) as error:
            raise ForbiddenAddress(f"invalid URL ({error})") from error
        for _ in range(self._settings.redirects + 1):
            self._require_allowed_host(request.url)
            if check_robots:
                self._require_robots(request.url)
            response, redirect = self._send(request, url, limit)
            if redirect is None:
                return response
            request = redirect
        raise FetchError(f"more than {self._settings.redirects} redirects, the last to {request.url}; check the page")

    def _require_allowed_host(self, url: httpx.URL) -> None:
        if url.scheme not in ("http", "https") or not url.host:
            raise ForbiddenAddress(f"{url} is not http or https; use a web address")
        if reason := self._stopped.get(url.host):
            raise HostStopped(f"not requested, because this host was stopped in this run: {reason}")

    def _require_robots(self, url: httpx.URL) -> None:
        """Raise ForbiddenByRobots if robots.txt disallows a URL, HostStopped if it cannot be fetched."""
        origin = f"{url.scheme}://{url.netloc.decode()}"
        if reason := self._silent.get(origin):
            raise Unavailable(reason)
        rules = self._robots.get(origin)
        if rules is None:
            rules = self._robots[origin] = self._read_robots(origin)
            delay = rules.crawl_delay(PRODUCT)
            if delay:
                self._turns.slow_down(url.host, min(float(delay), MAX_CRAWL_DELAY))
        if not rules.can_fetch(str(url), PRODUCT):
            raise ForbiddenByRobots(
                f"robots.txt of {url.host} disallows it; save the page in a browser and run `nianbao ingest`"
            )

    def _read_robots(self, origin: str) -> Protego:
        """Return the rules of a site; without robots.txt they allow everything."""
        url = f"{origin}/robots.txt"
        try:
            response = self._follow_redirects(url, self._settings.largest_page_bytes, check_robots=False)
        except (HostStopped, ForbiddenAddress):
            raise
        except FetchError as error:
            if any(httpx.URL(other).host == httpx.URL(url).host for other in self._robots):
                # Another port or scheme of this host answers: one bad link must not stop the host.
                self._silent[origin] = f"robots.txt of {origin} cannot be fetched ({error})"
                raise Unavailable(self._silent[origin]) from error
            raise self.stop(url, f"its robots.txt cannot be fetched ({error})") from error
        if response.status in ROBOTS_CLOSED or response.status >= 500:
            reason = f"its robots.txt answers {response.status}, so it is not fetched now; try another day"
            raise self.stop(url, reason)
        return Protego.parse(_robots_text(response.data[:MAX_ROBOTS_BYTES]) if response.status == 200 else "")

    def _send(self, request: httpx.Request, url: str, limit: int) -> tuple[Response, httpx.Request | None]:
        """Send one request with retries; return the response, and the redirect that it asks for."""
        max_wait = self._settings.longest_wait_seconds
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._settings.attempts) | _StopOnLongWait(max_wait),
            wait=_retry_wait,
            retry=tenacity.retry_if_exception_type((_RetryLater, httpx.TransportError)),
            sleep=self._clock.sleep,
            reraise=True,
        )
        try:
            return retrying(self._send_once, request, url, limit)
        except _RetryLater as error:
            if error.retry_after is not None and error.retry_after > max_wait:
                reason = f"it asks to wait {error.retry_after:g} s; run again later"
                raise self.stop(str(request.url), reason) from error
            if error.status == 429:
                raise self.stop(str(request.url), "it answers 429, too many requests; run again later") from error
            raise Unavailable(f"{error} after {self._settings.attempts} attempts; run again later") from error
        except httpx.TransportError as error:
            raise Unavailable(f"no response ({type(error).__name__}: {error}); run again later") from error

    def _send_once(self, request: httpx.Request, url: str, limit: int) -> tuple[Response, httpx.Request | None]:
        with self._turns.turn(request.url.host):
            self._deadline.start()
            try:
                received = self._http.send(request, stream=True)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise FetchError(f"invalid address ({error}); check the link") from error
            try:
                if received.status_code in RETRIED:
                    raise _RetryLater(received.status_code, _retry_after(received, self._clock.now()))
                redirect = received.next_request
                data = b"" if redirect else b"".join(decompress(received, limit))
            finally:
                received.close()
        caching = received.extensions.get("caching") or {}
        response = Response(
            url=url,
            final_url=str(request.url),
            status=received.status_code,
            headers=dict(received.headers),
            data=data,
            received=self._clock.now(),
            unchanged=bool(caching.get("from_cache") and caching.get("revalidated")),
        )
        return response, redirect


class _HostTurns:
    """Serialize the requests to each host, with a pause after each."""

    def __init__(self, pause: float, clock: Clock) -> None:
        self._pause = pause
        self._clock = clock
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._ended: dict[str, float] = {}
        self._min_pauses: dict[str, float] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        """Pause at least this long after each request to a host."""
        self._min_pauses[host] = seconds

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Hold the turn of a host, after its pause."""
        with self._guard:
            lock = self._locks.setdefault(host, threading.Lock())
        with lock:
            if host in self._ended:
                pause = max(self._pause * random.uniform(1, 4 / 3), self._min_pauses.get(host, 0))
                remaining = self._ended[host] + pause - self._clock.monotonic()
                if remaining > 0:
                    self._clock.sleep(remaining)
            try:
                yield
            finally:
                self._ended[host] = self._clock.monotonic()


def _robots_text(data: bytes) -> str:
    """Return the text of a robots.txt, by its byte order mark if it has one."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    if data.count(0) > len(data) // 4:  # UTF-16 without a mark
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    return data.decode("utf-8", "replace").lstrip("\ufeff")


def _remove_damaged(cache: Path) -> None:
    """Remove a file of responses that is no sound database: it only saves requests, and would fail at each of them."""
    if not cache.is_file():
        return
    try:
        with closing(sqlite3.connect(cache, timeout=0)) as database:
            sound = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.OperationalError:
        return  # another program uses it
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        _log.warning("%s: the cache of responses is damaged; it is made again", cache)
        cache.unlink()


def _check_location(response: httpx.Response) -> None:
    """Check where a redirect leads; raise FetchError for an invalid and ForbiddenAddress for any but a web address."""
    location = response.headers.get("location", "")
    if not response.has_redirect_location:
        return
    try:
        target = response.request.url.join(location)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchError(f"it redirects to an invalid address, {location[:200]} ({error})") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise ForbiddenAddress(f"it redirects to {location[:200]}, which is no web address")


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Return the seconds that the Retry-After header asks for, as a number or as a date."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        time_stated = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (time_stated.replace(tzinfo=time_stated.tzinfo or UTC) - now).total_seconds())


def _requested_wait(state: tenacity.RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, _RetryLater) else None


class _StopOnLongWait(tenacity.stop.stop_base):
    """Give up if the site asks for a longer wait than the settings allow."""

    def __init__(self, max_wait: float) -> None:
        self._max_wait = max_wait

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        return (_requested_wait(retry_state) or 0) > self._max_wait


_exponential_wait = tenacity.wait_exponential_jitter(multiplier=2, max=60, jitter=2)


def _retry_wait(state: tenacity.RetryCallState) -> float:
    """Return the wait that the site asks for, else an exponential backoff."""
    requested = _requested_wait(state)
    return requested if requested is not None else _exponential_wait(state)
