"""A separate program that runs calls from standard input one by one, each within limits on processor time and memory.

`limited.py` starts it. A message is its length in eight bytes and a pickle: a function, its arguments and the limits
come in, a result and an error go out, of which one is None. Standard output belongs to the messages alone.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from math import ceil
from pathlib import Path
from typing import IO

_LENGTH_BYTES = 8


def read_message(stream: IO[bytes]) -> bytes | None:
    """Return the next message; None at the end of the stream, also in the middle of a message."""
    head = stream.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    n_bytes = int.from_bytes(head, "big")
    data = stream.read(n_bytes)
    return data if len(data) == n_bytes else None


def write_message(stream: IO[bytes], data: bytes) -> None:
    """Write a message and flush it."""
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(data)
    stream.flush()


def _set_limits(max_seconds: int, max_memory: int) -> None:
    """Limit what this process may take in addition to what it has taken."""
    try:
        import resource
    except ImportError:  # Windows; there the parent stops what takes too long
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(time.process_time()) + max_seconds, hard))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + max_memory, hard))


def _lift_memory_limit() -> None:
    """Allow any memory again, so that the answer can be sent."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _address_space() -> int:
    """Return the address space of this process in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 500_000_000  # a generous guess without /proc


def _run(request: bytes) -> bytes:
    """Run one call; return its pickled result and error."""
    function, args, max_seconds, max_memory = pickle.loads(request)
    _set_limits(max_seconds, max_memory)
    try:
        outcome: tuple[object, Exception | None] = (function(*args), None)
    except MemoryError:
        outcome = (None, MemoryError())
    except Exception as error:  # noqa: BLE001  the caller handles all errors of the function
        outcome = (None, error)
    _lift_memory_limit()
    try:
        answer = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
        pickle.loads(answer)
    except Exception as error:  # noqa: BLE001  an error may hold anything, for example an open file
        failed = outcome[1] or error
        answer = pickle.dumps((None, RuntimeError(f"{type(failed).__name__}: {failed}")), pickle.HIGHEST_PROTOCOL)
    return answer


def main() -> None:
    """Run calls until standard input ends."""
    messages = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not mix with the messages
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ImportError:
        pass
    while (request := read_message(sys.stdin.buffer)) is not None:
        write_message(messages, _run(request))


if __name__ == "__main__":
    main()
