from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.speed import KNOWN_MODELS, Finding, measure_speed
from bot.settings import BotSettings
from tests.bot.cli.running_commands import NO_OLLAMA, ROOT, Terminal
from tests.doubles.ollama import Faults, ollama_in_thread


def _measured(**settings: object) -> dict[str, Finding]:
    return {found.what: found for found in measure_speed(BotSettings.model_validate(settings))}


def test_both_models_are_measured_and_the_wait_for_an_answer_is_told() -> None:
    with ollama_in_thread(faults=Faults(between_tokens=0.01)) as ollama:
        found = _measured(ollama_url=ollama.url)
    chat, embedding = found["speed of CHAT_MODEL"].sentence, found["speed of EMBEDDING_MODEL"].sentence
    reading, writing = map(_number, re.findall(r"reads ([\d,]+) and writes ([\d.,]+) tokens a second", chat)[0])
    # The stand-in writes a word each 10 ms and says that a quarter of the time went into reading.
    assert 10 < writing < 1000
    first_word, rest = map(
        _number, re.findall(r"after about ([\d,]+) s; 200 words more take about ([\d,]+) s", chat)[0]
    )
    assert first_word == pytest.approx(6144 / reading, abs=1)
    assert rest == pytest.approx(270 / writing, rel=0.2)
    assert re.search(r"bge-m3 embeds [\d.,]+ passages a second and a question in [\d,]+ ms", embedding)


def test_a_long_wait_for_the_first_word_gets_advice() -> None:
    with ollama_in_thread(faults=Faults(first_token=4)) as ollama:
        found = _measured(ollama_url=ollama.url, num_ctx=131_072)
    assert found["speed of CHAT_MODEL"].verdict == "doubtful"
    assert "Choose a smaller model" in found["speed of CHAT_MODEL"].sentence


def test_an_absent_ollama_and_an_absent_model_are_named() -> None:
    away = _measured(ollama_url=NO_OLLAMA)
    with ollama_in_thread(models=["bge-m3"]) as ollama:
        missing = _measured(ollama_url=ollama.url)
    assert away["speed of CHAT_MODEL"].verdict == away["speed of EMBEDDING_MODEL"].verdict == "broken"
    assert "ollama pull mixtral" in missing["speed of CHAT_MODEL"].sentence
    assert missing["speed of EMBEDDING_MODEL"].verdict == "well"


def test_the_models_that_fit_are_named_where_the_memory_is_known() -> None:
    here = _measured(ollama_url=NO_OLLAMA)["models that fit"].sentence
    elsewhere = _measured(ollama_url="http://models.invalid:11434")["models that fit"].sentence
    assert re.match(r"\d+ GiB of memory here: ", here)
    assert elsewhere == "Ollama runs on models.invalid: compare its memory with docs/settings.md."


def test_the_table_of_the_docs_is_the_one_of_the_command() -> None:
    table = (ROOT / "docs/settings.md").read_text("utf-8")
    for model in KNOWN_MODELS:
        assert f"| `{model.name}` | {model.file_gb:g} GB | {model.memory_gb} GB | {model.remark} |" in table


def test_the_command_measures_only_when_asked(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    assert "speed of" not in terminal.run("check").stdout
    assert "speed of CHAT_MODEL" in terminal.run("check", "--speed").stdout


def _number(text: str) -> float:
    return float(text.replace(",", ""))
