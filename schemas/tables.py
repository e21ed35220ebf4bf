"""All tables by name, in the order of publication. Register the model of a new table here."""

from schemas.cells import Cells
from schemas.comparisons import Comparisons
from schemas.comparisons_wide import ComparisonsWide
from schemas.corrections import Corrections
from schemas.coverage import Coverage
from schemas.documents import Documents
from schemas.findings import Findings
from schemas.indicators import Indicators
from schemas.observations import Observations
from schemas.place_changes import PlaceChanges
from schemas.places import Places
from schemas.promises import Promises
from schemas.rejects import Rejects
from schemas.reports import Reports
from schemas.sections import Sections
from schemas.table import Table, TableSpec, arrow_schema, describe, table_name, table_spec
from schemas.unmatched import Unmatched

TABLES: dict[str, type[Table]] = {
    table_name(model): model
    for model in (
        Reports,
        Documents,
        Sections,
        Observations,
        Cells,
        Indicators,
        Comparisons,
        ComparisonsWide,
        Promises,
        Coverage,
        Places,
        PlaceChanges,
        Unmatched,
        Findings,
        Corrections,
        Rejects,
    )
}

__all__ = [
    "TABLES",
    "Cells",
    "Comparisons",
    "ComparisonsWide",
    "Corrections",
    "Coverage",
    "Documents",
    "Findings",
    "Indicators",
    "Observations",
    "PlaceChanges",
    "Places",
    "Promises",
    "Rejects",
    "Reports",
    "Sections",
    "Table",
    "TableSpec",
    "Unmatched",
    "arrow_schema",
    "describe",
    "table_name",
    "table_spec",
]
