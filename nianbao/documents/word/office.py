"""Read old office files (doc, wps, rtf): LibreOffice, if installed, converts them to docx.

This is the only reader that runs a program and writes files: in a temporary folder, with a time limit.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from nianbao.documents.media_types import RTF_SIGNATURE
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.page import Page
from nianbao.documents.word.docx import read_docx

PROGRAMS = ("soffice", "libreoffice")
MAX_SECONDS = 90.0
MAX_BYTES = 60_000_000
_ENCRYPTION_MARK = "EncryptedPackage".encode("utf-16-le")


def read_office(data: bytes) -> Page:
    """Return the lines of an old office file.

    Raises:
        UnreadableDocument: The file is protected or too large, or LibreOffice is missing, fails or hangs.
    """
    if _ENCRYPTION_MARK in data[:MAX_BYTES]:
        raise UnreadableDocument(
            "the Word document is protected by a password; open it in Word and save it without one"
        )
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(f"the file is larger than {MAX_BYTES / 1e6:.0f} MB; save its text as a new file")
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise UnreadableDocument(
            "the file is an old Word document (doc, wps or rtf), which needs LibreOffice, but `soffice` is not on the "
            "path; install LibreOffice, or save the file as docx"
        )
    with tempfile.TemporaryDirectory(prefix="nianbao-office-", ignore_cleanup_errors=True) as folder:
        return read_docx(_convert(program, data, Path(folder)))


def _convert(program: str, data: bytes, folder: Path) -> bytes:
    """Convert a file to docx in a temporary folder; return its bytes."""
    source = folder / ("report.rtf" if data.lstrip().startswith(RTF_SIGNATURE) else "report.doc")
    source.write_bytes(data)
    output = folder / "output"
    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",  # so that several may run in parallel
        "--convert-to",
        "docx",
        "--outdir",
        str(output),
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
        _, stderr = process.communicate(timeout=MAX_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(
            f"LibreOffice did not convert the file within {MAX_SECONDS:.0f} s; open it and save it as docx"
        ) from error
    finally:
        _kill(process)
    result = output / "report.docx"
    if not result.is_file():
        reason = " ".join(stderr.decode("utf-8", "replace").split())[:200] or f"exit code {process.returncode}"
        raise UnreadableDocument(
            f"LibreOffice cannot convert the file ({reason}); save it as docx in its original program"
        )
    return result.read_bytes()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and its children: `soffice` is a script that starts another program."""
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
