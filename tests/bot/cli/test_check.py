from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.check import _check_qdrant_version, _check_slack, _judge_index_size, collect_findings
from bot.cli.speed import Finding
from bot.settings import BotSettings
from bot.slack.api.tokens import BOT_SCOPES
from knowledge.embeddings.local import client as local_client
from playground.qdrant import server
from playground.slack.app import LocalSlack, serve_slack
from tests.bot.cli.running_commands import NO_OLLAMA, Terminal
from tests.bot.slack.running_bot import MANIFEST, SLACK, settings_for
from tests.doubles.ollama import ollama_in_thread
from tests.local_model_process import local_model_process


async def _found(settings: BotSettings) -> dict[str, Finding]:
    found = await asyncio.to_thread(lambda: list(collect_findings(settings)))
    return {finding.what: finding for finding in found}


def _settings(slack: LocalSlack, folder: Path, **more: object) -> BotSettings:
    given = {"qdrant_path": folder / "q", "documents_dir": folder, "heartbeat_dir": folder, "ollama_url": NO_OLLAMA}
    return settings_for(slack, **{**given, **more})


def test_the_scopes_are_those_of_the_manifest() -> None:
    assert set(json.loads(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]) == BOT_SCOPES


async def test_where_everything_is_there_all_is_well(tmp_path: Path) -> None:
    with ollama_in_thread() as ollama:
        async with serve_slack(SLACK) as slack, server.serve_qdrant(None, api_key="of-my-own") as qdrant:
            key = SecretStr("of-my-own")
            settings = _settings(
                slack,
                tmp_path,
                qdrant_url=qdrant.url,
                qdrant_api_key=key,
                ollama_url=ollama.url,
            )
            found = await _found(settings)
    assert {one.what for one in found.values() if one.verdict != "well"} <= {"disk"}, found
    assert {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "Slack scopes", "Qdrant's key", "CHAT_MODEL", "clock"} <= set(found)


async def test_each_trouble_is_named_with_what_to_do(tmp_path: Path) -> None:
    narrow = tmp_path / "manifest.json"
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    manifest["oauth_config"]["scopes"]["bot"].remove("users:read")
    narrow.write_text(json.dumps(manifest), "utf-8")
    async with serve_slack(replace(SLACK, manifest=narrow)) as slack, server.serve_qdrant(None) as qdrant:
        slack.faults.fail("apps.connections.open", "invalid_auth")
        settings = _settings(
            slack, tmp_path, qdrant_url=qdrant.url, admins=frozenset(), documents_dir=tmp_path / "none"
        )
        found = await _found(settings)
    assert found["Slack scopes"].verdict == "broken"
    assert "missing users:read" in found["Slack scopes"].sentence
    assert "invalid_auth" in found["SLACK_APP_TOKEN"].sentence
    assert found["Ollama"].verdict == "broken"
    assert found["Qdrant's key"].verdict == found["ADMINS"].verdict == "doubtful"
    assert found["DOCUMENTS_DIR"].verdict == "well"  # the worker's; the bot is not given it by docker-compose.yml


async def test_a_refused_qdrant_key_is_broken(tmp_path: Path) -> None:
    async with serve_slack(SLACK) as slack, server.serve_qdrant(None, api_key="one-key") as qdrant:
        found = await _found(_settings(slack, tmp_path, qdrant_url=qdrant.url))
    assert found["Qdrant"] == Finding("broken", "Qdrant", "Qdrant refuses the key: set QDRANT_API_KEY to the server's.")


async def test_a_refused_token_is_told_from_a_slack_that_cannot_be_reached(tmp_path: Path) -> None:
    async with serve_slack(SLACK) as slack:
        wrong = await _found(_settings(slack, tmp_path, slack_bot_token=SecretStr("xoxb-wrong")))
        away = await _found(_settings(slack, tmp_path, slack_api_url="http://127.0.0.1:9/api/"))
    assert wrong["SLACK_BOT_TOKEN"].sentence.startswith("Slack refuses it (invalid_auth): copy it anew from the app's")
    assert wrong["SLACK_APP_TOKEN"].verdict == "well"
    for token in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert away[token].verdict == "broken"
        assert away[token].sentence.startswith("Slack cannot be asked (ClientConnectorError): look at this machine's")


async def test_a_channel_where_the_bot_hears_nothing_is_named(tmp_path: Path) -> None:
    named = {"answer_unasked": frozenset({"CGENERAL", "CPROJETS", "CNOWHERE"})}
    async with serve_slack(SLACK) as slack:
        settings = _settings(slack, tmp_path, embedding_model="local:multilingual-e5-small", **named)
        found = [one for one in await _check_slack(settings) if one.what == "ANSWER_UNASKED"]
    assert [(one.verdict, one.sentence.split(" (")[0]) for one in found] == [
        ("well", "the bot is in CGENERAL."),
        ("doubtful", "Slack does not show CNOWHERE"),
        ("doubtful", "the bot is not in CPROJETS, and hears nothing: invite it."),
    ]


async def test_a_missing_model_and_folders_that_are_files_are_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with ollama_in_thread() as ollama:
        async with serve_slack(SLACK) as slack:
            folders = {"documents_dir": file, "heartbeat_dir": file, "qdrant_path": file / "qdrant"}
            settings = _settings(slack, tmp_path, ollama_url=ollama.url, chat_model="none-such", **folders)
            found = await _found(settings)
    assert found["CHAT_MODEL"] == Finding(
        "broken", "CHAT_MODEL", "none-such is not there: run `ollama pull none-such`."
    )
    assert found["Qdrant"].sentence.endswith("(Not a directory): correct QDRANT_PATH or its permissions.")
    for name in ("DOCUMENTS_DIR", "HEARTBEAT_DIR", "QDRANT_PATH"):
        assert found[name] == Finding("broken", name, f"{file} is no folder: name one.")


async def test_a_qdrant_that_is_away_and_a_folder_that_may_not_be_written_are_named(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    async with serve_slack(SLACK) as slack:
        settings = _settings(slack, tmp_path, qdrant_url="http://127.0.0.1:9", filing="on", documents_dir=shut)
        found = await _found(settings)
    assert found["Qdrant"].sentence == "Qdrant does not answer: start it, or correct QDRANT_URL."
    if os.geteuid() != 0:  # root may write anywhere
        assert found["DOCUMENTS_DIR"].verdict == "broken"
        assert found["DOCUMENTS_DIR"].sentence.startswith(f"{shut} cannot be written: correct its permissions")


def test_the_command_says_what_is_missing_and_fails(tmp_path: Path) -> None:
    done = Terminal(tmp_path).run("check")
    assert done.returncode == 1
    assert "✗ Slack tokens: SLACK_BOT_TOKEN is missing" in done.stdout
    assert "✓ Qdrant: answers" in done.stdout
    found = json.loads(Terminal(tmp_path).run("check", "--json").stdout)
    assert {"verdict", "what", "sentence"} == set(found[0])


def test_an_empty_audit_says_so(tmp_path: Path) -> None:
    done = Terminal(tmp_path).run("audit")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Nothing yet" in done.stderr
    assert json.loads(Terminal(tmp_path).run("audit", "--json").stdout) == []


async def test_the_local_embedding_model_is_asked_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = partial(_settings, folder=tmp_path, embedding_model="local:multilingual-e5-small")
    async with serve_slack(SLACK) as slack:
        with local_model_process():
            there = await _found(settings(slack))
        monkeypatch.setattr(local_client, "is_local_model_installed", lambda: False)
        with local_model_process():
            missing = await _found(settings(slack))
    name = "local:multilingual-e5-small"
    assert there["EMBEDDING_MODEL"] == Finding("well", "EMBEDDING_MODEL", f"{name} answers, in a process of its own.")
    assert missing["EMBEDDING_MODEL"].verdict == "broken"
    assert "install souffleur[local]" in missing["EMBEDDING_MODEL"].sentence


@pytest.mark.parametrize(
    ("version", "verdict", "sentence"),
    [
        ("1.18.3", "broken", "go up one minor version at a time"),
        ("1.19.1", "well", "1.19.1."),
        ("1.99.0", "doubtful", "Update Souffleur first."),
        ("2.0.0", "doubtful", "Update Souffleur first."),
    ],
)
def test_a_qdrant_of_another_time_is_told(version: str, verdict: str, sentence: str) -> None:
    finding = _check_qdrant_version(version)
    assert finding.verdict == verdict
    assert sentence in finding.sentence


@pytest.mark.parametrize(
    ("passages", "is_embedded", "verdict", "words"),
    [
        (0, True, "well", "0 passages: the embedded index does"),
        (1_000_001, True, "doubtful", "run a Qdrant server"),
        (1_000_001, False, "well", "one server does"),
        (7_000_000, False, "doubtful", "more than one server"),
    ],
)
def test_the_size_of_the_index_is_judged(passages: int, is_embedded: bool, verdict: str, words: str) -> None:
    finding = _judge_index_size(passages, is_embedded=is_embedded)
    assert finding.verdict == verdict
    assert words in finding.sentence
