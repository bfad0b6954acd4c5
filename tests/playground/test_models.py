from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from playground import models
from playground.models import choose_models
from tests.doubles.ollama import running_ollama

NO_OLLAMA = "http://127.0.0.1:9"  # the discard port: nobody listens there
QUOTES = f"No Ollama at {NO_OLLAMA}: the bot quotes the best passages instead of writing answers"


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EMBEDDING_MODEL", raising=False)


async def test_where_ollama_answers_its_models_are_used() -> None:
    async with running_ollama(["mistral", "bge-m3"]) as ollama:
        chosen = await choose_models({"OLLAMA_URL": ollama.url})
    assert chosen.sentence == f"Ollama at {ollama.url} has: mistral:latest, bge-m3:latest."
    assert chosen.settings == {}


async def test_without_ollama_the_local_model_is_used_and_named() -> None:
    chosen = await choose_models({"OLLAMA_URL": NO_OLLAMA})
    assert chosen.sentence == f"{QUOTES}, and finds them by meaning with the small model local:multilingual-e5-small."
    assert chosen.settings == {"EMBEDDING_MODEL": "local:multilingual-e5-small"}


@pytest.mark.parametrize("place", ["argument", "environment", ".env"])
async def test_a_model_that_is_set_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str) -> None:
    given = {"OLLAMA_URL": NO_OLLAMA}
    if place == "argument":
        given["EMBEDDING_MODEL"] = "bge-m3"
    elif place == "environment":
        monkeypatch.setenv("EMBEDDING_MODEL", "bge-m3")
    else:
        await asyncio.to_thread((tmp_path / ".env").write_text, "EMBEDDING_MODEL=bge-m3\n", encoding="utf-8")
    chosen = await choose_models(given)
    assert chosen.sentence == f"{QUOTES}; its embedding model is bge-m3, as you set it."
    assert chosen.settings == {}


async def test_where_the_local_model_is_missing_the_demo_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('It is not installed here.')")
    monkeypatch.setattr(models, "_MAKE_LOCAL_MODEL", command)
    chosen = await choose_models({"OLLAMA_URL": NO_OLLAMA})
    assert chosen.sentence == f"{QUOTES}, and finds them by words alone. It is not installed here."
    assert chosen.settings == {}
