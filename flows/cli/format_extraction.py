"""Observations for the eye and for other programs: a table in the terminal, or one JSON object a line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from rich.console import Console

from flows.cli.terminal import columns, print_lines, printable, terminal
from nianbao.documents.model import Document
from nianbao.extraction.model import Extraction, Observation

ARROWS = {"up": "↑", "down": "↓"}


def as_json_lines(document: Document, extraction: Extraction) -> Iterator[str]:
    """Each observation with its quote and sentence."""
    for seen in extraction.observations:
        row: dict[str, object] = seen._asdict()
        row["cell"] = seen.cell and dataclasses.asdict(seen.cell)
        row["quote"] = document.text[seen.start : seen.end]
        row["sentence"] = document.text[seen.sentence_start : seen.sentence_end]
        yield json.dumps(row, ensure_ascii=False)


def print_table(document: Document, extraction: Extraction, console: Console | None = None) -> None:
    """What the document is, then a line an observation: what, how much, which kind, when, from which characters."""
    console = console or terminal()
    about = document.metadata
    told = (about.title, about.jurisdiction and about.jurisdiction.name, about.report_year)
    print_lines(console, " · ".join(str(value) for value in told if value), style="bold")
    table = columns("subject", "value", "unit", "kind", "period", "quote", right=("value",))
    for seen in extraction.observations:
        cells = (
            seen.subject,
            _value(seen),
            seen.unit,
            _kind(seen),
            _period(seen),
            document.text[seen.start : seen.end],
        )
        table.add_row(*map(printable, cells))
    console.print(table)
    unread = len(extraction.unmatched)
    print_lines(console, f"{len(extraction.observations)} observations, {unread} numbers that are none")


def _value(seen: Observation) -> str:
    high = "" if seen.value_high is None else f"–{seen.value_high:,.15g}"
    return f"{ARROWS.get(seen.direction or '', '')}{seen.value:,.15g}{high}"


def _kind(seen: Observation) -> str:
    words = [seen.kind, "" if seen.qualifier == "exact" else seen.qualifier]
    words.append("" if seen.modality == "actual" else seen.modality)
    return " ".join(word for word in words if word)


def _period(seen: Observation) -> str:
    if seen.period_start == seen.period_end:
        return "" if seen.period_end is None else str(seen.period_end)
    return f"{seen.period_start}-{seen.period_end}"
