"""What counts as a question to everybody, and which question is surely answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.understanding.open_questions import find_open_question
from knowledge.retrieval.hybrid_search import SearchResults
from knowledge.retrieval.quotability import is_sure
from tests.bot.answering.passages import found


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Does anybody know the hotel limit in London?", "Does anybody know the hotel limit in London?"),
        ("Hello! What is the guest wifi called? Thanks", "What is the guest wifi called?"),
        ("Quelqu’un sait quand tombe le 13e mois ?", "Quelqu’un sait quand tombe le 13e mois ?"),
        ("Wie viele Kisten bekommt jeder?", "Wie viele Kisten bekommt jeder?"),
        ("¿Alguien sabe cuántos días nos dan por una mudanza?", "¿Alguien sabe cuántos días nos dan por una mudanza?"),
        ("Qual è il limite dopo sei mesi?", "Qual è il limite dopo sei mesi?"),
        ("Quais são os limites dos hotéis?", "Quais são os limites dos hotéis?"),
        ("Mag je eerste klas reizen?", "Mag je eerste klas reizen?"),
    ],
)
def test_a_question_to_everybody_is_open(text: str, asked: str) -> None:
    assert find_open_question(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "Nadia, how many days of leave are there?",
        "how many days of leave are there, Nadia?",
        "@Nadia how many days of leave are there?",
        "(@Nadia) how many days of leave are there?",
        "Nadia: how many days of leave are there?",
        "Hi Nadia! How many days of leave are there?",
        "Thanks Nadia. How many days of leave are there?",
        "Nadia - how many days of leave are there?",
        "Nadia — how many days of leave are there?",
        "Can you tell me how many days of leave there are?",
        "Tu sais combien de jours on a ?",
        "Hast du den Vertrag?",
        "Who on earth needs 14 characters in a password?",
        "The hotel in London was fine.",
        "How are you?",
        "¿Puedes mandarme el presupuesto?",
        "Hai già firmato il contratto?",
        "Tens cinco minutos para mim?",
        "Kun je me het verslag sturen?",
        "How many days are there? And who signs for them? And where is the form?",
        f"{'We had a long day with the customers. ' * 9}What is the hotel limit?",
    ],
)
def test_what_is_put_to_somebody_or_asks_nothing_is_not_open(text: str) -> None:
    assert find_open_question(text) == ""


def test_nothing_is_sure_where_sentences_were_not_compared() -> None:
    """By words alone, or by a model of Ollama, too little is known."""
    results = SearchResults((found("The hotel limit in London is 195 €."),), likeness=0.8, standout=6.0)
    assert is_sure("What is the hotel limit in London?", results)
    assert not is_sure("What is the hotel limit in London?", replace(results, standout=None))
    assert not is_sure("What is the hotel limit in London?", replace(results, likeness=None))
