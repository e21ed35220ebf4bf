"""One reader of texts in its own process, as started by `benchmarks.versions`.

Reads them once for each line it is sent, and prints the seconds of CPU. Runs under the interpreter of another version
too, so it imports nothing of this one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path


def extraction(paths: list[Path]) -> Callable[[], object]:
    """Return what extracts the observations of all texts with the version that this interpreter has installed."""
    from nianbao.documents.read import read_document
    from nianbao.extraction.extract import extract_observations

    documents = [read_document(path.read_bytes(), media_type="text/plain", name=path.name) for path in paths]
    return lambda: [extract_observations(document) for document in documents]


def segmentation(paths: list[Path]) -> Callable[[], object]:
    """Return what cuts all texts into words with jieba."""
    import jieba  # type: ignore[import-not-found,import-untyped,unused-ignore]

    jieba.initialize()
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    return lambda: [jieba.lcut(text) for text in texts]


def main() -> None:
    """Read all texts once for each line of input and print the seconds of CPU that it took."""
    folder, reader = sys.argv[1:]
    work = {"extraction": extraction, "jieba": segmentation}[reader](sorted(Path(folder).rglob("*.txt")))
    for _ in sys.stdin:
        start = time.process_time()
        work()
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main()
