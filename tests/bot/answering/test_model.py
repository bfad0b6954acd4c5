from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.answering.answer import Progress
from bot.answering.languages.french import PROMPTS as FRENCH_PROMPTS
from bot.answering.model import ChatModelMemory, load_models
from bot.settings import BotSettings
from knowledge.core.failures import SettingsError
from knowledge.embeddings.embedding_model import EmbeddingModel
from tests.bot.answering.pipeline_setup import NO_OLLAMA, PipelineSetup, open_pipeline
from tests.doubles.ollama import Faults, Ollama, ollama_in_thread

REMOTE = "Combien de jours de télétravail par semaine ?"
NOT_ALL_READ = FRENCH_PROMPTS.answer.not_all_read


@pytest.fixture
def ollama() -> Iterator[Ollama]:
    with ollama_in_thread() as double:
        yield double


def settings_for(url: str, **more: object) -> BotSettings:
    return BotSettings(_env_file=None, ollama_url=url, **more)  # type: ignore[arg-type] # checked by pydantic


async def list_progress(setup: PipelineSetup) -> list[tuple[str, int | None]]:
    return [(event.step, event.passages) for event in await setup.events(REMOTE) if isinstance(event, Progress)]


async def test_both_models_are_loaded_for_good_before_the_first_question(ollama: Ollama) -> None:
    settings = settings_for(ollama.url)
    memory = ChatModelMemory(settings)
    assert memory.must_load()
    load_models(settings)
    assert not memory.must_load()
    assert memory.get_context_tokens() == 8192
    (chat,) = ollama.bodies("/api/chat")
    assert (chat["messages"], chat["keep_alive"]) == ([], -1)
    assert [body["keep_alive"] for body in ollama.bodies("/api/embed")] == [-1]
    assert all(model.until == float("inf") for model in ollama.loaded.values())
    with open_pipeline(ollama.url) as setup:
        assert await list_progress(setup) == [("searching", None), ("writing", 3)]
    assert ollama.bodies("/api/chat")[-1]["keep_alive"] == -1


async def test_a_model_that_was_unloaded_is_told_as_loading(ollama: Ollama) -> None:
    with open_pipeline(ollama.url, ollama_keep_alive="0") as setup:
        for _ in range(2):
            assert await list_progress(setup) == [("searching", None), ("loading", 3)]


async def test_without_ollama_nothing_is_told_as_loading() -> None:
    memory = ChatModelMemory(settings_for(NO_OLLAMA))
    assert not memory.must_load()
    assert memory.get_context_tokens() is None


@pytest.mark.parametrize("faults", [Faults(status=500), Faults(missing=("mixtral", "bge-m3"))])
def test_models_that_cannot_be_loaded_now_are_two_sentences_in_the_log(
    ollama: Ollama, faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    ollama.faults = faults
    with caplog.at_level(logging.INFO):
        load_models(settings_for(ollama.url))
    told = [record.getMessage() for record in caplog.records if record.name == "bot.answering.model"]
    assert [sentence.split(":")[0] for sentence in told] == [
        "CHAT_MODEL is not loaded yet",
        "EMBEDDING_MODEL is not loaded yet",
    ]


async def test_a_model_with_a_smaller_context_than_num_ctx_never_cuts_a_prompt_in_silence(
    ollama: Ollama, caplog: pytest.LogCaptureFixture
) -> None:
    ollama.faults = Faults(context=256)
    with open_pipeline(ollama.url) as setup:
        answer = await setup.answer(REMOTE)
    assert NOT_ALL_READ in answer.notices
    (line,) = [one for one in caplog.messages if one.startswith("the model has not read its whole prompt")]
    assert "tokens=256 num_ctx=8192 context=256" in line
    assert "télétravail" not in line


async def test_a_prompt_that_was_read_whole_has_no_such_notice(ollama: Ollama) -> None:
    with open_pipeline(ollama.url) as setup:
        assert NOT_ALL_READ not in (await setup.answer(REMOTE)).notices


@pytest.mark.parametrize(
    ("given", "sent"), [("-1", -1), ("600", 600), ("0", 0), ("30m", "30m"), ("1h30m", "1h30m"), ("-1m", "-1m")]
)
def test_keep_alive_is_sent_as_ollama_reads_it(ollama: Ollama, given: str, sent: int | str) -> None:
    settings = settings_for(ollama.url, ollama_keep_alive=given)
    EmbeddingModel(settings).embed_query("x")
    assert ollama.bodies("/api/embed")[-1]["keep_alive"] == sent


@pytest.mark.parametrize("given", ["for ever", "5 m", "1.5", "30x"])
def test_a_keep_alive_that_ollama_would_refuse_is_one_sentence(given: str) -> None:
    with pytest.raises(SettingsError, match=r"^OLLAMA_KEEP_ALIVE is not usable \(must be seconds, a duration as 30m"):
        BotSettings.load(ollama_keep_alive=given)
