"""Old office files (doc, wps, rtf): LibreOffice, where it is installed, turns them into docx, and that is read.

The one reader that starts a program and writes files: in a temporary folder of its own, with a time limit.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from nianbao.documents.model import UnreadableDocument
from nianbao.documents.page import Page
from nianbao.documents.word.docx import read_docx

PROGRAMS = ("soffice", "libreoffice")
MOST_SECONDS = 90.0
MOST_BYTES = 60_000_000
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read_office(data: bytes) -> Page:
    """The lines of an old office file. Raises UnreadableDocument where LibreOffice is missing, fails or hangs."""
    if _LOCKED in data[:MOST_BYTES]:
        raise UnreadableDocument("the Word document is locked by a password; open it in Word and save it without one")
    if len(data) > MOST_BYTES:
        raise UnreadableDocument(f"the file has over {MOST_BYTES / 1e6:.0f} MB, no report has; save its text as a file")
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise UnreadableDocument(
            "the file is an old Word document (doc, wps or rtf), which LibreOffice must open, and no `soffice` is "
            "on the path; install LibreOffice, or save the file as docx"
        )
    with tempfile.TemporaryDirectory(prefix="nianbao-office-", ignore_cleanup_errors=True) as folder:
        return read_docx(_converted(program, data, Path(folder)))


def _converted(program: str, data: bytes, folder: Path) -> bytes:
    """The file as docx."""
    source = folder / ("report.rtf" if data.lstrip()[:5] == b"{\\rtf" else "report.doc")
    source.write_bytes(data)
    made = folder / "made"
    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",  # its own, so that several may run at once
        "--convert-to",
        "docx",
        "--outdir",
        str(made),
        str(source),
    ]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, said = process.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(
            f"LibreOffice did not open the file within {MOST_SECONDS:.0f} s; open it yourself and save it as docx"
        ) from error
    finally:
        _end(process)
    result = made / "report.docx"
    if not result.is_file():
        reason = " ".join(said.decode("utf-8", "replace").split())[:200] or f"exit code {process.returncode}"
        raise UnreadableDocument(
            f"LibreOffice cannot open the file ({reason}); save it as docx in the program it is from"
        )
    return result.read_bytes()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and what it started: `soffice` is a script that starts another."""
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
