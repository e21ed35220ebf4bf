"""Scans: pages that are images are read with the optional extra and marked; without it the error has advice."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao.documents.media_types import PDF, PNG
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.ocr import recognize
from nianbao.documents.pdf import reader
from nianbao.documents.read import read_document

SCANS = Path(__file__).with_name("scans")
TEXT = (SCANS / "report.txt").read_text("utf-8").strip()
has_ocr = pytest.mark.skipif(not recognize.is_available(), reason="the extra `ocr` is not installed")
SENTENCE = "全市办结行政许可3300件，按时办结率100%，群众满意度继续提高。"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of recognized pages that the tests of this module share."""
    return tmp_path_factory.mktemp("recognized")


@pytest.fixture(autouse=True)
def use_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep recognized pages out of the cache of the user."""
    monkeypatch.setenv(recognize.CACHE_VARIABLE, str(cache))


@pytest.fixture(scope="module")
def image() -> bytes:
    """Return a printed report with a ruled table as an image at 200 dpi."""
    return (SCANS / "report.png").read_bytes()


def pdf_with(image: bytes | None, *sentences: str) -> bytes:
    """Return a PDF with a page of text, if there are sentences, and a page that is an image."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    output = BytesIO()
    canvas = Canvas(output, pagesize=(595, 842))
    if sentences:
        registerFont(UnicodeCIDFont("STSong-Light"))
        canvas.setFont("STSong-Light", 14)
        for number, sentence in enumerate(sentences):
            canvas.drawString(60, 780 - 28 * number, sentence)
        canvas.showPage()
    if image is not None:
        picture = Image.open(BytesIO(image)).convert("L")
        height = 595 * picture.height / picture.width
        canvas.drawImage(ImageReader(picture), 0, 842 - height, 595, height)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


@has_ocr
@pytest.mark.slow
def test_an_image_of_a_report_is_read_with_its_table(image: bytes) -> None:
    """Every character of a clean scan comes back, and a ruled table keeps its cells."""
    document = read_document(image, media_type=PNG)
    assert document.text == TEXT
    assert [cell.text for cell in document.tables[0].cells][3:6] == ["行政许可", "20615", "20588"]
    assert len(document.confidences) == len(TEXT)
    assert min(document.confidences) > 0.9


@has_ocr
def test_a_page_is_recognized_once_for_equal_images(image: bytes, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reading takes the page from the cache, which knows it by the hash of its image."""
    read_document(image, media_type=PNG)
    entries = sorted(cache.iterdir())
    changed = entries[0].read_text("ascii").replace("1.0]", "0.97]", 1)
    entries[0].write_text(changed, "ascii")
    again = read_document(image, media_type=PNG)
    assert (again.text, sorted(cache.iterdir())) == (TEXT, entries)
    assert 0.97 in again.confidences


@has_ocr
@pytest.mark.slow
def test_a_damaged_cache_entry_is_recognized_again(image: bytes, cache: Path) -> None:
    """A damaged entry of the cache costs time, and no page."""
    read_document(image, media_type=PNG)
    for entry in cache.iterdir():
        entry.write_bytes(b'{"width": 1')
    assert read_document(image, media_type=PNG).text == TEXT


@has_ocr
def test_figures_of_a_scan_say_so_in_the_tables(image: bytes, tmp_path: Path) -> None:
    """Observations of a scan carry `ocr`, their lowest confidence and at best grade B; a finding names the scan."""
    path = tmp_path / "report.png"
    path.write_bytes(image)
    runner = CliRunner()
    raw, curated = str(tmp_path / "raw"), str(tmp_path / "curated")
    facts = ["--family", "rule_of_law", "--jurisdiction", "云汀市", "--year", "2021"]
    assert runner.invoke(app, ["ingest", str(path), "--raw", raw, *facts]).exit_code == 0
    run = ["run", "--direct", "--no-fetch", "--no-atlas", "--raw", raw, "--curated", curated]
    assert runner.invoke(app, run).exit_code == 0
    rows = parquet.read_table(Path(curated) / "observations.parquet").to_pylist()
    by_quote = {row["quote"]: row for row in rows}
    assert {"1312件", "1106件", "12.5%", "98.7%", "24件", "130件"} <= by_quote.keys()
    assert {row["reading"] for row in rows} == {"ocr"}
    assert all(0.9 < row["confidence"] <= 1 for row in rows)
    assert "A" not in {row["grade"] for row in rows}
    findings = parquet.read_table(Path(curated) / "findings.parquet").to_pylist()
    assert "recognized_in_images" in {row["check"] for row in findings}


@has_ocr
@pytest.mark.slow
def test_a_page_of_a_pdf_that_is_an_image_is_read_with_the_pages_of_text(image: bytes) -> None:
    """Only the page without a text layer is recognized; the characters of the other page are certain."""
    document = read_document(pdf_with(image, SENTENCE, SENTENCE, SENTENCE), media_type=PDF)
    assert "按时办结率100%" in document.text
    assert "行政许可\t20615\t20588" in document.text
    start = document.text.index("3300")
    assert set(document.confidences[start : start + 4]) == {1.0}


@has_ocr
@pytest.mark.slow
def test_a_scan_that_is_too_poor_is_rejected(image: bytes) -> None:
    """A blurred scan is rejected with its confidence, and not published with wrong figures."""
    from PIL import Image, ImageFilter

    blurred = BytesIO()
    picture = Image.open(BytesIO(image)).convert("L")
    picture.filter(ImageFilter.GaussianBlur(9)).save(blurred, "PNG")
    with pytest.raises(UnreadableDocument, match=r"too poor|no text"):
        read_document(blurred.getvalue(), media_type=PNG)


@pytest.mark.parametrize("make", [lambda image: (image, PNG), lambda image: (pdf_with(image), PDF)])
def test_without_the_extra_a_scan_names_what_to_install(
    image: bytes, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the packages for scans, the reject says how to get them."""
    for module in (reader, recognize):
        monkeypatch.setattr(module, "is_available", lambda: False)
    monkeypatch.setattr("nianbao.documents.ocr.image.is_available", lambda: False)
    data, media_type = make(image)
    with pytest.raises(UnreadableDocument, match=r"nianbao\[ocr\]"):
        read_document(data, media_type=media_type)


def test_without_the_extra_unread_pages_are_counted(image: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is an image among pages of text is never left out silently."""
    monkeypatch.setattr(reader, "is_available", lambda: False)
    document = read_document(pdf_with(image, SENTENCE, SENTENCE, SENTENCE), media_type=PDF)
    assert document.n_unread_pages == 1
    assert document.confidences == ()


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0broken", b"II*\0broken"])
@has_ocr
def test_a_broken_image_says_so(data: bytes) -> None:
    """A damaged image is unreadable with a reason, and raises nothing else."""
    with pytest.raises(UnreadableDocument, match=r"broken"):
        read_document(data, media_type=None)
