"""Commands as they look on a terminal of 80 columns, and how wide each line is in cells."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.cells import cell_len

from tests.conftest import REPO_ROOT

STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7]|38;[0-9;]+)m")


def on_a_terminal(*words: str | Path, cwd: Path, **environment: str) -> str:
    """What `nianbao` writes to a terminal of 80 columns, with all that steers it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    command = [sys.executable, "-c", "from flows.cli.app import main; main()", *map(str, words)]
    running = subprocess.Popen(
        command, cwd=cwd, env=_environment(environment), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:
        pass  # the other side is closed
    os.close(ours)
    assert running.wait() == 0, seen.decode()
    return seen.decode()


def too_wide(written: str) -> list[str]:
    """The lines of more than 80 cells: what steers the terminal has no width, Chinese signs have two cells."""
    lines = re.split(r"[\r\n]+", STEERING.sub("", written))
    return [line for line in lines if cell_len(line) > 80]


def _environment(given: dict[str, str]) -> dict[str, str]:
    without = {name: told for name, told in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    return {**without, "PYTHONPATH": str(REPO_ROOT), "TERM": "xterm-256color", **given}
