"""Which reports a fetch asks for: years, jurisdictions, families, and whether stored ones count."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FetchSelection:
    """The reports to fetch. A filter that is None selects everything.

    Attributes:
        years: Report years, that is, the years that the reports review.
        jurisdictions: GB/T 2260 codes or names.
        families: Families, as `Family` or as its value.
        missing_only: Skip reports of which a snapshot is stored, and sources that miss none.
        all_pages: Walk each list to its end instead of stopping at the first rows of the previous walk.
    """

    years: Collection[int] | None = None
    jurisdictions: Collection[str] | None = None
    families: Collection[str] | None = None
    missing_only: bool = False
    all_pages: bool = False


EVERYTHING = FetchSelection()
