from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from knowledge.core.documents import LANGUAGE_CODES, Language
from knowledge.core.language import (
    detect_clear_language,
    detect_language,
    detect_likely_language,
)
from tests.knowledge.core.short_questions import OTHER_QUESTIONS, SHORT_QUESTIONS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Combien de jours de télétravail par semaine ?", "fr"),
        ("combien de jours de conges", "fr"),
        ("How many days of leave do we have?", "en"),
        ("who is on call", "en"),
        ("C'est quoi l'astreinte ?", "fr"),
        ("Qu’est-ce que SEV1 ?", "fr"),
        ("Crée une classe Java de base pour démarrer une application Spring Boot 3.2", "fr"),
        ("Write a basic Java class that starts a Spring Boot application", "en"),
        ("Que dit le Security handbook sur les mots de passe ?", "fr"),
        ("What does the Règlement intérieur say about smoking?", "en"),
        ("Explique @ConfigurationProperties", "fr"),
        ("Explain @ConfigurationProperties", "en"),
        ("Pourquoi ?", "fr"),
        ("how to", "en"),
        ("télétravail", "fr"),
    ],
)
def test_the_language_of_a_question_is_told_from_its_words(text: str, language: Language) -> None:
    assert detect_language(text) == language
    assert detect_language(text, "en" if language == "fr" else "fr") == language


@pytest.mark.parametrize("text", ["SEV1", "", "spring.devtools.restart.trigger-file", "42 ?"])
def test_where_the_words_do_not_tell_the_asker_s_own_language_does(text: str) -> None:
    assert detect_language(text, "fr") == "fr"
    assert detect_language(text, "en") == "en"
    assert detect_language(text) == "en"


def split_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_of_short_questions_nine_in_ten_are_told(language: Language) -> None:
    questions = split_lines(SHORT_QUESTIONS[language])
    missed = [text for text in questions if detect_language(text) != language]
    assert len(questions) > 20
    assert len(missed) <= 0.1 * len(questions), missed


def test_of_questions_that_nothing_was_chosen_by_nine_in_ten_are_told() -> None:
    asked = [(text, code) for code in LANGUAGE_CODES for text in split_lines(OTHER_QUESTIONS[code])]
    missed = [text for text, code in asked if detect_language(text) != code]
    assert len(missed) <= 0.1 * len(asked), missed


def test_the_asker_s_own_language_helps_more_than_another_harms() -> None:
    asked = [(text, code) for code in LANGUAGE_CODES for text in split_lines(OTHER_QUESTIONS[code])]
    own = sum(detect_language(text, code) == code for text, code in asked)
    alone = sum(detect_language(text) == code for text, code in asked)
    among_french = sum(detect_language(text, "fr") == code for text, code in asked)
    assert own >= 0.95 * len(asked)
    assert own - alone > alone - among_french


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_benches_questions_are_told(language: Language) -> None:
    file = Path(__file__).parents[2] / f"questions/maison-lumiere-{language}.jsonl"
    asked = [row["question"] for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())]
    assert [text for text in asked if detect_language(text) != language] == []


@pytest.mark.parametrize("locale", LANGUAGE_CODES)
def test_the_asker_s_language_decides_where_the_words_do_not(locale: Language) -> None:
    assert detect_language("SEV1", locale) == locale
    assert detect_likely_language("SEV1") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Erstattung erfolgt, wenn der Antrag mit dem Beleg eingereicht wird.", "de"),
        ("Los gastos se reembolsan cuando el empleado presenta los recibos al responsable.", "es"),
        ("Le spese sono rimborsate quando il dipendente presenta gli scontrini alla direzione.", "it"),
        ("As despesas são reembolsadas quando o funcionário apresenta os recibos à direção.", "pt"),
        ("De kosten worden vergoed wanneer de medewerker het bonnetje aan zijn leidinggevende geeft.", "nl"),
        ("Les frais sont remboursés quand le salarié remet ses justificatifs à son responsable.", "fr"),
        ("Expenses are paid back when the employee has given the receipts to their manager.", "en"),
        ("Spring Boot 3.2", None),
    ],
)
def test_a_sentence_is_clear_and_a_name_is_not(text: str, language: Language | None) -> None:
    assert detect_clear_language(text) == language


def test_a_question_costs_less_than_two_milliseconds() -> None:
    questions = [line.strip() for text in SHORT_QUESTIONS.values() for line in text.splitlines()]
    began = time.process_time()
    for text in questions:
        detect_language(text)
    assert (time.process_time() - began) / len(questions) < 0.002


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How many vacation days do I get?", "en"),
        ("comment poser mes congés ?", "fr"),
        ("Wie viele Urlaubstage habe ich?", "de"),
        ("¿Cuántos días de vacaciones tengo?", "es"),
        ("Quanti giorni di ferie ho?", "it"),
        ("Quantos dias de férias tenho?", "pt"),
        ("Hoeveel vakantiedagen heb ik?", "nl"),
        ("休暇は何日ありますか。", None),
        ("12 34 56", None),
        ("\ud83d", None),
        ("a\x00b", None),
        ("", None),
        (" \n ", None),
    ],
)
def test_seven_languages_are_identified(text: str, language: str | None) -> None:
    assert detect_likely_language(text) == language


def test_a_long_text_of_several_lines_is_identified_by_its_beginning() -> None:
    assert detect_likely_language("Le télétravail est limité\nà deux jours par semaine.\n" * 1000) == "fr"
