"""Call a function within limits on processor time and memory.

A call that looks ordinary runs here, under a short deadline. One that looks expensive, one that exceeds the deadline,
and any call outside of the main thread, which no signal can interrupt, runs in a separate process that the system
stops at the limits. The process serves many calls, so that ordinary documents do not pay for starting one.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from nianbao.io import limited_process
from nianbao.io.limited_process import read_message, write_message

Result = TypeVar("Result")

MAX_SECONDS = 20  # of processor time, for one call
MAX_MEMORY = 1_000_000_000  # bytes, for one call
# A call that takes longer than this here starts again in a limited process.
SOFT_SECONDS = 5.0
# A call waits only for programs with their own limits; this stops it if such a limit fails.
_MAX_WALL_SECONDS = 3600.0


class OverLimit(Exception):
    """A call took too much time or memory, or ended its process; the message says which."""


class _SoftDeadline(BaseException):
    """The deadline of a call in this process passed. Not an Exception, so that no reader takes it for a fault."""


def call_limited(function: Callable[..., Result], *args: Any, expensive: bool = False) -> Result:
    """Return `function(*args)`: a pure function of a module with a result that can be pickled.

    Args:
        function: The function.
        args: Its arguments.
        expensive: Run in a limited process from the start.

    Raises:
        OverLimit: The call took over 20 s of processor time or 1 GB of memory, or ended its process.
    """
    if not expensive and _can_interrupt():
        with suppress(_SoftDeadline), _deadline(SOFT_SECONDS):
            return function(*args)
    return _PROCESSES.call(function, args)


def _can_interrupt() -> bool:
    return (
        threading.current_thread() is threading.main_thread()
        and hasattr(signal, "SIGPROF")
        and signal.getsignal(signal.SIGPROF) in (signal.SIG_DFL, signal.SIG_IGN)
    )


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raise _SoftDeadline in the body after `seconds` of processor time of this process."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise _SoftDeadline

    previous = signal.signal(signal.SIGPROF, stop)
    try:
        # Repeated, because an exception that is raised in a callback of C code is lost.
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, previous)


class _Processes:
    """The limited processes of this process: as many as there were calls at the same time."""

    def __init__(self) -> None:
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def call(self, function: Callable[..., Result], args: tuple[Any, ...]) -> Result:
        """Run a call in a limited process; the process is used again unless the call ended it."""
        process = self._take()
        request = pickle.dumps((function, args, MAX_SECONDS, MAX_MEMORY), pickle.HIGHEST_PROTOCOL)
        timer = threading.Timer(_MAX_WALL_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            write_message(process.stdin, request)
            answer = read_message(process.stdout)
        except OSError:
            answer = None
        except BaseException:  # interrupted: the process is in the middle of a call
            _end(process)
            raise
        finally:
            timer.cancel()
        if answer is None:
            raise OverLimit(_cause_of_death(_end(process)))
        with self._lock:
            self._idle.append(process)
        result, error = pickle.loads(answer)
        if isinstance(error, MemoryError):
            raise OverLimit(f"it takes more than {MAX_MEMORY / 1e9:.0f} GB of memory")
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._owner != os.getpid():  # a fork must not share the processes of its parent
                self._owner, self._idle = os.getpid(), []
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process
                _end(process)
        # -P: modules in the folder of that file must not hide those of the standard library.
        command = [sys.executable, "-P", str(limited_process.__file__)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Make sure that a process has ended; return its exit code."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        return process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _cause_of_death(code: int) -> str:
    if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        return f"it takes more than {MAX_SECONDS} s of processor time"
    return f"it ended the process that reads it (exit code {code})"


_PROCESSES = _Processes()
