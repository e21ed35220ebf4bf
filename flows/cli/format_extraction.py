"""Format the observations of a document as a table for the terminal or as one JSON object per line."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping

from rich.console import Console

from flows.cli.language import in_language
from flows.cli.messages import printable
from flows.cli.terminal import columns, print_lines, terminal
from nianbao.atlas.notes import reason_texts
from nianbao.documents.model import Document
from nianbao.extraction.model import Extraction, Observation

ARROWS = {"up": "↑", "down": "↓"}


def as_json_lines(document: Document, extraction: Extraction) -> Iterator[str]:
    """Yield each observation with its quote and sentence as a JSON object."""
    for observation in extraction.observations:
        row: dict[str, object] = observation._asdict()
        row["cell"] = observation.cell and dataclasses.asdict(observation.cell)
        row["quote"] = document.text[observation.start : observation.end]
        row["sentence"] = document.text[observation.sentence_start : observation.sentence_end]
        yield json.dumps(row, ensure_ascii=False)


def print_table(
    document: Document, extraction: Extraction, indicators: Mapping[int, str], console: Console | None = None
) -> None:
    """Print the title of the document, each observation with its indicator, and why other numbers are none.

    Args:
        document: The document.
        extraction: Its numbers.
        indicators: The indicator of an observation by its first character.
        console: Where to print.
    """
    console = console or terminal()
    metadata = document.metadata
    heading = (metadata.title, metadata.jurisdiction and metadata.jurisdiction.name, metadata.report_year)
    print_lines(console, " · ".join(str(value) for value in heading if value), style="bold")
    table = columns("value", "kind", "period", "subject → indicator", right=("value",))
    for observation in extraction.observations:
        indicator = indicators.get(observation.start, "–")
        cells = (
            f"{_value(observation)}{observation.unit}",
            _kind(observation),
            _period(observation),
            f"{observation.subject or ''} → {indicator}".strip(),
        )
        table.add_row(*map(printable, cells))
    console.print(table)
    reasons = Counter(number.reason for number in extraction.unmatched).most_common()
    listed = ": " + "; ".join(f"{n} {in_language(*reason_texts(reason))}" for reason, n in reasons) if reasons else ""
    n_unmatched = len(extraction.unmatched)
    print_lines(
        console,
        f"{len(extraction.observations)} observations, {len(indicators)} with an indicator;"
        f" {n_unmatched} numbers not extracted{listed}",
    )


def _value(observation: Observation) -> str:
    high = "" if observation.value_high is None else f"–{observation.value_high:,.15g}"
    return f"{ARROWS.get(observation.direction or '', '')}{observation.value:,.15g}{high}"


def _kind(observation: Observation) -> str:
    words = [observation.kind, "" if observation.qualifier == "exact" else observation.qualifier]
    words.append("" if observation.modality == "actual" else observation.modality)
    return " ".join(word for word in words if word)


def _period(observation: Observation) -> str:
    if observation.period_start == observation.period_end:
        return "" if observation.period_end is None else str(observation.period_end)
    return f"{observation.period_start}-{observation.period_end}"
