"""Where a connection may go, and how long it may take: checked after the name is resolved, before a byte is sent.

The address that was checked is the one that is connected to, so that a name which answers differently the second time
gains nothing. Everything passes here: pages, robots.txt, attachments, and what a redirect leads to.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx
from httpcore import NetworkBackend, NetworkStream, SyncBackend

from nianbao.sources.errors import ForbiddenAddress, TooSlow

Resolve = Callable[[str, int], list[str]]
Monotonic = Callable[[], float]

_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also when it is written inside an IPv6 address.

    >>> is_public("1.1.1.1"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("fe80::1%eth0")
    (True, False, False, False)
    """
    ip = ip_address(address)
    inside = _embedded(ip) if isinstance(ip, IPv6Address) else None
    if inside is not None:
        return is_public(str(inside))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host as the system knows them. Raises OSError."""
    import socket

    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Deadline:
    """The moment by which the answer that a thread waits for must be whole."""

    def __init__(self, seconds: float, monotonic: Monotonic = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._of_thread = threading.local()

    def start(self) -> None:
        """Count from now, for this thread."""
        self._of_thread.until = self._monotonic() + self._seconds

    def left(self) -> float:
        """Seconds that are left. Raises TooSlow where there are none."""
        until: float = getattr(self._of_thread, "until", float("inf"))
        left = until - self._monotonic()
        if left <= 0:
            raise TooSlow(f"the answer was not whole after {self._seconds:g} s; try again when the site is quicker")
        return left


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport over connections that are checked: no proxy, public addresses only, within the deadline."""

    def __init__(self, deadline: Deadline, *, allow_private: bool, look_up: Resolve = resolve) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_keepalive_connections=20,
            keepalive_expiry=30,
            network_backend=_GuardedBackend(deadline, allow_private, look_up),
        )


class _GuardedBackend(NetworkBackend):
    def __init__(self, deadline: Deadline, allow_private: bool, look_up: Resolve) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._resolve = look_up
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
                    f"{host} is at {address}, which is no address of the open internet; nothing was sent. If it is "
                    "meant, set allow_private_addresses: true in config/fetching.yaml"
                )
        failed: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            wait = min(timeout or float("inf"), self._deadline.left())
            try:
                stream = self._inner.connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
                continue
            return _TimedStream(stream, self._deadline)
        raise failed


class _TimedStream(NetworkStream):
    """A connection whose every wait ends with the deadline: an answer that drips for ever ends too."""

    def __init__(self, inner: NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, self._within(timeout))
        except httpcore.ReadTimeout:
            self._deadline.left()
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._within(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, self._within(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _within(self, timeout: float | None) -> float:
        return min(timeout or float("inf"), self._deadline.left())
