from __future__ import annotations

import pytest

from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.embeddings.prefixes import (
    MODEL_FAMILIES,
    NO_PREFIXES,
    Prefixes,
    choose_prefixes,
    find_prefixes,
    get_stored_prefixes,
)
from knowledge.runtime.settings import Settings
from tests.doubles.ollama import Ollama

ARCTIC = "Represent this sentence for searching relevant passages: "
QWEN = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
WANTED = {
    "local:multilingual-e5-small": ("centred query: ", "centred passage: "),
    "jeffh/intfloat-multilingual-e5-large:q8_0": ("query: ", "passage: "),
    "jeffh/intfloat-multilingual-e5-large-instruct:q8_0": (f"{QWEN} ", ""),
    "nomic-embed-text": ("search_query: ", "search_document: "),
    "nomic-embed-text:latest": ("search_query: ", "search_document: "),
    "nomic-embed-text-v2-moe": ("search_query: ", "search_document: "),
    "hf.co/nomic-ai/nomic-embed-text-v1.5-GGUF:Q4_K_M": ("search_query: ", "search_document: "),
    "qwen3-embedding:0.6b": (QWEN, ""),
    "embeddinggemma": ("task: search result | query: ", "title: none | text: "),
    "embeddinggemma:300m": ("task: search result | query: ", "title: none | text: "),
    "snowflake-arctic-embed:335m": (ARCTIC, ""),
    "snowflake-arctic-embed2": ("query: ", ""),
    "hf.co/Casual-Autopsy/snowflake-arctic-embed-l-v2.0-gguf": ("query: ", ""),
    "bge-large": (ARCTIC, ""),
    "hf.co/CompendiumLabs/bge-small-en-v1.5-gguf": (ARCTIC, ""),
    "quentinz/bge-large-zh-v1.5": ("为这个句子生成表示以用于检索相关文章：", ""),
    "bge-m3": ("", ""),
    "bge-m3:latest": ("", ""),
    "mxbai-embed-large": (ARCTIC, ""),
    "all-minilm": ("", ""),
    "paraphrase-multilingual": ("", ""),
    "granite-embedding:278m": ("", ""),
    "some-code5-model": ("", ""),
}


@pytest.mark.parametrize("model", WANTED)
def test_each_model_gets_what_its_card_asks_for(model: str) -> None:
    assert find_prefixes(model) == Prefixes(*WANTED[model])


def test_every_family_names_its_card_and_is_met_by_a_model_above() -> None:
    assert all(family.card.startswith("huggingface.co/") for family in MODEL_FAMILIES)
    asked = {Prefixes(*one) for model, one in WANTED.items() if not model.startswith("local:")}
    assert {family.prefixes for family in MODEL_FAMILIES} == asked - {NO_PREFIXES}


@pytest.mark.parametrize("model", ["bge-m3", "qwen3-embedding", "mxbai-embed-large"])
def test_an_index_whose_passages_are_bare_is_not_made_again(model: str) -> None:
    assert get_stored_prefixes(model) == NO_PREFIXES
    assert choose_prefixes(model, NO_PREFIXES) == find_prefixes(model)


def test_an_index_from_before_prefixes_is_asked_as_it_was_made() -> None:
    assert get_stored_prefixes("nomic-embed-text") == Prefixes("search_query: ", "search_document: ")
    assert choose_prefixes("nomic-embed-text", NO_PREFIXES) == NO_PREFIXES


def test_questions_and_passages_are_sent_with_their_prefixes(ollama: Ollama) -> None:
    ollama.models = (*ollama.models, "nomic-embed-text")
    model = EmbeddingModel(Settings(ollama_url=ollama.url, embedding_model="nomic-embed-text"))
    model.embed_query("télétravail ?")
    model.embed_documents(["cantine"])
    model.embed_truncated(["stage"])
    model.with_model("nomic-embed-text", NO_PREFIXES).embed_query("télétravail ?")
    assert [body["input"] for body in ollama.bodies("/api/embed")] == [
        ["search_query: télétravail ?"],
        ["search_document: cantine"],
        ["search_document: stage"],
        ["télétravail ?"],
    ]


def test_the_same_index_is_searched_by_the_same_model(ollama: Ollama) -> None:
    model = EmbeddingModel(Settings(ollama_url=ollama.url, embedding_model="nomic-embed-text"))
    assert model.with_model("nomic-embed-text", find_prefixes("nomic-embed-text")) is model
    bare = model.with_model("nomic-embed-text", NO_PREFIXES)
    assert bare is not model
    assert bare is model.with_model("nomic-embed-text", NO_PREFIXES)
    assert bare.vector_name == model.vector_name
