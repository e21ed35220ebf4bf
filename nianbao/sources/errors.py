"""The errors of fetching, grouped by what can be done about them."""

from __future__ import annotations


class FetchError(Exception):
    """A page cannot be fetched; other pages of its host may still be."""


class Unavailable(FetchError):
    """The site does not answer now, even after retries; it may later."""


class Gone(FetchError):
    """The site says that the page does not exist (404, 410)."""


class ForbiddenAddress(FetchError):
    """The address must not be requested: it is not HTTP(S), or not on the public internet. Nothing was sent."""


class ForbiddenByRobots(FetchError):
    """The robots.txt of the site disallows the page."""


class TooLarge(FetchError):
    """The response exceeds the size limit as declared, as sent, or decompressed."""


class TooSlow(FetchError):
    """The response was not complete before the deadline."""


class HostStopped(FetchError):
    """The host gets no more requests in this run: it sent a challenge, asked to be left alone, or is unreachable."""


class ListUnreadable(FetchError):
    """A list page is not what its content system produces; check the settings of the source."""
