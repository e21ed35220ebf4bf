"""Which snapshots a backfill is about: families, governments and years, told by the place where a snapshot lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.documents.jurisdictions import find_jurisdiction


@dataclass(frozen=True, slots=True)
class Selection:
    """Some of the snapshots, by the place that they have below the folder of raw files; None: all."""

    families: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    years: frozenset[int] | None = None

    def has(self, path: str) -> bool:
        """Whether a snapshot is one of them; what has no place yet is."""
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
        """The same words for the same selection, in every process."""
        parts = (self.families, self.codes, self.years)
        return "; ".join("all" if part is None else " ".join(sorted(map(str, part))) for part in parts)


def select(
    first_year: int, last_year: int, families: Sequence[str] | None = None, jurisdictions: Sequence[str] | None = None
) -> Selection:
    """The selection that a person tells, governments by name or code; none told: all.

    Raises ValueError for years in the wrong order and for a government that is none.
    """
    if last_year < first_year:
        raise ValueError(f"the last year, {last_year}, is before the first, {first_year}")
    codes = set()
    for name in jurisdictions or ():
        unit = find_jurisdiction(name)
        if unit is None:
            raise ValueError(f"{name!r} is no unit of GB/T 2260, or several; write the code, or 南京市鼓楼区")
        codes.add(unit.code)
    return Selection(
        families=frozenset(families) if families else None,
        codes=frozenset(codes) if codes else None,
        years=frozenset(range(first_year, last_year + 1)),
    )
