"""Select snapshots for a backfill by family, jurisdiction and year, which are parts of their path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.documents.jurisdictions import find_jurisdiction


@dataclass(frozen=True, slots=True)
class Selection:
    """Families, codes of jurisdictions, and years of snapshots to read; None means all."""

    families: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    years: frozenset[int] | None = None

    def has(self, path: str) -> bool:
        """Return whether a snapshot is selected by its path; one that is not identified yet always is."""
        parts = path.split("/")
        if len(parts) != 4:
            return True
        family, code, year = parts[0], parts[1].partition("-")[0], parts[2]
        return (
            (self.families is None or family in self.families)
            and (self.codes is None or code in self.codes)
            and (self.years is None or year in map(str, self.years))
        )

    @property
    def in_words(self) -> str:
        """A text that is the same for the same selection in every process."""
        parts = (self.families, self.codes, self.years)
        return "; ".join("all" if part is None else " ".join(sorted(map(str, part))) for part in parts)


def select(
    first_year: int, last_year: int, families: Sequence[str] | None = None, jurisdictions: Sequence[str] | None = None
) -> Selection:
    """Return a selection; jurisdictions are given by name or code, and None means all.

    Raises ValueError for years in the wrong order, and for an unknown or ambiguous jurisdiction.
    """
    if last_year < first_year:
        raise ValueError(f"the last year, {last_year}, is before the first, {first_year}")
    codes = set()
    for name in jurisdictions or ():
        unit = find_jurisdiction(name)
        if unit is None:
            raise ValueError(
                f"unknown or ambiguous jurisdiction {name!r}; write its code, or its full name like 南京市鼓楼区"
            )
        codes.add(unit.code)
    return Selection(
        families=frozenset(families) if families else None,
        codes=frozenset(codes) if codes else None,
        years=frozenset(range(first_year, last_year + 1)),
    )
