from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import BotSettings
from bot.slack import runner
from bot.slack.api.tokens import check_tokens
from bot.slack.app import SlackBot, build_app
from bot.slack.runner import serve_slack_bot
from knowledge.core.failures import IndexUnavailable, SettingsError
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.storage.question_log import QuestionLog
from playground.slack.app import serve_slack
from tests.bot.slack.running_bot import SLACK, Scripted, at_work, connected, saying, settings_for, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_bot_token", None),
        ("slack_app_token", None),
        ("slack_bot_token", SecretStr("xapp-playground")),
        ("slack_app_token", SecretStr("xoxb-playground")),
        ("slack_bot_token", SecretStr("xoxb-hunter2")),
        ("slack_app_token", SecretStr("xapp-hunter2")),
    ],
    ids=["no bot token", "no app token", "app for bot", "bot for app", "wrong bot token", "wrong app token"],
)
async def test_an_unusable_token_is_named_in_one_sentence(name: str, value: SecretStr | None) -> None:
    async with serve_slack(SLACK) as slack:
        with pytest.raises(SettingsError, match=name.upper()) as caught:
            await serve_slack_bot(_bot(settings_for(slack, **{name: value})))
        assert "hunter2" not in str(caught.value)


async def test_sigterm_ends_the_bot_in_order(tmp_path: Path) -> None:
    heartbeat = Heartbeat("bot", tmp_path)
    async with serve_slack(SLACK) as slack:
        task = asyncio.create_task(serve_slack_bot(_bot(settings_for(slack)), heartbeat))
        await slack.wait_connected()
        await until(lambda: _ready(heartbeat))
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(task, 5)
        assert not heartbeat.path.exists()
        await slack.wait_until(lambda: None if slack.sockets.open else True)


async def test_sigterm_ends_a_bot_that_still_waits_for_slack(tmp_path: Path, unused_tcp_port: int) -> None:
    heartbeat = Heartbeat("bot", tmp_path)
    async with serve_slack(SLACK) as slack:
        nowhere = settings_for(slack, slack_api_url=f"http://127.0.0.1:{unused_tcp_port}/api/")
    task = asyncio.create_task(serve_slack_bot(_bot(nowhere), heartbeat))
    await until(heartbeat.path.exists)
    assert not _ready(heartbeat)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(task, 5)


async def test_a_bot_that_cannot_reach_the_index_is_alive_and_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(log: QuestionLog) -> None:
        raise IndexUnavailable("away")

    monkeypatch.setattr(QuestionLog, "renew_leases", fail)
    heartbeat = Heartbeat("bot", tmp_path)
    async with serve_slack(SLACK) as slack:
        task = asyncio.create_task(serve_slack_bot(_bot(settings_for(slack)), heartbeat))
        await until(lambda: heartbeat.path.exists() and json.loads(heartbeat.path.read_text())["slack"])
        assert heartbeat.check_life()[0]
        assert heartbeat.check_heartbeat() == (
            False,
            "The bot process is alive (ready=False, slack=True, index=False).",
        )
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(task, 5)


async def test_a_slack_that_stumbles_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_RETRY_SECONDS", 0.01)
    async with serve_slack(SLACK) as slack:
        slack.faults.crash("auth.test", 503)
        slack.faults.fail("apps.connections.open", "internal_error")
        async with connected(slack, saying("Two days.")) as desk:
            ts = await slack.person("james").dm("How many?")
            assert (await desk.reply_to(ts)).text == "Two days."


async def test_the_bot_comes_back_when_slack_moves_its_connection() -> None:
    async with at_work(saying("Two days.")) as desk:
        await desk.slack.faults.disconnect()
        await desk.slack.wait_until(lambda: desk.slack.sockets.opened == 2 or None)
        await desk.slack.wait_until(lambda: any(not s.leaving for s in desk.slack.sockets.open) or None)
        ts = await desk.slack.person("james").dm("How many?")
        assert (await desk.reply_to(ts)).text == "Two days."


async def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with serve_slack(SLACK) as slack, connected(slack, saying("Two days.")) as desk:
        await slack.person("james").command("/ask", "How many?")
        await slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Two days." in m.text)
        ts = await slack.person("james").dm("How many?")
        assert (await desk.reply_to(ts)).text == "Two days."


def _bot(settings: BotSettings) -> SlackBot:
    client = open_temporary_qdrant()
    return build_app(settings, Scripted(saying("?")), client)


def _ready(heartbeat: Heartbeat) -> bool:
    return heartbeat.path.exists() and bool(json.loads(heartbeat.path.read_text())["ready"])


@pytest.mark.parametrize(
    ("url", "refused"),
    [("http://slack.example.org/api/", True), ("https://slack.example.org/api/", False), ("http://127.0.0.1/", False)],
)
def test_a_real_token_crosses_no_network_unencrypted(url: str, refused: bool) -> None:
    made_up = "xoxb-" + "1" * 12 + "-" + "2" * 12 + "-abc"
    settings = BotSettings(
        _env_file=None,
        slack_bot_token=SecretStr(made_up),
        slack_app_token=SecretStr("xapp-playground"),
        slack_api_url=url,
    )
    with pytest.raises(SettingsError, match="unencrypted") if refused else contextlib.nullcontext() as caught:
        check_tokens(settings)
    assert made_up not in str(caught)
