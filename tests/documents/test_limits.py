"""Bounded time and memory: a document of any format that takes too much is one reject, and the others are read."""

from __future__ import annotations

import os
import re
import threading
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from nianbao import pipeline
from nianbao.documents.limits import is_expensive, read_limited
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.io import limited
from nianbao.io.limited import OverLimit, call_limited
from tests.conftest import AddReport, report_text

TEXT = report_text(2019)
# Takes years, and is interrupted by nothing but a signal.
ENDLESS = (re.search, "(a+)+b", "a" * 60)


def zipped(**members: int) -> bytes:
    """Return a Word archive of members with that many bytes."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, n_bytes in members.items():
            archive.writestr(f"word/{name}", b" " * n_bytes)
    return file.getvalue()


def test_ordinary_documents_are_not_expensive() -> None:
    """Reports and Word files of ordinary size are read in the main process."""
    assert not is_expensive(TEXT.encode())
    assert not is_expensive("".join(report_text(year, permits=year * 37) for year in range(1949, 2029)).encode())
    assert not is_expensive(zipped(document=1_000_000))


@pytest.mark.parametrize(
    "data",
    [
        "一".encode() * 20_000,
        "1、".encode() * 20_000,
        TEXT.encode() + "《".encode() * 60_000,
        b"<pre>x" * 20_000,
        b"<!--ZJEG_RSS.content.begin-->" * 5_000,
        os.urandom(1_000_001),
        b"\xff" * 100_000,
        zipped(document=59_000_000),
        zipped(a=6_000_000, b=6_000_000, c=6_000_000, d=6_000_000),
        b"%PDF-1.4" + os.urandom(10_000_000),
    ],
    ids=range(10),
)
def test_large_or_repetitive_documents_are_expensive(data: bytes) -> None:
    """Very long lines, repeated markup, random bytes and large archives are read with limits."""
    assert is_expensive(data)


def test_a_limited_process_passes_on_results_and_errors() -> None:
    """A limited process is reused, and its results and errors are those of the function."""
    first = call_limited(os.getpid, expensive=True)
    assert first != os.getpid()
    assert call_limited(os.getpid, expensive=True) == first  # it serves many calls
    with pytest.raises(ValueError, match="invalid literal"):
        call_limited(int, "x", expensive=True)
    assert read_limited(TEXT.encode(), media_type="text/plain") == read_document(TEXT.encode(), media_type="text/plain")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ((bytes, 3_000_000_000), "1 GB of memory"),
        ((os._exit, 3), "exit code 3"),
        ((os.abort,), "exit code -6"),
        (ENDLESS, "s of processor time"),
    ],
    ids=["memory", "exit", "abort", "time"],
)
def test_exceeding_a_limit_fails_only_that_call(
    call: tuple[Any, ...], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too much memory or time, or a crash, fails one call with its reason, and the next call works."""
    monkeypatch.setattr(limited, "MAX_SECONDS", 1)
    function, *args = call
    with pytest.raises(OverLimit, match=reason):
        call_limited(function, *args, expensive=True)
    assert call_limited(len, "abc", expensive=True) == 3


def test_an_ordinary_call_that_takes_too_long_moves_to_a_limited_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that runs too long is interrupted, repeated in a limited process and ended there."""
    monkeypatch.setattr(limited, "SOFT_SECONDS", 0.2)
    monkeypatch.setattr(limited, "MAX_SECONDS", 1)
    with pytest.raises(OverLimit, match="s of processor time"):
        call_limited(*ENDLESS)


def test_a_thread_that_no_signal_can_interrupt_uses_a_limited_process() -> None:
    """Outside the main thread, a call always runs in a limited process."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(call_limited(os.getpid)))
    thread.start()
    thread.join()
    assert found[0] != os.getpid()


def _endless(data: bytes, **about: Any) -> Any:
    if "2020年法治政府" in data.decode():
        re.search("(a+)+b", "a" * 60)
    return read_document(data, **about)


def test_a_document_that_never_finishes_is_rejected_once(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endless document becomes one reject, other reports are read, and the next run does not retry it."""
    monkeypatch.setattr(limited, "SOFT_SECONDS", 0.2)
    monkeypatch.setattr(limited, "MAX_SECONDS", 1)
    add_report(TEXT)
    add_report(report_text(2020), "b.txt")

    def read_here(step: Callable[[Any], Any], jobs: Any) -> Any:
        for job in jobs:
            yield pipeline.read_batch(job, read=_endless) if step is pipeline.read_batch else step(job)

    outcome = pipeline.run(raw, tmp_path / "c", pipeline.RunOptions(executor=read_here))
    assert (outcome.n_rows["reports"], outcome.n_rows["rejects"]) == (1, 1)
    (row,) = parquet.read_table(tmp_path / "c" / "rejects.parquet").to_pylist()
    assert (row["stage"], row["check"]) == ("read", "unreadable")
    assert "cannot be read within the limits" in row["reason"]
    again = pipeline.run(raw, tmp_path / "c")
    assert not again.changed


def test_a_word_document_that_unpacks_to_gigabytes_is_refused() -> None:
    """A Word file that unpacks to gigabytes of elements is refused and does not exhaust memory."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name in ("document", "styles", "numbering", "footnotes"):
            archive.writestr(f"word/{name}.xml", "<a>" + "<a/>" * 14_000_000 + "</a>")
    with pytest.raises(UnreadableDocument):
        read_limited(file.getvalue(), media_type=None, name="a.docx")
