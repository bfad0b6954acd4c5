from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from knowledge import VERSION
from knowledge.core.failures import SettingsError
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.metrics import serve_metrics
from knowledge.runtime.settings import Settings
from tests.knowledge.runtime.free_ports import find_free_ports


@pytest.fixture
def heartbeat(tmp_path: Path) -> Heartbeat:
    return Heartbeat.for_process("bot", tmp_path / "beats")


@pytest.fixture
def url(heartbeat: Heartbeat) -> Iterator[str]:
    with serve_metrics(Settings(metrics_port=find_free_ports()), heartbeat) as port:
        yield f"http://127.0.0.1:{port}"


def fetch(url: str) -> tuple[int, str]:
    answer = httpx.get(url, timeout=10)
    return answer.status_code, answer.text


def test_without_a_port_nothing_listens(heartbeat: Heartbeat) -> None:
    with serve_metrics(Settings(), heartbeat) as port:
        assert port is None


def test_the_figures_are_in_the_format_of_prometheus(url: str) -> None:
    status, text = fetch(f"{url}/metrics")
    assert status == 200
    assert f'souffleur_build_info{{version="{VERSION}"}} 1.0' in text.splitlines()
    assert "# TYPE souffleur_qdrant_failures_total counter" in text.splitlines()


def test_a_process_that_waits_is_alive_but_not_ready(url: str, heartbeat: Heartbeat) -> None:
    heartbeat.write_heartbeat(ready=False)
    assert fetch(f"{url}/healthz") == (200, "The bot process is alive (ready=False).\n")
    assert fetch(f"{url}/readyz")[0] == 503
    heartbeat.write_heartbeat(ready=True)
    assert fetch(f"{url}/readyz")[0] == 200


def test_a_process_that_hangs_is_not_alive(url: str) -> None:
    assert fetch(f"{url}/healthz")[0] == 503


@pytest.mark.parametrize("is_folder", [True, False], ids=["not readable", "damaged"])
def test_no_trouble_tells_the_network_a_path_or_a_user(url: str, heartbeat: Heartbeat, is_folder: bool) -> None:
    heartbeat.folder.mkdir()
    if is_folder:
        heartbeat.path.mkdir()
    else:
        heartbeat.path.write_bytes(b"{")
    for page in ("healthz", "readyz"):
        status, text = fetch(f"{url}/{page}")
        assert (status, "HEARTBEAT_DIR" in text) == (503, True)
        assert not any(part in text for part in heartbeat.path.parts[1:])


def test_another_path_names_those_that_there_are(url: str) -> None:
    assert fetch(f"{url}/secret") == (404, "There are /metrics, /healthz and /readyz.\n")


def test_the_worker_takes_the_next_port_as_both_read_one_file_of_settings(tmp_path: Path) -> None:
    port = find_free_ports()
    with serve_metrics(Settings(metrics_port=port), Heartbeat.for_process("ingestion", tmp_path)) as worker:
        assert worker == port + 1


def test_a_port_in_use_is_told_in_one_sentence(heartbeat: Heartbeat) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(SettingsError, match=rf"port {port} \(Address already in use\): set METRICS_PORT"),
            serve_metrics(Settings(metrics_port=port), heartbeat),
        ):
            pytest.fail("it was opened")


def test_it_listens_on_the_loopback_interface_unless_told() -> None:
    assert Settings().metrics_host == "127.0.0.1"
