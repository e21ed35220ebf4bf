"""How much each rule of the grammar reads: `python -m benchmarks.rules FOLDER ...`, the busiest rule first."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nianbao.documents.media_types import READABLE_EXTENSIONS
from nianbao.documents.model import Document, Family, Hints, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.syntax.rules import load_grammar


def documents(folders: list[Path]) -> Iterator[Document]:
    """Yield the reports in the folders, of every format that can be read; a sidecar gives the family."""
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        if path.suffix.lower() not in READABLE_EXTENSIONS:
            continue
        sidecar = path.with_suffix(".json")
        given = json.loads(sidecar.read_text(encoding="utf-8"))["given"] if sidecar.exists() else {}
        hints = Hints(Family(given["family"])) if "family" in given else Hints()
        try:
            yield read_document(path.read_bytes(), media_type=None, name=path.name, hints=hints)
        except UnreadableDocument as error:
            print(f"{path}: {error}", file=sys.stderr)


def shares(folders: list[Path]) -> list[tuple[str, int, float]]:
    """Each rule with the observations that it read and their share of all; rules that read none stand last."""
    counts: Counter[str] = Counter()
    for document in documents(folders):
        counts.update(row.read_by for row in extract_observations(document).observations if row.cell is None)
    total = sum(counts.values()) or 1
    names = [rule.name for rule in load_grammar().rules if rule.reads]
    return sorted(((name, counts[name], counts[name] / total) for name in names), key=lambda row: -row[1])


def main() -> None:
    """Print a line for each rule."""
    for name, count, share in shares([Path(folder) for folder in sys.argv[1:]]):
        print(f"{count:7d} {share:7.2%}  {name}")


if __name__ == "__main__":
    main()
