from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import BotSettings
from ingestion.settings import IngestionSettings
from knowledge.core.failures import SettingsError
from knowledge.runtime.settings import (
    Settings,
    disable_telemetry,
    find_unknown_settings,
    format_setting_errors,
    is_local_model,
    list_setting_names,
    normalize_model_name,
)
from tests.bot.cli.running_commands import Terminal
from tests.deployment.settings import EVERY_VARIABLE

MALFORMED = [
    ("QDRANT_URL", "qdrant:6333"),
    ("QDRANT_URL", "http://"),
    ("QDRANT_URL", "http://host:port"),
    ("QDRANT_URL", "http://host:99999"),
    ("QDRANT_TIMEOUT", "0"),
    ("QDRANT_TIMEOUT", "soon"),
    ("COLLECTION", "a b"),
    ("COLLECTION", "x" * 65),
    ("OLLAMA_URL", "127.0.0.1:11434"),
    ("EMBEDDING_TIMEOUT", "-1"),
    ("EMBEDDING_TIMEOUT", "inf"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "LOUD"),
    ("SCAN_SECONDS", "0"),
    ("SCAN_SECONDS", "nan"),
    ("QUIET_SECONDS", "-1"),
    ("MAX_FILE_MB", "1.5"),
    ("READ_SECONDS", "0"),
    ("READ_MEMORY_MB", "100"),
    ("READERS", "0"),
    ("READERS", "65"),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_a_malformed_value_is_named_in_one_sentence(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        IngestionSettings.load()
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is not usable (")
    assert sentence.endswith("): correct it in the environment or in .env and start again.")
    assert "\n" not in sentence


def test_several_malformed_values_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READERS", "0")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError, match=r"LOG_LEVEL is not usable .*; READERS is not usable "):
        IngestionSettings.load()


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QDRANT_URL", "QDRANT_API_KEY", "QDRANT_TIMEOUT", "HEARTBEAT_DIR"):
        monkeypatch.setenv(name, "")
    settings = Settings.load()
    assert (settings.qdrant_url, settings.qdrant_api_key, settings.qdrant_timeout) == (None, None, 30)
    assert settings.heartbeat_dir is None


def test_the_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("QDRANT_TIMEOUT=7\nCOLLECTION=équipe\nUNKNOWN=1\n".replace("équipe", "team"))
    monkeypatch.setenv("COLLECTION", "other")
    settings = Settings.load()
    assert (settings.qdrant_timeout, settings.collection) == (7, "other")


def test_an_env_file_that_is_no_text_is_named() -> None:
    Path(".env").write_bytes(b"COLLECTION=\xe9quipe\n")
    with pytest.raises(SettingsError, match=r"^The file \.env is not UTF-8 text: save it as UTF-8 and start again\.$"):
        Settings.load()


def test_the_command_line_wins_where_it_says_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMENTS_DIR", "here")
    assert IngestionSettings.load(documents_dir=None).documents_dir == Path("here")
    assert IngestionSettings.load(documents_dir=Path("there")).documents_dir == Path("there")


def test_addresses_lose_their_last_slash() -> None:
    assert Settings.load(qdrant_url="http://q:6333/", ollama_url="https://o/").qdrant_url == "http://q:6333"


def test_a_key_is_not_shown() -> None:
    assert "hunter2" not in repr(Settings.load(qdrant_api_key="hunter2"))


def test_telemetry_is_off_in_the_process_and_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    for name in ("DO_NOT_TRACK", "SCARF_NO_ANALYTICS", "LANGSMITH_TRACING"):
        os.environ.pop(name, None)
    disable_telemetry()
    code = "import os; print(os.environ['DO_NOT_TRACK'], os.environ['LANGSMITH_TRACING'])"
    child = subprocess.run(  # noqa: S603  # our own words to our own interpreter
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, env=os.environ
    )
    assert child.stdout == "1 false\n"


@pytest.mark.parametrize("name", ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"])
def test_no_variable_of_the_environment_has_langchain_report_questions(name: str) -> None:
    code = (
        "from knowledge.runtime.settings import disable_telemetry; disable_telemetry();"
        "import langchain_core.callbacks; from langsmith.utils import tracing_is_enabled; print(tracing_is_enabled())"
    )
    child = subprocess.run(  # noqa: S603  # our own words to our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, name: "true"},
    )
    assert child.stdout == "False\n"


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text("of-my-own\n", encoding="utf-8")
    monkeypatch.setenv("QDRANT_API_KEY_FILE", str(tmp_path / "key"))
    key = Settings.load().qdrant_api_key
    assert key is not None
    assert key.get_secret_value() == "of-my-own"
    assert "of-my-own" not in repr(Settings.load())


def test_a_secret_given_twice_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QDRANT_API_KEY", "one-key")
    monkeypatch.setenv("QDRANT_API_KEY_FILE", "two")
    with pytest.raises(SettingsError) as refusal:
        Settings.load()
    assert str(refusal.value) == (
        "QDRANT_API_KEY and QDRANT_API_KEY_FILE are both set (keep one of them): "
        "correct it in the environment or in .env and start again."
    )


@pytest.mark.parametrize(
    "content", [b"", b"two words", b"\xff\xfe", b"x" * 10_000], ids=["empty", "two words", "no text", "too long"]
)
def test_a_file_that_holds_no_secret_is_named_and_not_shown(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("QDRANT_API_KEY_FILE", "key")
    with pytest.raises(SettingsError, match=r"QDRANT_API_KEY_FILE is not usable \(key must") as refusal:
        Settings.load()
    assert "two words" not in str(refusal.value)


def test_a_secret_s_file_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QDRANT_API_KEY_FILE", "none")
    with pytest.raises(SettingsError, match=r"QDRANT_API_KEY_FILE is not usable \(none: No such file or directory\)"):
        Settings.load()


def test_every_setting_of_both_processes_is_known_and_no_other() -> None:
    assert list_setting_names() == EVERY_VARIABLE


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("CHAT_MODL=foo", ["CHAT_MODL in .env is no setting of Souffleur and is not read: did you mean CHAT_MODEL?"]),
        (
            "WEATHER=fine",
            ["WEATHER in .env is no setting of Souffleur and is not read: remove it, or see .env.example"],
        ),
        ("chat_model=mixtral\nexport ADMINS=U1", []),
        ("# CHAT_MODL=foo\nHTTPS_PROXY=http://proxy:1\nCOMPOSE_PROFILES=x", []),
        ("", []),
    ],
)
def test_a_name_that_nothing_reads_is_told_with_the_nearest_one(line: str, sentences: list[str]) -> None:
    Path(".env").write_text(f"{line}\n")
    told = find_unknown_settings()
    assert len(told) == len(sentences)
    assert all(one.startswith(sentence) for one, sentence in zip(told, sentences, strict=True))


def test_without_a_file_nothing_is_told() -> None:
    assert find_unknown_settings() == []


@pytest.mark.parametrize(("module", "command"), [("bot", "health"), ("ingestion", "status")])
def test_both_processes_tell_it_and_go_on(module: str, command: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHAT_MODL=foo\n")
    done = Terminal(tmp_path).run(command, module=module)
    assert done.stderr.count("\n") == 1
    assert "WARNING knowledge.runtime.settings: CHAT_MODL in .env is no setting of Souffleur" in done.stderr
    assert done.stdout


@pytest.mark.parametrize(
    ("settings", "given", "said"),
    [
        (IngestionSettings, {"readers": "many"}, "READERS is not usable (must be a whole number)"),
        (IngestionSettings, {"scan_seconds": "soon"}, "SCAN_SECONDS is not usable (must be a number)"),
        (BotSettings, {"chat_parallel": "0"}, "CHAT_PARALLEL is not usable (must be 1 or more)"),
        (BotSettings, {"num_ctx": "12"}, "NUM_CTX is not usable (must be 2048 or more)"),
        (BotSettings, {"filing": "maybe"}, "FILING is not usable (must be one of: off, on)"),
        (BotSettings, {"log_level": "loud"}, "LOG_LEVEL is not usable (must be one of: DEBUG, INFO, WARNING, ERROR)"),
        (BotSettings, {"qdrant_url": "foo"}, "QDRANT_URL is not usable (must start with http:// or https://)"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_setting_is_named_with_what_it_must_be(
    settings: type[BotSettings] | type[IngestionSettings], given: dict[str, str], said: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        settings(_env_file=None, **given)  # type: ignore[arg-type]  # as text, from the environment
    assert format_setting_errors(refusal.value) == f"{said}: correct it in the environment or in .env and start again."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("bge-m3", "bge-m3"),
        ("ollama:bge-m3", "bge-m3"),
        ("nomic-embed-text:latest", "nomic-embed-text:latest"),
        ("ollama:nomic-embed-text:v1.5", "nomic-embed-text:v1.5"),
        ("hf.co/org/model:Q8_0", "hf.co/org/model:Q8_0"),
        (" local:multilingual-e5-small ", "local:multilingual-e5-small"),
    ],
)
def test_a_model_keeps_the_name_that_its_index_has(given: str, kept: str) -> None:
    assert normalize_model_name(given) == kept
    assert Settings(embedding_model=given).embedding_model == kept


@pytest.mark.parametrize("name", ["local:bge-m3", "local:", "ollama:", "  "])
def test_a_name_that_no_provider_has_is_one_sentence_about_the_setting(name: str) -> None:
    with pytest.raises(SettingsError, match=r"^EMBEDDING_MODEL is not usable \(.*\): correct it"):
        Settings.load(embedding_model=name)


def test_only_the_local_provider_is_local() -> None:
    assert is_local_model("local:multilingual-e5-small")
    assert not is_local_model("localhost-model:latest")
