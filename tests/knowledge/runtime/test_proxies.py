from __future__ import annotations

import os

import httpx
import pytest

from knowledge.core.failures import SettingsError
from knowledge.runtime.proxies import configure_proxies, is_loopback_url
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
    assert is_loopback_url(url) is here


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "[::1]"])
def test_no_client_asks_a_proxy_for_this_machine(host: str, ollama: Ollama) -> None:
    url = ollama.url.replace("127.0.0.1", host)
    configure_proxies(None, url)
    with httpx.Client() as client:
        transport = client._transport_for_url(httpx.URL(url))  # the double listens at 127.0.0.1 alone
        assert transport is client._transport
        assert client.get(f"{ollama.url}/api/tags").status_code == 200
        with pytest.raises(httpx.ConnectError):
            client.get("http://documents.example.org/")


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_what_stands_in_no_proxy_is_kept(name: str) -> None:
    os.environ[name] = "intranet.example.org, ::1"
    configure_proxies("http://127.0.0.2:6333", "http://ollama:11434")
    configure_proxies("http://127.0.0.2:6333")
    assert os.environ["NO_PROXY"] == "intranet.example.org,::1,localhost,127.0.0.1,127.0.0.2"
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"]


def test_no_proxy_for_anybody_stays_so() -> None:
    os.environ["no_proxy"] = "*"
    configure_proxies("http://127.0.0.1:6333")
    assert os.environ["no_proxy"] == "*"


def _socks(*names: str) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        os.environ.pop(name, None)
    for name in names:
        os.environ[name] = "socks5://127.0.0.1:9"


@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "http_proxy"])
def test_a_socks_proxy_keeps_nobody_from_this_machine_and_from_no_proxy(name: str, ollama: Ollama) -> None:
    _socks(name)
    os.environ["NO_PROXY"] = "qdrant"
    configure_proxies(ollama.url, "http://qdrant:6333")
    with httpx.Client() as client:
        assert client.get(f"{ollama.url}/api/tags").status_code == 200


@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTP_PROXY"])
def test_an_address_that_only_a_socks_proxy_leads_to_is_refused_in_a_sentence(name: str) -> None:
    _socks(name)
    with pytest.raises(
        SettingsError, match=rf"^{name} is no HTTP proxy, and qdrant would be asked by it: add qdrant to"
    ):
        configure_proxies("http://qdrant:6333")


def test_an_http_proxy_goes_before_a_socks_proxy_for_everything() -> None:
    _socks("ALL_PROXY")
    os.environ["HTTP_PROXY"] = "127.0.0.1:9"
    configure_proxies("http://qdrant:6333")
    assert os.environ["HTTP_PROXY"] == "127.0.0.1:9"
    assert "ALL_PROXY" not in os.environ
