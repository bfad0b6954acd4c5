"""The demo with METRICS_PORT: what a scrape shows, and what it never shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.knowledge.runtime.free_ports import find_free_ports
from tests.scenario.office import NO_OLLAMA, Office, open_office

pytestmark = pytest.mark.asyncio(loop_scope="module")
PORT = find_free_ports()
MARKED_WORDS = ("percoluxine", "zibeline", "quarantelune")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """A demo whose document, file name and question hold words that nothing else holds."""
    folder = tmp_path_factory.mktemp("measured")
    (folder / "documents").mkdir()
    text = "# Machines\n\nLa percoluxine se détartre le vendredi avec du vinaigre blanc.\n"
    (folder / "documents" / "zibeline.md").write_text(text, encoding="utf-8")
    settings = {"OLLAMA_URL": NO_OLLAMA, "METRICS_PORT": str(PORT)}
    async with open_office(folder, ("astreinte.md",), **settings) as office:
        await office.wait_until_searchable("zibeline.md")
        yield office


async def fetch(port: int, path: str = "/metrics") -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        assert answer.status == 200
        return await answer.text()


async def test_no_scrape_holds_a_word_of_a_question_a_passage_or_a_name(office: Office) -> None:
    answer = await office.mention("camille", "Quand détartrer la percoluxine quarantelune ?")
    assert "vinaigre" in answer.text
    figures = [await fetch(port, path) for port in (PORT, PORT + 1) for path in ("/metrics", "/healthz", "/readyz")]
    assert 'souffleur_questions_total{language="fr",state="passages_only"} 1.0' in figures[0]
    assert re.search(r'souffleur_documents\{reason="",state="words"\} [12]\.0', figures[3])
    for text in figures:
        for word in (*MARKED_WORDS, "vinaigre", "détartrer", "camille", "UCAMILLE"):
            assert word.lower() not in text.lower()


async def test_both_processes_say_that_they_are_alive_and_ready(office: Office) -> None:
    assert (await fetch(PORT, "/readyz")).startswith("The bot process is alive")
    assert (await fetch(PORT + 1, "/healthz")).startswith("The ingestion process is alive")
    assert "souffleur_ready 1.0" in (await fetch(PORT)).splitlines()


async def test_an_absent_model_is_counted(office: Office) -> None:
    await office.direct("james", "Who is on call on Sundays?")
    assert re.search(r'souffleur_ollama_failures_total\{use="(chat|embedding)"\} [1-9]', await fetch(PORT))
    assert re.search(r'souffleur_ollama_failures_total\{use="embedding"\} [1-9]', await fetch(PORT + 1))
