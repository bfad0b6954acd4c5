"""What each family of embedding models wants before a question and before a passage, by the models' own cards.

A model that is not listed gets its texts bare. That is right for bge-m3, all-minilm, granite-embedding and
paraphrase-multilingual, and harmless for others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefixes:
    """The text before each question and before each passage; empty: none."""

    question: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class ModelFamily:
    """Models that want the same prefixes; `pattern` is found in their names, in small letters, `card` says so."""

    pattern: str
    prefixes: Prefixes
    card: str


NO_PREFIXES = Prefixes()
# Before a prefix, for the local model: the mean of the text's language is subtracted from the vector. The model does
# not read it. It stands with the prefixes since an index keeps these: vectors of both kinds are never compared.
CENTRED_MARK = "centred "
_LOCAL = "local:"
_RELEVANT_PASSAGES = Prefixes("Represent this sentence for searching relevant passages: ")
_WEB_SEARCH = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"

# The first family that fits decides.
MODEL_FAMILIES = (
    ModelFamily(
        r"e5-(?:(?!e5-).)*instruct",
        Prefixes(f"{_WEB_SEARCH} "),
        "huggingface.co/intfloat/multilingual-e5-large-instruct",
    ),
    ModelFamily(
        r"(^|[-_])e5([-_]|$)", Prefixes("query: ", "passage: "), "huggingface.co/intfloat/multilingual-e5-small"
    ),
    ModelFamily(
        r"nomic-embed-text",
        Prefixes("search_query: ", "search_document: "),
        "huggingface.co/nomic-ai/nomic-embed-text-v1.5",
    ),
    ModelFamily(r"qwen3-embedding", Prefixes(_WEB_SEARCH), "huggingface.co/Qwen/Qwen3-Embedding-0.6B"),
    ModelFamily(
        r"embedding-?gemma",
        Prefixes("task: search result | query: ", "title: none | text: "),
        "huggingface.co/google/embeddinggemma-300m",
    ),
    ModelFamily(
        r"arctic-embed(2|(?:(?!arctic-embed).)*v2)",
        Prefixes("query: "),
        "huggingface.co/Snowflake/snowflake-arctic-embed-l-v2.0",
    ),
    ModelFamily(r"arctic-embed", _RELEVANT_PASSAGES, "huggingface.co/Snowflake/snowflake-arctic-embed-l"),
    ModelFamily(
        r"bge-(small|base|large)-zh",
        Prefixes("为这个句子生成表示以用于检索相关文章："),
        "huggingface.co/BAAI/bge-large-zh-v1.5",
    ),
    ModelFamily(r"bge-(small|base|large)", _RELEVANT_PASSAGES, "huggingface.co/BAAI/bge-large-en-v1.5"),
    ModelFamily(r"mxbai-embed", _RELEVANT_PASSAGES, "huggingface.co/mixedbread-ai/mxbai-embed-large-v1"),
)


def find_prefixes(model: str) -> Prefixes:
    """Returns the prefixes of a model by its name: the part after the last slash, without provider and tag."""
    name = model.lower().removeprefix(_LOCAL).rsplit("/", 1)[-1].split(":", 1)[0]
    found = next((family.prefixes for family in MODEL_FAMILIES if re.search(family.pattern, name)), NO_PREFIXES)
    if not model.lower().startswith(_LOCAL):
        return found
    return Prefixes(CENTRED_MARK + found.question, CENTRED_MARK + found.passage)


def get_stored_prefixes(model: str) -> Prefixes:
    """Returns what the recipe of a new index keeps: nothing where passages have no prefix.

    A prefix of questions alone changes no stored vector, so an index of such a model need not be made again.
    """
    prefixes = find_prefixes(model)
    return prefixes if prefixes.passage else NO_PREFIXES


def choose_prefixes(model: str, stored: Prefixes) -> Prefixes:
    """Returns the prefixes for an index of this model: those that its passages were embedded with."""
    prefixes = find_prefixes(model)
    return stored if prefixes.passage or stored.passage else prefixes
