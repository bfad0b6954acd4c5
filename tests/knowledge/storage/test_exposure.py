from __future__ import annotations

import asyncio

import pytest

from knowledge.core.failures import SettingsError
from knowledge.storage.exposure import is_public_url, refuse_public_qdrant, resolve_host
from playground.qdrant import server


@pytest.mark.parametrize(
    ("addresses", "public"),
    [
        (["127.0.0.1"], False),
        (["10.1.2.3", "fd00::1"], False),
        (["192.168.1.2"], False),
        (["169.254.1.1", "fe80::1%eth0"], False),
        (["100.64.0.1"], False),
        (["8.8.8.8"], True),
        (["10.1.2.3", "2606:4700::1"], True),
        ([], False),
    ],
)
def test_an_address_of_the_internet_is_public(addresses: list[str], public: bool) -> None:
    assert is_public_url("http://qdrant:6333", lambda _: addresses) is public


def test_names_and_addresses_are_looked_up_here() -> None:
    assert "127.0.0.1" in resolve_host("localhost")
    assert resolve_host("::1") == ["::1"]
    assert resolve_host("no-such-host.invalid") == []


async def test_an_open_qdrant_on_a_public_address_is_refused() -> None:
    async with server.serve_qdrant(None) as qdrant:
        with pytest.raises(SettingsError, match="answers without a key, to anybody: give the server a key"):
            await asyncio.to_thread(refuse_public_qdrant, qdrant.url, lambda _: ["8.8.8.8"])
        await asyncio.to_thread(refuse_public_qdrant, qdrant.url)


async def test_one_that_asks_for_a_key_is_taken_and_one_that_is_away_is_not_judged(unused_tcp_port: int) -> None:
    async with server.serve_qdrant(None, api_key="a-key") as qdrant:
        await asyncio.to_thread(refuse_public_qdrant, qdrant.url, lambda _: ["8.8.8.8"])
    await asyncio.to_thread(refuse_public_qdrant, f"http://127.0.0.1:{unused_tcp_port}", lambda _: ["8.8.8.8"])
