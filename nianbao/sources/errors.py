"""What can go wrong on the way to a page, by what can be done about it."""

from __future__ import annotations


class FetchError(Exception):
    """A page that could not be fetched; the message names it and says why. Others of its host may still come."""


class Unavailable(FetchError):
    """A site that cannot answer now, also when asked several times; later it may."""


class Gone(FetchError):
    """The site says that there is no such page (404, 410)."""


class ForbiddenAddress(FetchError):
    """An address that must not be asked: not http(s), or not of the open internet. Nothing was sent."""


class ForbiddenByRobots(FetchError):
    """The site's robots.txt does not want this page fetched."""


class TooLarge(FetchError):
    """An answer larger than the limit, as declared, as sent, or after decompression."""


class TooSlow(FetchError):
    """An answer that was not whole in time."""


class HostStopped(FetchError):
    """A host that is not asked again in this run: it challenges, wants to be left alone, or cannot be reached."""


class ListUnreadable(FetchError):
    """A list page that is not what its content system should give; the source's settings want a look."""
