"""Restrict where connections may go and how long they may take, after name resolution and before a byte is sent.

The address that was checked is the one that is connected to, so a name that resolves differently the second time gains
nothing. All requests pass here: pages, robots.txt, attachments, and redirects.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import quote_from_bytes

import httpcore
import httpx
from httpcore import NetworkBackend, NetworkStream, SyncBackend

from nianbao.sources.errors import ForbiddenAddress, TooSlow

Resolve = Callable[[str, int], list[str]]
Monotonic = Callable[[], float]

_NAT64 = IPv6Network("64:ff9b::/96")

_SAFE_IN_URL = "".join(map(chr, range(0x21, 0x7F)))  # with %, because it may be encoded already


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public internet, even if it is embedded in an IPv6 address.

    >>> is_public("1.1.1.1"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("fe80::1%eth0")
    (True, False, False, False)
    """
    ip = ip_address(address)
    embedded = _embedded(ip) if isinstance(ip, IPv6Address) else None
    if embedded is not None:
        return is_public(str(embedded))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address embeds."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, from the system resolver.

    Raises:
        OSError: The name cannot be resolved.
    """
    import socket

    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


class Deadline:
    """The time by which the current response of each thread must be complete."""

    def __init__(self, seconds: float, monotonic: Monotonic = time.monotonic) -> None:
        """Allow `seconds` for each response."""
        self._seconds = seconds
        self._monotonic = monotonic
        self._thread = threading.local()

    def start(self) -> None:
        """Start the clock for this thread."""
        self._thread.until = self._monotonic() + self._seconds

    def remaining(self) -> float:
        """Return the seconds that are left.

        Raises:
            TooSlow: The deadline has passed.
        """
        until: float = getattr(self._thread, "until", float("inf"))
        remaining = until - self._monotonic()
        if remaining <= 0:
            raise TooSlow(f"the response was not complete after {self._seconds:g} s; try again when the site is faster")
        return remaining


class GuardedTransport(httpx.HTTPTransport):
    """The transport of httpx over checked connections: no proxy, public addresses only, within the deadline."""

    def __init__(self, deadline: Deadline, *, allow_private: bool, resolver: Resolve = resolve) -> None:
        """Use `resolver` for names; `allow_private` also permits addresses of private networks."""
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_keepalive_connections=20,
            keepalive_expiry=30,
            network_backend=_GuardedBackend(deadline, allow_private, resolver),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; percent-encode the bytes of a Location header as they are, as browsers do: sites send GBK."""
        response = super().handle_request(request)
        for name, value in response.headers.raw:
            if name.lower() == b"location":
                response.headers["location"] = quote_from_bytes(value.strip(), safe=_SAFE_IN_URL)
        return response


class _GuardedBackend(NetworkBackend):
    """A network backend that resolves names itself and connects only to permitted addresses."""

    def __init__(self, deadline: Deadline, allow_private: bool, resolver: Resolve) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._resolve = resolver
        self._inner = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address ({error})") from error
        for address in addresses:
            if not self._allow_private and not is_public(address):
                raise ForbiddenAddress(
                    f"{host} resolves to {address}, which is not on the public internet, so nothing was sent; if this "
                    "is intended, set allow_private_addresses: true in config/fetching.yaml"
                )
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            limit = min(timeout or float("inf"), self._deadline.remaining())
            try:
                stream = self._inner.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(NetworkStream):
    """A connection on which no wait outlasts the deadline, so that a slow drip of bytes ends too."""

    def __init__(self, inner: NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, self._limit(timeout))
        except httpcore.ReadTimeout:
            self._deadline.remaining()
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._limit(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, self._limit(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _limit(self, timeout: float | None) -> float:
        return min(timeout or float("inf"), self._deadline.remaining())
