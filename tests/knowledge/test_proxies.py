from __future__ import annotations

import os

import httpx
import pytest

from knowledge.proxies import is_here, spare_this_machine
from tests.doubles.ollama import Ollama

DEAD = "http://127.0.0.1:9"  # the discard port: nobody listens there


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment of the test's own, with a dead proxy in it."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
    for name in ("NO_PROXY", "no_proxy"):
        os.environ.pop(name, None)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        os.environ[name] = DEAD


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:6333", True),
        ("http://127.8.9.1", True),
        ("http://localhost:11434", True),
        ("http://[::1]:6333", True),
        ("http://qdrant:6333", False),
        ("https://localhost.example.org", False),
        ("https://10.0.0.1", False),
    ],
)
def test_this_machine_is_the_loopback_interface(url: str, here: bool) -> None:
    assert is_here(url) is here


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "[::1]"])
def test_no_client_asks_a_proxy_for_this_machine(host: str, ollama: Ollama) -> None:
    url = ollama.url.replace("127.0.0.1", host)
    spare_this_machine(None, url)
    with httpx.Client() as client:
        transport = client._transport_for_url(httpx.URL(url))  # the double listens at 127.0.0.1 alone
        assert transport is client._transport
        assert client.get(f"{ollama.url}/api/tags").status_code == 200
        with pytest.raises(httpx.ConnectError):
            client.get("http://documents.example.org/")


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_what_stands_in_no_proxy_is_kept(name: str) -> None:
    os.environ[name] = "intranet.example.org, ::1"
    spare_this_machine("http://127.0.0.2:6333", "http://ollama:11434")
    spare_this_machine("http://127.0.0.2:6333")
    assert os.environ["NO_PROXY"] == "intranet.example.org,::1,localhost,127.0.0.1,127.0.0.2"
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"]


def test_no_proxy_for_anybody_stays_so() -> None:
    os.environ["no_proxy"] = "*"
    spare_this_machine("http://127.0.0.1:6333")
    assert os.environ["no_proxy"] == "*"
