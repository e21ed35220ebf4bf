"""The tables: one pandera model each, the single truth of their columns, types, checks and descriptions.

A new table is one new module beside these and one entry in `TABLES`.
"""

from schemas.documents import Documents
from schemas.findings import Findings
from schemas.observations import Observations
from schemas.rejects import Rejects
from schemas.reports import Reports
from schemas.sections import Sections
from schemas.table import Keys, Table, arrow_schema, describe, keys
from schemas.unmatched import Unmatched

TABLES: dict[str, type[Table]] = {
    str(model.to_schema().name): model
    for model in (Reports, Documents, Sections, Observations, Unmatched, Findings, Rejects)
}

__all__ = [
    "TABLES",
    "Documents",
    "Findings",
    "Keys",
    "Observations",
    "Rejects",
    "Reports",
    "Sections",
    "Table",
    "Unmatched",
    "arrow_schema",
    "describe",
    "keys",
]
