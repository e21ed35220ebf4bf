"""Resolve a place named by the user: in an option, a column of a manifest or a key of a source."""

from __future__ import annotations

from nianbao.places.lookup import candidates_of, look_up, similar_names
from nianbao.places.units import Place, parents

_MAX_CANDIDATES = 8


class UnknownPlace(ValueError):
    """An unknown or ambiguous name; the message has suggestions or the candidates."""


def resolve_place(name: str, year: int | None = None) -> Place:
    """Return the place with a code, a full name (深圳市盐田区) or an unambiguous name.

    Raises:
        UnknownPlace: The name is unknown or ambiguous.

    >>> resolve_place("深圳市盐田区") == resolve_place("盐田区") == resolve_place("440308")
    True
    """
    wanted = "".join(name.split())
    found = look_up(wanted, "", year)
    if found.place is not None:
        return found.place
    if found.candidates:
        listed = candidates_of(found.candidates)[:_MAX_CANDIDATES]
        names = ", ".join(f"{candidate.name} ({candidate.code})" for candidate in listed)
        raise UnknownPlace(f"{name!r} is the name of several places: {names}; write the full name or the code")
    similar = ", ".join(similar_names(wanted)) if not wanted.isdecimal() else ""
    raise UnknownPlace(
        f"unknown place {name!r}" + (f"; similar are {similar}" if similar else "; write 深圳市盐田区 or 440308")
    )


def full_name(place: Place) -> str:
    """Return the name of a place after those of the units above it.

    >>> full_name(resolve_place("440308"))
    '广东省深圳市盐田区'
    """
    return "".join([*(parent.name for parent in reversed(parents(place))), place.name])
