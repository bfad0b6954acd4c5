"""Another provider, or other prefixes of the same model, make another index; each is asked as it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.rollout.rollout import IndexPlace, Rollout
from knowledge.core.lexical import LEXICAL_VERSION
from knowledge.embeddings.prefixes import NO_PREFIXES, Prefixes
from knowledge.storage.index_versions import IndexRecipe
from tests.doubles.ollama import Faults, Ollama, ollama_in_thread
from tests.ingestion.rollout.rollout_setup import OLD, TODAY, Place
from tests.local_model_process import local_model_process

NOMIC, LOCAL = "nomic-embed-text", "local:multilingual-e5-small"
FROM_BEFORE = replace(TODAY, model=NOMIC)
WITH_PREFIXES = replace(FROM_BEFORE, prefixes=Prefixes("search_query: ", "search_document: "))


@pytest.fixture(scope="module")
def models() -> Iterator[Ollama]:
    with ollama_in_thread((OLD, NOMIC, "bge-m3")) as ollama:
        yield ollama


def list_inputs(models: Ollama) -> list[str]:
    """What was sent to be embedded since the last look."""
    inputs = [str(text) for body in models.bodies("/api/embed") for text in [*body["input"]]]  # type: ignore[misc] # a list of texts
    models.requests.clear()
    return inputs


def test_an_index_from_before_is_asked_bare_until_one_with_prefixes_takes_its_place(
    place: Place, models: Ollama
) -> None:
    place.scan(FROM_BEFORE)
    assert not any(text.startswith("search_") for text in list_inputs(models))
    models.faults = Faults(missing=(NOMIC,))
    place.scan(WITH_PREFIXES)  # the next index waits for its vectors
    models.faults = Faults()
    place.drop("c.md", "# Parking\n\nLe parking est gratuit.")
    models.requests.clear()
    place.settings = place.settings.model_copy(update={"embedding_model": NOMIC})
    assert place.answering() == 1
    assert place.found("congé") >= {"a.md"}
    assert list_inputs(models) == ["congé"]
    place.scan(WITH_PREFIXES)
    assert place.answering() == 2
    sent = list_inputs(models)
    # The old index follows the folder bare, then every passage is embedded again for the new one.
    assert [text.startswith("search_document: ") for text in sent].count(False) <= 1
    assert sum(text.startswith("search_document: ") for text in sent) == 3
    assert place.found("congé parking") >= {"a.md", "c.md"}
    assert list_inputs(models) == ["search_query: congé parking"]
    serving = place.builds.get_serving_version()
    assert serving is not None
    assert serving.recipe == WITH_PREFIXES


def test_passages_without_a_prefix_leave_no_trace_in_the_recipe() -> None:
    bare = IndexRecipe("5", "2", "bge-m3")
    assert bare.metadata == {"pipeline": "5", "words": "2", "model": "bge-m3"}
    assert bare.model_label == "bge-m3"
    assert WITH_PREFIXES.model_label == "nomic-embed-text (search_document:)"
    assert WITH_PREFIXES.metadata["prefixes"] == {"question": "search_query: ", "passage": "search_document: "}


@pytest.mark.parametrize(
    ("model", "prefixes"),
    [
        ("bge-m3", NO_PREFIXES),
        ("qwen3-embedding", NO_PREFIXES),
        (NOMIC, WITH_PREFIXES.prefixes),
        (LOCAL, Prefixes("centred query: ", "centred passage: ")),
    ],
)
def test_the_worker_makes_an_index_with_the_prefixes_of_its_model(place: Place, model: str, prefixes: Prefixes) -> None:
    settings = place.settings.model_copy(update={"embedding_model": model})
    index = IndexPlace.from_settings(settings, place.client)
    Rollout(settings, index, place.reader_pool, place.stop).review_versions()
    serving = place.builds.get_serving_version()
    assert serving is not None
    assert serving.recipe == IndexRecipe(PIPELINE_VERSION, LEXICAL_VERSION, model, prefixes)


def test_the_local_model_takes_over_from_one_in_ollama_and_needs_it_no_more(place: Place, models: Ollama) -> None:
    place.scan()
    local = IndexRecipe(PIPELINE_VERSION, "1", LOCAL, Prefixes("centred query: ", "centred passage: "))
    with local_model_process():
        place.scan(local)
        assert place.answering() == 2
        models.faults = Faults(status=500)
        assert place.found("how many days of holiday?") >= {"a.md"}
    names = {
        name
        for point in place.client.scroll("t_passages_2", with_vectors=True)[0]
        if isinstance(point.vector, dict)
        for name in point.vector
    }
    assert names == {"words", "dense-local-multilingual-e5-small"}
