"""Fixtures: a demo with a double of Ollama and one without Ollama, each shared by a file of scenarios."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.doubles.ollama import Ollama, running_ollama
from tests.knowledge.runtime.free_ports import find_free_ports
from tests.scenario.office import NO_OLLAMA, Office, open_office

CHAT_TIMEOUT = 2
A_FEW = ("Guide du télétravail.pdf", "Expense policy.docx", "astreinte.md", "procédure-sinistre.txt")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_ollama() -> AsyncIterator[Ollama]:
    async with running_ollama() as double:
        yield double


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(shared_ollama: Ollama, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The demo with a chat model and an embedding model."""
    settings = {"OLLAMA_URL": shared_ollama.url, "CHAT_TIMEOUT": str(CHAT_TIMEOUT)}
    async with open_office(tmp_path_factory.mktemp("office"), A_FEW, **settings) as office:
        await office.wait_until_searchable(state="meaning")
        yield office


@pytest.fixture(scope="module")
def metrics_port() -> int:
    """Where the bot of `plain_office` shows its figures; the worker's are on the next."""
    return find_free_ports()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plain_office(tmp_path_factory: pytest.TempPathFactory, metrics_port: int) -> AsyncIterator[Office]:
    """The demo without Ollama."""
    settings = {"OLLAMA_URL": NO_OLLAMA, "METRICS_PORT": str(metrics_port)}
    async with open_office(tmp_path_factory.mktemp("plain"), **settings) as office:
        yield office
