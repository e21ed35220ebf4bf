"""Progress in a log: a line every few seconds, and always the last one."""

from __future__ import annotations

import pytest

from flows.cli import progress as shown


def test_a_log_gets_a_line_every_few_seconds_and_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    """A log gets a progress line every five seconds and always the last one."""
    moments = iter([0.0, 1.0, 6.0, 6.0, 7.0, 8.0])
    advance = shown._lines("reading", "snapshots", clock=lambda: next(moments))
    for done in (1, 2, 3):
        advance(done, 4)
    advance(4, 4)
    assert capsys.readouterr().err.splitlines() == ["reading: 2 of 4 snapshots", "reading: 4 of 4 snapshots"]


def test_no_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal, progress is written as lines instead of a bar."""
    with shown.progress("reading", "snapshots") as advance:
        advance(1, 1)
    assert capsys.readouterr().err == "reading: 1 of 1 snapshots\n"
