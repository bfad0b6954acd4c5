from __future__ import annotations

import pytest

from knowledge.core.access import Audience
from knowledge.core.documents import LANGUAGE_CODES, Language
from knowledge.core.lexical import TextTerms, extract_terms
from knowledge.core.synonyms import WORD_LANGUAGES, WORDS_FILE, find_related_stems
from tests.bot.answering.pipeline_setup import open_pipeline

LINES = [line for line in WORDS_FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_each_meaning_has_words_in_each_language() -> None:
    assert set(WORD_LANGUAGES) == set(LANGUAGE_CODES)
    short = [
        line for line in LINES if [bool(words.split()) for words in line.split("|")] != [True] * len(WORD_LANGUAGES)
    ]
    assert not short


def test_no_meaning_is_there_twice_in_a_language() -> None:
    french = [word for line in LINES for word in line.split("|")[0].split()]
    assert len(french) == len(set(french))


@pytest.mark.parametrize(
    ("word", "language", "related"),
    [
        ("urlaub", "de", "congés"),
        ("urlaubstage", "de", "vacances"),
        ("vakantiedagen", "nl", "holiday"),
        ("vacation", "en", "congé"),
        ("portatil", "es", "laptop"),
        ("fahrrad", "de", "vélo"),
        ("cracha", "pt", "badge"),
        ("stipendio", "it", "salaire"),
        ("januar", "de", "janvier"),
        ("bruselas", "es", "Bruxelles"),
        ("bereitschaftsdienst", "de", "astreinte"),
        ("acqua", "it", "eau"),
    ],
)
def test_a_word_of_work_leads_to_those_that_mean_the_same(word: str, language: Language, related: str) -> None:
    assert find_related_stems(word, language).intersection(extract_terms(related))


@pytest.mark.parametrize("word", ["orion", "kafka", "z", "", "2299"])
def test_other_words_lead_nowhere(word: str) -> None:
    assert [find_related_stems(word, language) for language in (*WORD_LANGUAGES, None)] == [frozenset()] * 8


def test_a_word_that_only_looks_alike_in_the_language_of_a_text_matches_nothing() -> None:
    holiday, leave = TextTerms.from_text("Le lundi est un jour férié dans toute la France."), "ferie"
    assert holiday.match_word(leave, "it") == holiday.match_word("urlaub", "de") == 0
    assert TextTerms.from_text("Les congés se demandent dans Boussole.").match_word(leave, "it") > 0
    assert TextTerms.from_text("Le laptop est remis le premier jour du mois.").match_word("laptop", "de") == 1


def test_a_word_of_leave_does_not_lead_to_wounds_of_the_same_stem() -> None:
    assert find_related_stems("ferie", "it").isdisjoint(extract_terms("accident blessure"))


def test_words_alone_find_a_passage_in_another_language() -> None:
    with open_pipeline(empty=True) as setup:
        setup.store("Règlement.pdf", ("Les congés d'été se demandent avant le 31 mars.", "Le badge est personnel."))
        results = setup.search.search_passages("Bis wann beantrage ich meinen Urlaub?", Audience.everyone(), 5)
    assert [one.passage.excerpt.text[:10] for one in results.found[:1]] == ["Les congés"]
