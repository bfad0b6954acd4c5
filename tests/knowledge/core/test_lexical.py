from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.core import lexical
from knowledge.core.lexical import (
    WORD_PREFIX_WEIGHT,
    extract_content_stems,
    extract_terms,
    sparse_vector_from_passage,
    sparse_vector_from_question,
)
from knowledge.core.text import fold_word
from knowledge.embeddings.embedding_model import LangChainSparseEmbeddings


def shared(question: str, passage: str) -> bool:
    """Whether a question and a passage have a term in common."""
    return bool(set(sparse_vector_from_question(question)[0]) & set(sparse_vector_from_passage(passage)[0]))


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("telework", "teleworking"),
        ("congé", "les congés payés"),
        ("conges", "les congés payés"),
        ("télétravail", "TELETRAVAIL"),
        ("te\u0301le\u0301travail", "t\u00e9l\u00e9travail"),
        ("assurance", "l'assurance"),
        ("assurance", "l’assurance"),
        ("employeur", "qu'employeurs"),
        ("œuvre", "mise en oeuvre"),
        ("coeur", "le cœur du métier"),
        ("remboursements", "rembourser"),
        ("@SpringBootApplication", "annotée @SpringBootApplication ici"),
        ("springbootapplication", "SpringBootApplication"),
        ("application", "SpringBootApplication"),
        ("boot", "SpringBootApplication"),
        ("http", "HTTPServer"),
        ("server.port", "la clé server.port vaut 8080"),
        ("port", "la clé server.port"),
        ("max_file_mb", "MAX_FILE_MB=200"),
        ("file", "MAX_FILE_MB=200"),
        ("RH-2024-17", "la note RH-2024-17"),
        ("2024", "la note RH-2024-17"),
        ("rendez-vous", "un rendez-vous"),
        ("3.2", "Spring Boot 3.2"),
        ("ﬁche", "fiche"),
        ("télétravailler", "le télétravail"),
        ("rembousrement", "remboursement"),
    ],
)
def test_a_question_meets_a_passage(question: str, passage: str) -> None:
    assert shared(question, passage)


@pytest.mark.parametrize(
    ("question", "passage"),
    [("le la les des", "le la les des"), ("the of and", "the of and"), ("qu'est-ce que", "que"), ("chat", "chien")],
)
def test_a_question_misses_a_passage(question: str, passage: str) -> None:
    assert not shared(question.replace("-", " "), passage)


def test_an_identifier_counts_whole_and_in_parts() -> None:
    terms = list(extract_terms("server.port"))
    assert {"server.port", "server", "port"} <= set(terms)


def test_a_repeated_word_weighs_more_and_never_without_bound() -> None:
    once, often, always = (sparse_vector_from_passage(" ".join(["badge"] * n))[1][0] for n in (1, 3, 1000))
    assert once < often < always < 2.2


def test_a_word_of_a_short_passage_weighs_more() -> None:
    short = sparse_vector_from_passage("socle")[1][0]
    filler = " ".join(f"mot{n}" for n in range(500))
    indices, weights = sparse_vector_from_passage(f"socle {filler}")
    assert weights[indices.index(sparse_vector_from_question("socle")[0][0])] < short


def test_the_beginning_of_a_word_counts_less_than_the_word() -> None:
    weights = sparse_vector_from_question("rembobinage")[1]
    assert sorted(weights) == [WORD_PREFIX_WEIGHT, 1.0]


def test_short_words_numbers_and_stop_words_have_no_beginning() -> None:
    assert set(sparse_vector_from_question("socle 123456 puisqu'ensuite pourquoi")[1]) == {1.0, WORD_PREFIX_WEIGHT}
    assert set(sparse_vector_from_question("socle 123456 pourquoi")[1]) == {1.0}


def test_each_word_of_a_question_counts_once() -> None:
    assert sparse_vector_from_question("socle socle socle") == sparse_vector_from_question("socle")
    assert sparse_vector_from_question("socle")[1] == [1.0]


@pytest.mark.parametrize("text", ["", "   ", "?!", "le la", "\x00"])
def test_a_text_without_words_has_an_empty_vector(text: str) -> None:
    assert sparse_vector_from_question(text) == ([], [])
    assert sparse_vector_from_passage(text) == ([], [])


@given(st.text())
@example("Error")  # has related words, which the vector of a question holds, too
def test_any_text_gives_a_vector_that_qdrant_takes(text: str) -> None:
    in_passage, in_question = sparse_vector_from_passage(text), sparse_vector_from_question(text)
    for indices, weights in (in_passage, in_question):
        assert indices == sorted(set(indices))
        assert all(0 <= index < 2**32 for index in indices)
        assert all(weight > 0 for weight in weights)
    assert set(in_question[0]) >= set(in_passage[0])


def test_another_process_gives_the_same_indices() -> None:
    code = "from knowledge.core.lexical import sparse_vector_from_question as q; print(q('télétravail server.port'))"
    other = subprocess.run(  # noqa: S603  # our own words to our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=Path(__file__).parents[3],
        env={"PYTHONHASHSEED": "7"},
    )
    assert other.stdout.strip() == str(sparse_vector_from_question("télétravail server.port"))


@pytest.mark.parametrize("text", ["a" * 200_000, "a." * 100_000, "_" * 200_000, "a_" * 100_000, "aB" * 100_000])
def test_a_long_run_without_spaces_costs_little(text: str) -> None:
    started = time.process_time()
    sparse_vector_from_passage(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(("word", "plain"), [("Été", "ete"), ("ÇA", "ca"), ("Œuvre", "oeuvre"), ("Straße", "strasse")])
def test_folding_drops_case_accents_and_ligatures(word: str, plain: str) -> None:
    assert fold_word(word) == plain


def test_content_stems_are_those_of_words_that_matter() -> None:
    assert extract_content_stems("Combien de jours de congés ?") == extract_content_stems("jour congé")
    assert extract_content_stems("le la les") == frozenset()


def test_langchain_gets_the_same_vectors() -> None:
    words = LangChainSparseEmbeddings()
    question = words.embed_query("badge")
    (passage,) = words.embed_documents(["badge"])
    assert (question.indices, question.values) == sparse_vector_from_question("badge")
    assert (passage.indices, passage.values) == sparse_vector_from_passage("badge")


def test_a_long_run_of_letters_is_not_remembered() -> None:
    """A document of them, as of keys and encoded files, would fill the memory of the worker."""
    before = lexical._cut_run.cache_info().currsize
    assert sparse_vector_from_passage("aB" * 1_000)[0]
    assert lexical._cut_run.cache_info().currsize == before
