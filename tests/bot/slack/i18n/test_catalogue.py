from __future__ import annotations

import pytest

from bot.slack.i18n.catalogue import get_question_texts, get_texts, language_from_locale, load_languages
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from knowledge.core.documents import LANGUAGE_CODES


def test_seven_languages_are_spoken() -> None:
    assert load_languages().keys() == set(LANGUAGE_CODES)
    assert (load_languages()["en"], load_languages()["fr"]) == (ENGLISH, FRENCH)


def test_the_question_s_language_decides_and_the_asker_s_where_it_is_not_told() -> None:
    assert get_question_texts("Wie viele Urlaubstage habe ich?", "fr") is load_languages()["de"]
    assert get_question_texts("SEV1", "it") is load_languages()["it"]
    assert get_question_texts("", "pt") is load_languages()["pt"]


@pytest.mark.parametrize(
    ("locale", "language"),
    [("fr-CA", "fr"), ("en-GB", "en"), ("FR", "fr"), ("de-DE", "de"), ("ja-JP", None), ("", None), (None, None)],
)
def test_a_locale_s_language_is_its_own_or_none(locale: str | None, language: str | None) -> None:
    assert language_from_locale(locale) == language


def test_what_is_not_spoken_is_said_in_english() -> None:
    assert get_texts("ja") is get_texts(None) is ENGLISH
