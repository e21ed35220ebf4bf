"""Write out the full name of who reports."""

from __future__ import annotations


def reporter_name(jurisdiction_name: str, body_name: str) -> str:
    """Return the full name of a government or of another body of a place.

    >>> reporter_name("云汀市", ""), reporter_name("云汀市", "司法局")
    ('云汀市', '云汀市司法局')
    """
    starts_with_place = bool(jurisdiction_name) and body_name.startswith(jurisdiction_name)
    return body_name if starts_with_place else jurisdiction_name + body_name
