"""Old office files: converted by LibreOffice if it is installed, else refused with a hint."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from pathlib import Path

import pytest

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.documents.word import office
from nianbao.extraction.extract import extract_observations
from tests.documents.file_factory import REPORT, as_docx

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
posix_only = pytest.mark.skipif(os.name != "posix", reason="the stand-in for LibreOffice is a shell script")


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on the path for a fake `soffice`, the only program of that name that is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(office, "PROGRAMS", ("soffice-for-test",))
    return folder


def install(folder: Path, script: str) -> None:
    """Write a shell script that takes the place of LibreOffice."""
    program = folder / "soffice-for-test"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.rtf", "a.docx"])
def test_without_libreoffice_the_reason_says_what_to_do(stand_in: Path, name: str) -> None:
    """Without LibreOffice an old office file is refused with advice to install it or to save as docx."""
    data = b"{\\rtf1 ...}" if name == "a.rtf" else OLD
    with pytest.raises(UnreadableDocument, match="install LibreOffice, or save the file as docx"):
        read_document(data, media_type=None, name=name)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_old_word_document_gives_the_same_observations_value_for_value(tmp_path: Path) -> None:
    """A doc or wps file gives exactly the observations of the docx it was made from."""
    (tmp_path / "report.docx").write_bytes(as_docx())
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    subprocess.run([*command, "doc:MS Word 97", "--outdir", tmp_path, tmp_path / "report.docx"], check=True)
    data = (tmp_path / "report.doc").read_bytes()
    wanted = extract_observations(read_document(as_docx(), media_type=None)).observations
    assert len(wanted) >= 15
    for name in ("report.doc", "report.wps"):
        assert extract_observations(read_document(data, media_type=None, name=name)).observations == wanted


@posix_only
def test_the_converted_document_is_read(stand_in: Path, tmp_path: Path) -> None:
    """The docx that LibreOffice produces is read with its title and table."""
    made = tmp_path / "made.docx"
    made.write_bytes(as_docx())
    install(stand_in, f'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; cp {made} "$2/report.docx"')
    document = read_document(OLD, media_type="application/msword")
    assert document.metadata.title == REPORT[0]
    assert len(document.tables) == 1


@posix_only
def test_a_conversion_that_hangs_is_ended_with_all_it_started(
    stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conversion over the time limit is refused, and the processes it started are ended."""
    monkeypatch.setattr(office, "MAX_SECONDS", 0.3)
    sign = tmp_path / "late"
    install(stand_in, f"(sleep 2; touch {sign}) & wait")
    with pytest.raises(UnreadableDocument, match="did not convert the file within"):
        read_document(OLD, media_type="application/msword")
    time.sleep(2.5)
    assert not sign.exists()  # what it started was ended too


@posix_only
def test_a_conversion_that_fails_passes_on_the_message_of_libreoffice(stand_in: Path) -> None:
    """The error message of LibreOffice is part of the reason for the refusal."""
    install(stand_in, "echo 'source file could not be loaded' >&2; exit 1")
    with pytest.raises(UnreadableDocument, match="source file could not be loaded"):
        read_document(OLD, media_type="application/msword")


def test_an_encrypted_document_is_refused() -> None:
    """A document protected by a password is refused with that reason."""
    with pytest.raises(UnreadableDocument, match="password"):
        read_document(OLD + "EncryptedPackage".encode("utf-16-le"), media_type="application/msword")
