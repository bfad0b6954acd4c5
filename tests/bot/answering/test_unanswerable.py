"""Questions that no document answers, where no model reads what was found: with the local embedding model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.answering.not_found import NOT_FOUND_TEXTS
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import read_document_file
from tests.bot.answering import pipeline_setup
from tests.bot.answering.pipeline_setup import PipelineSetup, open_pipeline
from tests.local_model_process import local_model_process

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).parents[3] / "playground/documents"
NAMES = ("Security handbook.pdf", "Expense policy.docx", "faq-rh.html")  # others would only take longer to embed


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineSetup]:
    tmp_path_factory.getbasetemp()  # made now: what pytest makes within the block would go with it
    texts = {
        name: tuple(excerpt.text for excerpt in split_into_excerpts(read_document_file(SAMPLES / name)))
        for name in NAMES
    }
    with pytest.MonkeyPatch.context() as patch, local_model_process():
        patch.setattr(pipeline_setup, "TEXTS", texts)
        with open_pipeline(embedding_model="local:multilingual-e5-small", meaning=True) as opened:
            yield opened


@pytest.mark.parametrize(
    "question",
    [
        "What is the birthday of the CEO?",
        "Combien pèse la lune ?",
        "Quelle est la marque des téléphones ?",
        "Wie viele Dienstfahrräder hat die Firma?",
    ],
)
async def test_what_no_document_answers_is_answered_with_no_quote(setup: PipelineSetup, question: str) -> None:
    answer = await setup.answer(question)
    assert answer.state == "not_found"
    assert answer.text == NOT_FOUND_TEXTS[answer.language].not_found
    assert answer.passages  # their titles are shown as the nearest


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("How long is a password?", "14 characters"),
        ("Quelle est la longueur d'un mot de passe ?", "14 characters"),
        ("Wen rufe ich an, wenn mein Laptop gestohlen wurde?", "hotline"),
        ("How often is the shared drive backed up?", "every night"),
    ],
)
async def test_what_a_document_answers_is_quoted(setup: PipelineSetup, question: str, quoted: str) -> None:
    answer = await setup.answer(question)
    assert answer.state == "passages_only"
    assert quoted in answer.text


async def test_of_two_questions_the_one_without_an_answer_gets_no_quote(setup: PipelineSetup) -> None:
    answer = await setup.answer("How long is a password? What is the birthday of the CEO?")
    assert answer.state == "passages_only"
    assert "14 characters" in answer.text
    assert NOT_FOUND_TEXTS["en"].not_found in answer.text
