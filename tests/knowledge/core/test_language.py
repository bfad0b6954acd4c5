from __future__ import annotations

import pytest

from knowledge.core.documents import Language
from knowledge.core.language import detect_language, identify_language


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
        ("Où ?", "fr"),
        ("Why?", "en"),
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
    assert identify_language(text) == language


def test_a_long_text_of_several_lines_is_identified_by_its_beginning() -> None:
    assert identify_language("Le télétravail est limité\nà deux jours par semaine.\n" * 1000) == "fr"
