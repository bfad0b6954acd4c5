"""The product with the small embedding model on this machine, and no Ollama."""

from __future__ import annotations

from pathlib import Path

from tests.bot.slack.i18n.own_words import find_foreign_lines
from tests.scenario.office import NO_OLLAMA, open_office, shown

MODEL = "local:multilingual-e5-small"


async def test_questions_in_other_languages_find_a_french_document_without_ollama(tmp_path: Path) -> None:
    samples = ("astreinte.md", "Guide du télétravail.pdf")
    async with open_office(tmp_path, samples, OLLAMA_URL=NO_OLLAMA, EMBEDDING_MODEL=MODEL) as office:
        await office.wait_until_searchable(state="meaning")
        english = await office.mention("james", "who is on call this week, and who stands in for them?")
        german = await office.mention("james", "Wie viele Tage in der Woche darf ich von zu Hause arbeiten?")
    assert "Astreinte informatique" in shown(english).split("Guide du télétravail")[0]
    assert "Guide du télétravail" in shown(german)
    assert "Das Zitat ist auf Französisch." in shown(german)
    assert find_foreign_lines(german.blocks, "de", "Guide du télétravail") == []
