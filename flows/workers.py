"""What a worker process does first: get ready for the steps of a run, while the run still looks what there is to do."""

from __future__ import annotations

from importlib import import_module

from flows.quiet import importing


def be_ready() -> None:
    """Import all that the steps need.

    A function of its own module, and the task of it under another name: what is a task itself is sent to a worker as
    its code, without the module that it stands in, and would have nothing imported there.
    """
    with importing():
        import_module("nianbao.pipeline")
