"""The product with the small embedding model on this machine, and no Ollama."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.office import NO_OLLAMA, open_office, shown

MODEL = "local:multilingual-e5-small"


async def test_an_english_question_finds_a_french_document_without_ollama(tmp_path: Path) -> None:
    samples = ("astreinte.md", "Guide du télétravail.pdf")
    async with open_office(tmp_path, samples, OLLAMA_URL=NO_OLLAMA, EMBEDDING_MODEL=MODEL) as office:
        await office.wait_until_searchable(state="meaning")
        answer = await office.mention("james", "who is on call this week, and who stands in for them?")
    assert "Astreinte informatique" in shown(answer).split("Guide du télétravail")[0]
