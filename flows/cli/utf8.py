"""Run the command line in UTF-8 mode, whatever the locale: file names and texts of snapshots are UTF-8."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# The encoding of the terminal, for the process that starts again.
_TERMINAL_ENCODING = "NIANBAO_TERMINAL_ENCODING"


def use_utf8() -> None:
    """Start this process again in UTF-8 mode if its locale has another encoding; print whatever a terminal can show."""
    if not sys.flags.utf8_mode and sys.getfilesystemencoding() != "utf-8":
        os.execve(sys.executable, sys.orig_argv, utf8_environment(os.environ, sys.stdout.encoding))
    encoding = os.environ.pop(_TERMINAL_ENCODING, "")
    if encoding:
        sys.argv[1:] = readable_arguments(sys.argv[1:], encoding)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a test may have put another stream there
            reconfigure(errors="backslashreplace")


def utf8_environment(environment: Mapping[str, str], encoding: str) -> dict[str, str]:
    """Return an environment for UTF-8 mode in which output keeps the encoding of the terminal."""
    return {
        "PYTHONIOENCODING": encoding,
        **environment,
        "PYTHONUTF8": "1",
        _TERMINAL_ENCODING: encoding,
    }


def readable_arguments(arguments: Sequence[str], encoding: str) -> list[str]:
    """Return arguments that are no UTF-8 decoded by the encoding of the terminal; paths of existing files stay.

    >>> readable_arguments(["--jurisdiction", "清远市".encode("gbk").decode("utf-8", "surrogateescape")], "gbk")
    ['--jurisdiction', '清远市']
    """
    return [_readable(argument, encoding) for argument in arguments]


def _readable(argument: str, encoding: str) -> str:
    try:
        argument.encode("utf-8")
    except UnicodeEncodeError:
        if Path(argument).exists():
            return argument
        try:
            return os.fsencode(argument).decode(encoding)
        except (UnicodeDecodeError, LookupError):
            return argument
    return argument
