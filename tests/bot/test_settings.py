from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import BotSettings
from knowledge.core.failures import SettingsError


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_admins_are_read_from_a_comma_separated_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINS", "U01ABC, W02DEF,")
    assert BotSettings.load().admins == frozenset({"U01ABC", "W02DEF"})


def test_nobody_is_an_admin_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINS", "")
    assert BotSettings.load().admins == frozenset()


def test_the_api_address_ends_with_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8321/api")
    assert BotSettings.load().slack_api_url == "http://127.0.0.1:8321/api/"


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(BotSettings.load(slack_bot_token="xoxb-secret"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMINS", "alice"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_BOT_TOKEN", "hunter2"),
        ("SLACK_APP_TOKEN", "hunter2"),
        ("CHAT_TIMEOUT", "soon"),
        ("CHAT_TIMEOUT", "0"),
        ("NUM_CTX", "10"),
        ("PASSAGES_IN_PROMPT", "0"),
        ("DOCUMENT_URL_TEMPLATE", "http://host/files"),
        ("DOCUMENT_URL_TEMPLATE", "/files/{path}"),
        ("DOCUMENT_URL_TEMPLATE", "http://host/{path}/{line}"),
        ("DOCUMENT_URL_TEMPLATE", "http://host/{path}{"),
        ("SHUTDOWN_GRACE", "-1"),
    ],
)
def test_a_malformed_value_is_named_in_one_sentence(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        BotSettings.load()
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is not usable")
    assert "\n" not in sentence
    assert "hunter2" not in sentence
