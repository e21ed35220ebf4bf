"""Write one-line messages to stderr and end a command with an exit code."""

from __future__ import annotations

import re
import sys
from enum import IntEnum
from typing import NoReturn

import typer

from nianbao.io.escape import escape_invisible


class ExitCode(IntEnum):
    """How a command ends when it does not succeed."""

    FAILED = 1
    USAGE = 2


def printable(text: object) -> str:
    r"""Return the text of a report, file or website on one line, with control characters escaped.

    >>> printable("增长\x1b[31m7%\n")
    '增长⟦U+001B⟧[31m7% '
    """
    return escape_invisible(re.sub(r"[\r\n\t]", " ", str(text)))


def log_line(message: str) -> None:
    """Write one line to stderr."""
    print(printable(message), file=sys.stderr, flush=True)


def stop(message: str, code: ExitCode = ExitCode.FAILED) -> NoReturn:
    """End the command with one line on stderr and an exit code."""
    log_line(f"nianbao: {message}")
    raise typer.Exit(int(code))
