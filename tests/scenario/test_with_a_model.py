"""The product as a team uses it, with a chat model and an embedding model."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fpdf import FPDF

from tests.doubles.ollama import Faults, Ollama, matching, quote
from tests.scenario.office import Office, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def ollama(shared_ollama: Ollama) -> Iterator[Ollama]:
    """The double; its faults are cleared after each test."""
    yield shared_ollama
    shared_ollama.faults, shared_ollama.script = Faults(), quote


async def test_a_mention_is_answered_in_its_thread_with_document_and_page(office: Office) -> None:
    answer = await office.mention("camille", "combien de jours de télétravail par semaine ?")
    assert answer.channel == "CRH"
    assert "Selon les documents" in answer.text
    assert "[1]" in answer.text
    sources = shown(answer)
    assert re.search(r"\[1\] <http://127\.0\.0\.1:\d+/files/[^|>]+\|[^>]+>", sources)
    assert re.search(r"/files/Guide%20du%20t%C3%A9l%C3%A9travail\.pdf#page=\d+\|", sources)
    assert re.search(r"p\. \d+ — \S", sources)


async def test_the_words_come_in_several_updates_and_none_twice(office: Office, ollama: Ollama) -> None:
    said = "Selon les documents [1] : " + " ".join(f"mot{n}" for n in range(45)) + "."
    ollama.script, ollama.faults = matching(("Question : Récite", said)), Faults(between_tokens=0.08)
    answer = await office.mention("camille", "Récite les règles du télétravail ?")
    assert answer.text.split("\n")[0].strip() == said
    assert office.count_updates(answer) >= 3


async def test_numbers_without_a_passage_are_dropped(office: Office, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Numérote", "Deux jours [1], trois [42] au plus [2][77]."))
    answer = await office.mention("camille", "Numérote les jours de télétravail ?")
    assert "Deux jours [1], trois au plus [2]." in answer.text
    assert "[42]" not in shown(answer)
    assert "[77]" not in shown(answer)
    assert "[2] " in shown(answer)


async def test_an_answer_without_a_source_says_so(office: Office, ollama: Ollama) -> None:
    ollama.script = matching(("Question: Improvise", "Two days a week, I would say, more or less."))
    answer = await office.mention("james", "Improvise about remote work days, please", channel="#english-desk")
    assert "cites no passage" in shown(answer)


async def test_an_english_question_gets_an_english_answer(office: Office) -> None:
    answer = await office.direct("james", "What is the expense limit for a hotel night?")
    assert "According to the documents" in answer.text
    assert "Expense policy" in shown(answer)


async def test_a_follow_up_is_understood_from_its_thread(office: Office, ollama: Ollama) -> None:
    first = await office.mention("camille", "Qui est d'astreinte en semaine S03 ?")
    ollama.script = matching(("Question autonome", "Qui remplace le titulaire d'astreinte en semaine S03 ?"))
    thread = str(first.thread_ts)
    answer = await office.mention("camille", "Et son remplaçant ?", thread_ts=thread)
    assert answer.thread_ts == thread
    condensed, asked = [str(body["messages"]) for body in ollama.bodies("/api/chat")[-2:]]
    assert "semaine S03" in condensed
    assert "Selon les documents" in condensed
    assert "Qui remplace le titulaire" in asked


async def test_an_asked_question_is_seen_by_its_asker_alone(office: Office) -> None:
    before = len([m for m in office.slack.messages if m.ephemeral_to is None])
    answer = await office.run_command("camille", "/ask", "combien de jours de télétravail ?", "Selon les documents")
    assert answer.ephemeral_to == "UCAMILLE"
    assert "Sources" in shown(answer)
    assert len([m for m in office.slack.messages if m.ephemeral_to is None]) == before


async def test_a_refusal_of_the_model_shows_what_is_nearest(office: Office, ollama: Ollama) -> None:
    ollama.script = matching(("Question : Où garer", "NOT_FOUND"))
    answer = await office.mention("camille", "Où garer mon hélicoptère près du télétravail ?")
    assert "Je n'ai rien trouvé" in shown(answer)
    assert "NOT_FOUND" not in shown(answer)
    assert "Le plus proche, mais sans réponse" in shown(answer)


async def test_a_dropped_pdf_is_cited_with_its_page(office: Office) -> None:
    rules = "Chacun range les outils après usage. " * 40
    watering = f"Zéphyrine arrose le potager le mardi. {rules}"
    await office.upload("Charte du potager.pdf", _pdf(("Outils", rules), ("Arrosage", watering)))
    await office.wait_until_searchable("Charte du potager.pdf")
    answer = await office.mention("camille", "Qui arrose le potager ?")
    assert "Zéphyrine" in answer.text
    assert "/files/Charte%20du%20potager.pdf#page=2|" in shown(answer)


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        pytest.param(Faults(missing=("mixtral",)), "'ollama pull mixtral'", id="model missing"),
        pytest.param(Faults(status=500, only="/api/chat"), "n'a pas répondu", id="failing"),
        pytest.param(Faults(first_token=30, only="/api/chat"), "n'a pas répondu", id="too slow"),
        pytest.param(Faults(cut_after=0), "n'est pas joignable", id="cut before the first word"),
        pytest.param(Faults(error_after=0), "n'a pas répondu", id="broken before the first word"),
    ],
)
async def test_passages_are_quoted_while_the_model_is_away(
    office: Office, ollama: Ollama, faults: Faults, says: str
) -> None:
    ollama.faults = faults
    answer = await office.mention("camille", "combien de jours de télétravail par semaine ?")
    assert says in shown(answer)
    assert "Guide du télétravail" in shown(answer)
    assert "télétravail" in answer.text


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(cut_after=12), id="cut"),
        pytest.param(Faults(stall_after=12), id="silent"),
        pytest.param(Faults(error_after=12), id="broken"),
    ],
)
async def test_an_answer_that_stops_half_way_keeps_its_words_and_says_so(
    office: Office, ollama: Ollama, faults: Faults
) -> None:
    ollama.faults = faults
    answer = await office.mention("camille", "combien de jours de télétravail par semaine ?")
    assert "Selon les documents" in answer.text
    assert "la réponse est incomplète" in shown(answer)


def _pdf(*pages: tuple[str, str]) -> bytes:
    pdf = FPDF()
    for heading, text in pages:
        pdf.add_page()
        pdf.set_font("Helvetica", style="B", size=22)
        pdf.cell(0, 16, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(0, 6, text)
    return bytes(pdf.output())
