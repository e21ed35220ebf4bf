"""A run without a configured Prefect server starts one for itself; test_annual proves that workers share it."""

from __future__ import annotations

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows import ephemeral_server as module
from flows.ephemeral_server import ephemeral_server


class FakeServer:
    """Counts starts instead of starting."""

    api_url = "http://127.0.0.1:1/api"
    started = 0

    def start(self) -> None:
        """Count a start."""
        FakeServer.started += 1


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> type[FakeServer]:
    """Replace the server by a fake that counts its starts."""
    monkeypatch.setattr(FakeServer, "started", 0)
    monkeypatch.setattr(module, "_GuardedServer", FakeServer)
    return FakeServer


def test_one_server_is_started_and_used_inside_only(starts: type[FakeServer]) -> None:
    """One server is started, shared by nested uses, and no longer configured afterwards."""
    prepared: list[str] = []
    with temporary_settings({PREFECT_API_URL: None}):
        with ephemeral_server(meanwhile=lambda: prepared.append("ready")):
            assert PREFECT_API_URL.value() == FakeServer.api_url
            assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() is None
            with ephemeral_server():
                assert PREFECT_API_URL.value() == FakeServer.api_url
        assert PREFECT_API_URL.value() is None
    assert (starts.started, prepared) == (1, ["ready"])


def test_a_configured_server_is_used(starts: type[FakeServer]) -> None:
    """A server in the settings is used, and no other is started."""
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:2/api"}), ephemeral_server():
        assert PREFECT_API_URL.value() == "http://127.0.0.1:2/api"
    assert starts.started == 0
