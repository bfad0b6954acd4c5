"""`python -m playground.slack`: any app, with a workspace of its own."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.__main__ import main
from playground.slack.app import serve_slack
from playground.slack.state.workspace_file import read_workspace_file
from tests.playground.slack.bolt import app_of, client_of, code, connected

WORKSPACE = {
    "people": [{"name": "ada", "real_name": "Ada Byron", "is_admin": True}, {"name": "charles", "locale": "en-GB"}],
    "channels": [
        {"name": "general", "topic": "All of us"},
        {"name": "engine-room", "members": ["charles"], "is_private": True, "has_app": False},
    ],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace.json"
    path.write_text(json.dumps(WORKSPACE))
    return path


async def test_an_app_of_bolt_answers_in_a_workspace_of_its_own(workspace: Path) -> None:
    async with serve_slack(port=0, company=read_workspace_file(workspace)) as slack:
        app = app_of(slack)

        @app.event("app_mention")
        async def greet(event: dict[str, str], say: AsyncSay) -> None:
            await say(f"Hello <@{event['user']}>")

        async with connected(slack, app):
            await slack.person("ada").post("#general", "<@USOUFFLEUR> hello")
            assert (await slack.wait_for(lambda m: bool(m.bot_id))).text == "Hello <@UADA>"
        listed = await client_of(slack).conversations_list()
        assert [one["name"] for one in listed["channels"]] == ["general"]


async def test_the_command_says_where_it_is_and_what_an_app_needs(workspace: Path) -> None:
    arguments = (sys.executable, "-m", "playground.slack", "--port", "0", "--workspace", str(workspace))
    running = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    assert running.stdout
    try:
        said = [(await asyncio.wait_for(running.stdout.readline(), 60)).decode().strip() for _ in range(5)]
        named = dict(re.findall(r"export (\w+)=(\S+)", "\n".join(said)))
        client = AsyncWebClient(token=named["SLACK_BOT_TOKEN"], base_url=named["SLACK_API_URL"])
        assert (await client.users_info(user="UADA"))["user"]["is_admin"]
        assert named["SLACK_APP_TOKEN"].startswith("xapp-")
    finally:
        running.terminate()
        await running.wait()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("{}", "names nobody"),
        ('{"people": [{"name": "Ada Byron"}]}', "is no name"),
        ('{"people": [{"name": "ada"}], "channels": [{"name": "a", "members": ["bob"]}]}', "who is not among"),
    ],
)
def test_a_workspace_file_that_cannot_be_used_is_refused_in_one_sentence(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "workspace.json"
    path.write_text(text)
    assert main(["--workspace", str(path)]) == 2
    assert said in capsys.readouterr().err
    assert main(["--workspace", str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err


async def test_a_scheduled_message_is_posted_when_its_time_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    soon = 1_800_000_000
    monkeypatch.setattr("playground.slack.web_api.methods_chat.get_time", lambda: soon - 0.1)
    async with serve_slack(port=0) as slack:
        client = client_of(slack)
        told = await client.chat_scheduleMessage(channel="#general", text="It is time.", post_at=soon)
        assert (told["post_at"], slack.messages) == (str(soon), [])
        assert (await slack.wait_for(lambda m: m.text == "It is time.")).bot_id
        assert await code(client.chat_scheduleMessage(channel="#general", text="?", post_at=1)) == "time_in_past"
        far = soon + 121 * 86_400
        assert await code(client.chat_scheduleMessage(channel="#general", text="?", post_at=far)) == "time_too_far"
        assert await code(client.chat_scheduleMessage(channel="#general", text="?", post_at="noon")) == "invalid_time"
