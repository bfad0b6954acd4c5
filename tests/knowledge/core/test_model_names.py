from __future__ import annotations

import pytest

from knowledge.core.failures import SettingsError
from knowledge.core.model_names import is_local_model, normalize_model_name
from knowledge.runtime.settings import Settings


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("bge-m3", "bge-m3"),
        ("ollama:bge-m3", "bge-m3"),
        ("nomic-embed-text:latest", "nomic-embed-text:latest"),
        ("ollama:nomic-embed-text:v1.5", "nomic-embed-text:v1.5"),
        ("hf.co/org/model:Q8_0", "hf.co/org/model:Q8_0"),
        (" local:multilingual-e5-small ", "local:multilingual-e5-small"),
    ],
)
def test_a_model_keeps_the_name_that_its_index_has(given: str, kept: str) -> None:
    assert normalize_model_name(given) == kept
    assert Settings(embedding_model=given).embedding_model == kept


@pytest.mark.parametrize("name", ["local:bge-m3", "local:", "ollama:", "  "])
def test_a_name_that_no_provider_has_is_one_sentence_about_the_setting(name: str) -> None:
    with pytest.raises(SettingsError, match=r"^EMBEDDING_MODEL is not usable \(.*\): correct it"):
        Settings.load(embedding_model=name)


def test_only_the_local_provider_is_local() -> None:
    assert is_local_model("local:multilingual-e5-small")
    assert not is_local_model("localhost-model:latest")
