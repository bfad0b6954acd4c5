"""Apps of five kinds, as users of Bolt write them, run unchanged as programs of their own against the local Slack."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.slack.app import LocalSlack, serve_slack
from playground.slack.rules.errors import UserActionError
from playground.slack.state.records import Message, View
from playground.slack.web_api.json_values import JsonObject

COMMANDS = ("/holiday", "/remind-me", "/forget")
BOT = "<@USOUFFLEUR>"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest of these apps: their commands, and the older assistant view."""
    commands = [{"command": name, "description": "A test's"} for name in COMMANDS]
    events = ["app_mention", "assistant_thread_started", "message.channels", "message.im"]
    scopes = ["app_mentions:read", "assistant:write", "channels:history", "chat:write", "commands", "files:read"]
    body = {
        "features": {"assistant_view": {"assistant_description": "Helps."}, "slash_commands": commands},
        "settings": {"event_subscriptions": {"bot_events": events}},
        "oauth_config": {"scopes": {"bot": [*scopes, "files:write", "im:history"]}},
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(body))
    return path


@contextlib.asynccontextmanager
async def running(name: str, manifest: Path) -> AsyncIterator[LocalSlack]:
    """A local Slack with one of the apps connected to it."""
    async with serve_slack(port=0, manifest=manifest, ack_limit=30, trigger_life=30) as slack:
        tokens = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
        }
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"tests.playground.slack.sample_apps.{name}", env={**os.environ, **tokens}
        )
        try:
            await slack.wait_connected()
            yield slack
        finally:
            with contextlib.suppress(ProcessLookupError):
                program.terminate()
            await program.wait()


async def run_command(slack: LocalSlack, text: str) -> None:
    """Runs a command of the manifest in #general."""
    alice = slack.person("alice")
    command, _, rest = text.partition(" ")
    await alice.command(command, rest, "#general")


async def answer_with(slack: LocalSlack, words: str) -> Message:
    return await slack.wait_for(lambda m: words in m.text and not m.streaming)


async def test_a_streamed_answer_shows_its_steps(manifest: Path) -> None:
    async with running("streaming_tasks", manifest) as slack:
        asked = await slack.person("alice").post("#general", f"{BOT} count")
        answer = await answer_with(slack, "three.")
    assert (answer.thread_ts, answer.text, answer.has_plan) == (asked, "One, **two**, three.", True)
    assert [(task.title, task.status) for task in answer.tasks] == [("Counting", "complete")]


async def test_the_assistant_class_greets_and_answers_in_its_threads(manifest: Path) -> None:
    async with running("assistant", manifest) as slack:
        alice = slack.person("alice")
        await alice.open_home("messages")
        greeting = await answer_with(slack, "How can I help?")
        thread = greeting.thread_ts
        assert thread
        await slack.wait_until(lambda: slack.workspace.prompts.get(("DALICE", thread)))
        await alice.dm("hello", thread)
        answer = await answer_with(slack, "You said: hello")
        assert answer.thread_ts == thread
        assert slack.workspace.titles["DALICE", thread].title == "hello"


def days(many: int) -> JsonObject:
    return {"days": {"value": {"type": "plain_text_input", "value": str(many)}}}


async def test_a_modal_refuses_takes_and_goes_on(manifest: Path) -> None:
    async with running("modals", manifest) as slack:
        await run_command(slack, "/holiday")
        view: View = await slack.wait_until(lambda: next(iter(slack.views), None))
        alice = slack.person("alice")
        assert await alice.submit(view, days(30)) == {"days": "At most 25 days."}
        assert await alice.submit(view, days(3)) == {}
        assert (await answer_with(slack, "You asked for 3 days.")).channel == "DALICE"
        assert "*3* days it is." in json.dumps(slack.workspace.views[view.id].body)


async def test_a_file_is_read_and_another_one_sent_back(manifest: Path) -> None:
    async with running("files", manifest) as slack:
        shared = await slack.person("alice").share("#general", "", "poem.txt", b"one\ntwo\nthree\n")
        answer = await answer_with(slack, "Counted.")
    assert (answer.thread_ts, answer.files[0].name, answer.files[0].content) == (shared, "count.txt", b"3 lines")


async def test_a_message_is_scheduled_listed_and_taken_back(manifest: Path) -> None:
    async with running("scheduled_messages", manifest) as slack:
        await run_command(slack, "/remind-me 3600 Never said.")
        await slack.wait_until(lambda: any(call.method == "chat.scheduleMessage" for call in slack.calls))
        await run_command(slack, "/forget")
        assert (await answer_with(slack, "Forgotten: 1.")).ephemeral_to == "UALICE"
        await run_command(slack, "/remind-me 2 It is time.")
        assert (await answer_with(slack, "It is time.")).channel == "CGENERAL"
    assert not any("Never said" in message.text for message in slack.messages)


async def test_a_command_that_the_manifest_has_not_is_none(manifest: Path) -> None:
    async with running("modals", manifest) as slack:
        with pytest.raises(UserActionError):
            await run_command(slack, "/ask")
