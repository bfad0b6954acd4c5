from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.slack.i18n
from bot.slack.i18n.catalogue import get_question_texts, get_texts, language_from_locale, load_languages
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from knowledge.core.documents import LANGUAGE_CODES


@pytest.fixture
def breton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more file of words, as a translator would drop it."""
    words = Path("bot/slack/i18n/texts_en.py").read_text(encoding="utf-8").replace("Reading the question…", "o lenn…")
    (tmp_path / "texts_br.py").write_text(words, encoding="utf-8")
    monkeypatch.setattr(bot.slack.i18n, "__path__", [*bot.slack.i18n.__path__, str(tmp_path)])
    load_languages.cache_clear()
    yield
    load_languages.cache_clear()


def test_seven_languages_are_spoken() -> None:
    assert load_languages().keys() == set(LANGUAGE_CODES)
    assert (load_languages()["en"], load_languages()["fr"]) == (ENGLISH, FRENCH)


def test_the_question_s_language_decides_and_the_asker_s_where_it_is_not_told() -> None:
    assert get_question_texts("Wie viele Urlaubstage habe ich?", "fr") is load_languages()["de"]
    assert get_question_texts("SEV1", "it") is load_languages()["it"]
    assert get_question_texts("", "pt") is load_languages()["pt"]


@pytest.mark.usefixtures("breton")
def test_a_file_of_texts_is_found_by_its_name() -> None:
    assert get_texts(language_from_locale("br-FR")).understanding == "o lenn…"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("fr-CA", "fr"), ("en-GB", "en"), ("FR", "fr"), ("de-DE", "de"), ("ja-JP", None), ("", None), (None, None)],
)
def test_a_locale_s_language_is_its_own_or_none(locale: str | None, language: str | None) -> None:
    assert language_from_locale(locale) == language


def test_what_is_not_spoken_is_said_in_english() -> None:
    assert get_texts("ja") is get_texts(None) is ENGLISH
