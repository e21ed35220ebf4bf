"""Speed of extraction against a previous version and jieba: `python -m benchmarks.versions --against PYTHON`.

PYTHON is the interpreter of an environment in which the other version is installed, from a checkout or a wheel. All
read the same texts in turn, each in a separate process, and the fastest round of each counts, in CPU time: another
load on the machine slows all of them equally.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.measuring import CORPUS, REPO_ROOT, report

MIN_OF_PREVIOUS, MIN_OF_JIEBA = 0.75, 2.5
_READER = Path(__file__).with_name("texts_per_second.py")


class Reader:
    """A process that reads all texts of a folder whenever asked, and the seconds that it took."""

    def __init__(self, python: Path, folder: Path, name: str) -> None:
        """Start the process; it waits to be asked."""
        command = [str(python), "-I", str(_READER), str(folder), name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.seconds: list[float] = []

    def read(self) -> None:
        """Read all texts once."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args!r} ended with {self.process.wait()}")
        self.seconds.append(float(line))

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def compare(folder: Path, against: Path | None, rounds: int) -> bool:
    """Measure this version and the others in turn; return whether the ratios are within their limits."""
    this = Path(sys.executable)
    with ExitStack() as stack:
        readers = {"this version": Reader(this, folder, "extraction")}
        if against is not None:
            readers["previous version"] = Reader(against, folder, "extraction")
        if importlib.util.find_spec("jieba"):
            readers["jieba.lcut"] = Reader(this, folder, "jieba")
        else:
            print("jieba is not installed: `pip install jieba` to compare with it")
        for reader in readers.values():
            stack.callback(reader.close)
        for _ in range(rounds):
            for reader in readers.values():
                reader.read()
    n_characters = sum(len(path.read_text(encoding="utf-8", errors="replace")) for path in folder.rglob("*.txt"))
    for name, reader in readers.items():
        first, best = reader.seconds[0], min(reader.seconds)
        print(
            f"{name}: {n_characters / best / 1e6:.2f} M characters per second of CPU, "
            f"{n_characters / first / 1e6:.2f} M in the first round"
        )
    results = []
    for name, least in (("previous version", MIN_OF_PREVIOUS), ("jieba.lcut", MIN_OF_JIEBA)):
        if name in readers:
            ratio = min(readers[name].seconds) / min(readers["this version"].seconds)
            first = readers[name].seconds[0] / readers["this version"].seconds[0]
            figures = f"{ratio:.2f} x its characters per second, {first:.2f} x in the first round"
            results.append(report(f"extraction against {name}", figures, ratio >= least))
    return all(results)


def main(
    against: Annotated[
        Path | None, typer.Option(help="Interpreter of an environment with the previous version.")
    ] = None,
    texts: Annotated[
        Path | None, typer.Option(help="Folder of .txt files; real reports if available, else the bundled ones.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each reads all texts.")] = 7,
) -> None:
    """Compare the speed of extraction with a previous version and with jieba; exit with 1 if a limit is exceeded."""
    folder = texts or (CORPUS if CORPUS.is_dir() else REPO_ROOT / "data" / "raw")
    raise typer.Exit(not compare(folder, against, rounds))


if __name__ == "__main__":
    typer.run(main)
