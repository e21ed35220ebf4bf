"""The body of an answer in pieces, counted as it is sent and as it unpacks, so that neither grows beyond the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from nianbao.sources.errors import FetchError, TooLarge

_INFLATED_PIECE = 1 << 20


def decompress(response: httpx.Response, limit: int) -> Iterator[bytes]:
    """The body in pieces, unpacked and never larger than `limit`, packed or not. Raises TooLarge, FetchError."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge(f"it declares {int(declared):,} bytes, the limit is {limit:,}")
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise FetchError(f"its content is packed as {encoding!r}, which was not asked for")
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.endswith("gzip") else None
    sent = size = 0
    for piece in response.iter_raw():
        sent += len(piece)
        if sent > limit:
            raise TooLarge(f"it sends more than {limit:,} bytes")
        try:
            for part in _inflated(unzip, piece) if unzip else (piece,):
                size += len(part)
                if size > limit:
                    raise TooLarge(f"it unpacks to more than {limit:,} bytes from the first {sent:,}")
                yield part
        except zlib.error as error:
            raise FetchError(f"its gzip content is damaged ({error})") from error
    if unzip and sent and not unzip.eof:
        raise httpx.ReadError("the gzip content ends too early", request=response.request)


def _inflated(unzip: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    while piece:
        yield unzip.decompress(piece, _INFLATED_PIECE)
        piece = unzip.unconsumed_tail
