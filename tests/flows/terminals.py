"""Run commands on a terminal of 80 columns, and measure the lines that they print in cells."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len

from tests.conftest import REPO_ROOT

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7]|38;[0-9;]+)m")
# One process runs all commands, because importing takes longer than the commands themselves.
_SESSION = """
import json, os, sys
from flows.cli.app import app
for words, environment in json.loads(sys.argv[1]):
    os.environ.update(environment)
    try:
        app(words)
    except SystemExit as end:
        assert not end.code, (words, end.code)
    for name in environment:
        del os.environ[name]
    print("END OF COMMAND", flush=True)
"""

Command = tuple[Sequence[str], dict[str, str]]


def on_a_terminal(*commands: Command, cwd: Path) -> list[str]:
    """Return what each command writes to a terminal of 80 columns, with control sequences.

    A command is its words and the environment variables that are set for it.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", _SESSION, json.dumps(commands)],
        cwd=cwd,
        env=_environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    try:
        while block := os.read(ours, 65536):
            written += block
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    assert process.wait() == 0, written.decode()
    outputs = written.decode().split("END OF COMMAND\r\n")
    assert len(outputs) == len(commands) + 1, written.decode()
    return outputs[:-1]


def too_wide(text: str) -> list[str]:
    """Return the lines of more than 80 cells; control sequences have no width, Chinese characters have two cells."""
    lines = re.split(r"[\r\n]+", CONTROL.sub("", text))
    return [line for line in lines if cell_len(line) > 80]


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    return {**ours, "PYTHONPATH": str(REPO_ROOT), "TERM": "xterm-256color"}
