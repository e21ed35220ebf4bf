"""Select snapshots for a backfill by family, jurisdiction and year, which are parts of their path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.places.resolve import resolve_place
from nianbao.snapshots.store import SnapshotPath


@dataclass(frozen=True, slots=True)
class Selection:
    """Families, codes of jurisdictions, and years of snapshots to read; None means all."""

    families: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    years: frozenset[int] | None = None

    def has(self, path: str) -> bool:
        """Return whether a snapshot is selected by its path; one that is not identified yet always is."""
        known = SnapshotPath.parse(path)
        if known is None:
            return True
        return (
            (self.families is None or known.family in self.families)
            and (self.codes is None or known.jurisdiction_code in self.codes)
            and (self.years is None or known.year in self.years)
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
        codes.add(resolve_place(name).code)
    return Selection(
        families=frozenset(families) if families else None,
        codes=frozenset(codes) if codes else None,
        years=frozenset(range(first_year, last_year + 1)),
    )
