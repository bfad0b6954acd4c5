"""What is said counts more than the language that it is said in."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.core.documents import LANGUAGE_CODES
from knowledge.embeddings.local.encoder import MEANS_FILE, LocalEncoder, VectorCentring
from knowledge.embeddings.local.model_files import ModelFiles
from knowledge.embeddings.prefixes import Prefixes, choose_prefixes, find_prefixes
from knowledge.retrieval.quotability import VECTORS_FILE, list_general_sentences, measure_general_likeness

MODEL = "local:multilingual-e5-small"
DOG = "Les animaux ne sont pas admis dans les locaux, à l'exception des chiens d'assistance."
HOTEL = "Das Hotel wird bezahlt, wenn die Reise länger als einen Tag dauert und der Vorgesetzte zustimmt."


@pytest.fixture(scope="module")
def encoder() -> LocalEncoder:
    files = ModelFiles.in_environment()
    files.make_files()
    return LocalEncoder(files)


def test_there_is_a_mean_of_questions_and_of_passages_for_each_language_and_for_any_other() -> None:
    means = np.load(MEANS_FILE)
    assert means.shape == (2, len(LANGUAGE_CODES) + 1, 384)
    assert np.linalg.norm(means.astype(float), axis=2).max() < 1


def test_a_passage_in_another_language_loses_less_than_without_the_mark(encoder: LocalEncoder) -> None:
    def measure_lead(prefixes: Prefixes) -> float:
        asked = np.array(encoder.embed_text(f"{prefixes.question}Darf ich meinen Hund ins Büro mitbringen?"))
        dog, hotel = (np.array(encoder.embed_text(prefixes.passage + text)) for text in (DOG, HOTEL))
        return float(asked @ dog - asked @ hotel)

    assert measure_lead(find_prefixes(MODEL)) > measure_lead(Prefixes("query: ", "passage: ")) + 0.05


def test_a_centred_vector_has_length_one_and_the_model_does_not_read_the_mark(encoder: LocalEncoder) -> None:
    centred = np.array(encoder.embed_text(f"centred passage: {DOG}"), dtype=np.float32)
    assert np.linalg.norm(centred) == pytest.approx(1, abs=1e-4)
    bare = np.array(encoder.embed_text(f"passage: {DOG}"), dtype=np.float32)
    assert VectorCentring.load().centre_vector(bare, f"passage: {DOG}") == pytest.approx(centred, abs=1e-4)
    assert encoder._encode(f"centred passage: {DOG}") == encoder._encode(f"passage: {DOG}")


def test_an_index_made_before_is_asked_as_it_was_made() -> None:
    before = Prefixes("query: ", "passage: ")
    assert choose_prefixes(MODEL, before) == before
    assert find_prefixes(MODEL) != before, "its recipe differs, so that a new index is filled beside it"


@pytest.mark.parametrize(
    "question",
    [
        "Combien pèse la lune ?",
        "How much does the moon weigh?",
        "Wie schwer ist der Mond?",
        "¿Cuánto pesa la luna?",
        "Quanto pesa la luna?",
        "Quanto pesa a lua?",
        "Hoeveel weegt de maan?",
    ],
)
def test_what_the_moon_weighs_is_general_knowledge_in_each_language(encoder: LocalEncoder, question: str) -> None:
    asked = encoder.embed_text(f"centred query: {question}")
    box = encoder.embed_text("centred passage: Le carton OR-1090 pèse 6,9 kg une fois rempli.")
    assert measure_general_likeness(asked) > float(np.dot(asked, box)) + 0.05


def test_what_a_team_asks_is_no_general_knowledge(encoder: LocalEncoder) -> None:
    asked = encoder.embed_text("centred query: qui paie l'hôtel pendant un voyage de travail ?")
    rule = encoder.embed_text(f"centred passage: {HOTEL}")
    assert measure_general_likeness(asked) < float(np.dot(asked, rule))


def test_each_sentence_of_general_knowledge_has_its_vector(encoder: LocalEncoder) -> None:
    sentences, vectors = list_general_sentences(), np.load(VECTORS_FILE)
    assert len(sentences) == len(vectors)
    assert vectors[-1] == pytest.approx(np.array(encoder.embed_text(f"centred passage: {sentences[-1]}")), abs=2e-3)
