"""An unreachable or failing Prefect server: a one-line error, a clean end, and no server that outlives a killed run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows import ephemeral_server as module
from flows.ephemeral_server import ephemeral_server
from flows.runners import NoServer
from flows.server import check_server, watch_server
from tests.conftest import REPO_ROOT

WORDS = ("run", "--no-fetch", "--no-atlas", "--raw", "data/raw")


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/api",
        "http://127.0.0.1:1/api",
        "http://prefect.invalid/api",
    ],
)
def test_an_unreachable_server_is_a_one_line_error(url: str, tmp_path: Path) -> None:
    """A run with an unreachable server ends with one line that names its URL, and publishes nothing."""
    command = [sys.executable, "-B", "-c", "from flows.cli.app import main; main()", *WORDS]
    environment = {**os.environ, "PREFECT_API_URL": url, "PREFECT_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [*command, "--curated", str(tmp_path / "c")],
        cwd=REPO_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"nianbao: no Prefect server answers at {url}")
    assert len(done.stderr.splitlines()) == 2, done.stderr
    assert not (tmp_path / "c" / "manifest.json").exists()


def test_a_missing_server_setting_is_an_error() -> None:
    """Without a configured server, the check fails with the command that starts one."""
    with temporary_settings({PREFECT_API_URL: None}), pytest.raises(NoServer, match="prefect server start"):
        check_server()


def test_a_temporary_server_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """If no temporary server starts, the error has the reason and suggests `--direct`."""

    class Failing:
        def start(self) -> None:
            raise RuntimeError("Timed out while attempting to connect.\nmore")

    monkeypatch.setattr(module, "_GuardedServer", Failing)
    with (
        temporary_settings({PREFECT_API_URL: None}),
        pytest.raises(
            NoServer, match=r"could be started \(Timed out while attempting to connect\.\); run with --direct"
        ),
        ephemeral_server(),
    ):
        pass


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
@pytest.mark.parametrize(
    "end",
    [
        *(signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT),
        *(signal.SIGSEGV, signal.SIGBUS, signal.SIGUSR1, signal.SIGALRM, None),
    ],
    ids=lambda end: end.name if end else "normal",
)
def test_a_guarded_process_ends_with_the_one_that_started_it(end: signal.Signals | None) -> None:
    """A guarded child process ends when its parent is killed, is terminated or ends normally."""
    script = (
        "import subprocess, sys, time\n"
        "from flows.server import end_with_this_process\n"
        "child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])\n"
        "end_with_this_process(child.pid)\n"
        "print(child.pid, flush=True)\n" + ("time.sleep(600)\n" if end else "child.kill()\n")
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=REPO_ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent:
        child = int(parent.stdout.readline())
        if end is not None:
            assert is_running(child)
            parent.send_signal(end)
        parent.wait()
    for _ in range(600):
        if not is_running(child):
            break
        time.sleep(0.1)
    assert not is_running(child)


def listening() -> socket.socket:
    """Return a socket that listens on a free port."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(50)
    return server


def test_a_server_that_dies_during_a_run_is_noticed() -> None:
    """A server that stops answering during a run is reported once with its URL."""
    server = listening()
    url = f"http://127.0.0.1:{server.getsockname()[1]}/api"
    died = threading.Event()
    urls: list[str] = []

    def on_death(url: str) -> None:
        urls.append(url)
        died.set()

    with watch_server(url, on_death, poll_seconds=0.01):
        server.close()
        assert died.wait(60)
    assert urls == [url]


def test_a_server_that_answers_or_was_never_reachable_is_not_reported() -> None:
    """A running server and one that was never reachable are not reported as failed."""
    urls: list[str] = []
    with listening() as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/api"
        with watch_server(url, urls.append, poll_seconds=0.01):
            time.sleep(0.2)
    for away in (None, "", "http://127.0.0.1:9/api", "http://prefect.invalid/api"):
        with watch_server(away, urls.append, poll_seconds=0.01):
            time.sleep(0.05)
    assert urls == []
