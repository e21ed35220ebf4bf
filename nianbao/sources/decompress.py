"""Decompress a response as it arrives, so that neither its size on the wire nor its real size exceeds the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from nianbao.sources.errors import FetchError, TooLarge

_CHUNK_BYTES = 1 << 20


def decompress(response: httpx.Response, limit: int) -> Iterator[bytes]:
    """Yield the decompressed body in chunks.

    Raises:
        TooLarge: The body exceeds `limit` bytes as declared, as sent, or decompressed.
        FetchError: The encoding was not requested, or the data is corrupt.
        httpx.ReadError: The compressed data is incomplete.
    """
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge(f"it declares {int(declared):,} bytes; the limit is {limit:,}")
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise FetchError(f"its content encoding is {encoding!r}, which was not asked for")
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.endswith("gzip") else None
    n_received = n_bytes = 0
    for chunk in response.iter_raw():
        n_received += len(chunk)
        if n_received > limit:
            raise TooLarge(f"it sends more than {limit:,} bytes")
        try:
            for part in _inflate(decompressor, chunk) if decompressor else (chunk,):
                n_bytes += len(part)
                if n_bytes > limit:
                    raise TooLarge(f"its first {n_received:,} bytes decompress to more than {limit:,}")
                yield part
        except zlib.error as error:
            raise FetchError(f"its gzip data is corrupt ({error})") from error
    if decompressor and n_received and not decompressor.eof:
        raise httpx.ReadError("the gzip data is incomplete", request=response.request)


def _inflate(decompressor: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    while chunk:
        yield decompressor.decompress(chunk, _CHUNK_BYTES)
        chunk = decompressor.unconsumed_tail
