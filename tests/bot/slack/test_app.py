from __future__ import annotations

import json

import pytest

from bot.settings import BotSettings
from bot.slack.api.client import BotIdentity
from bot.slack.api.rate_limits import RateLimiter
from bot.slack.app import EVENTS, build_app
from bot.slack.handlers.commands import COMMANDS
from bot.slack.handlers.compare import COMPARE_COMMAND
from bot.slack.handlers.file_upload import FileUpload
from bot.slack.handlers.gaps import GAPS_COMMAND
from bot.slack.people.admins import Admins
from bot.slack.people.directory import SlackDirectory
from bot.slack.people.users import Users
from bot.slack.questions.intake import QuestionIntake
from bot.slack.questions.model_queue import ModelQueue
from bot.slack.running_tasks import RunningTasks
from playground.slack.rules.blocks import find_block_problems
from playground.slack.rules.limits import SCOPES
from playground.slack.rules.rates import CALLS_A_MINUTE
from playground.slack.web_api.json_values import JsonObject
from tests.bot.slack.running_bot import MANIFEST, Scripted, at_work, saying
from tests.doubles.temporary_qdrant import open_temporary_qdrant

DECLARED = json.loads(MANIFEST.read_text(encoding="utf-8"))
SCOPES_DECLARED = set(DECLARED["oauth_config"]["scopes"]["bot"])
CALLED = (
    "agents.sessions.rename",
    "agents.sessions.setStatus",
    "assistant.threads.setSuggestedPrompts",
    "chat.startStream",
    "conversations.history",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "users.conversations",
    "users.list",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.open",
    "conversations.replies",
    "usergroups.users.list",
    "users.info",
    "reactions.add",
    "reactions.remove",
)


def test_the_manifest_declares_every_event_that_is_listened_to_and_no_other() -> None:
    assert set(DECLARED["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


def test_the_manifest_declares_every_command_and_no_other() -> None:
    assert {command["command"] for command in DECLARED["features"]["slash_commands"]} == {
        *COMMANDS,
        COMPARE_COMMAND,
        GAPS_COMMAND,
    }


@pytest.mark.parametrize("method", CALLED)
def test_the_manifest_asks_for_what_a_call_needs(method: str) -> None:
    assert method in CALLS_A_MINUTE
    assert SCOPES_DECLARED.intersection(SCOPES[method])


def test_the_manifest_asks_for_the_history_of_every_kind_of_conversation() -> None:
    assert {f"{kind}:history" for kind in ("channels", "groups", "im", "mpim")} <= SCOPES_DECLARED


def test_the_manifest_makes_an_agent() -> None:
    assert "agent_view" in DECLARED["features"]
    assert "assistant_view" not in DECLARED["features"]


def test_the_manifest_uses_socket_mode_and_stays_within_slack_s_sizes() -> None:
    assert DECLARED["settings"]["socket_mode_enabled"] is True
    assert DECLARED["settings"]["token_rotation_enabled"] is False
    assert len(DECLARED["display_information"]["name"]) <= 35
    assert len(DECLARED["display_information"]["description"]) <= 140
    assert all(len(command.get("usage_hint", "")) <= 1000 for command in DECLARED["features"]["slash_commands"])


@pytest.mark.parametrize(
    "event",
    [
        {"type": "team_rename", "name": "x"},
        {"type": "message", "subtype": "message_deleted", "channel": "C1", "channel_type": "im", "ts": "1.0"},
        {"type": "message", "channel": "C1", "channel_type": "channel", "ts": "1.0", "user": "U1", "text": "hi"},
        {
            "type": "message",
            "channel": "C1",
            "channel_type": "im",
            "ts": "1.0",
            "user": "UB",
            "bot_id": "B",
            "text": "",
        },
        {"type": "message", "channel": "C1", "channel_type": "im", "ts": "1.0", "user": "USOUFFLEUR", "text": "me"},
        {"type": "app_home_opened", "user": "UJAMES", "channel": "DJAMES", "tab": "about"},
    ],
    ids=["unknown", "deleted", "channel", "another bot", "itself", "unknown tab"],
)
async def test_every_event_is_acknowledged_and_nothing_is_answered(event: JsonObject) -> None:
    async with at_work(saying("?")) as desk:
        payload: JsonObject = {"type": "event_callback", "team_id": "TLUMIERE", "event": event, "event_id": "Ev1"}
        await desk.slack.delivery.request_ack("events_api", payload)
        assert [sent.acked for sent in desk.slack.sent] == [True]
        assert desk.answering.questions == []


@pytest.mark.parametrize(
    "interaction",
    [
        {"type": "block_actions", "actions": [{"action_id": "old", "type": "button", "block_id": "b"}]},
        {"type": "view_submission", "view": {"callback_id": "old", "type": "modal", "state": {"values": {}}}},
        {"type": "view_closed", "view": {"callback_id": "old", "type": "modal"}},
        {"type": "shortcut", "callback_id": "old", "trigger_id": "1"},
        {"type": "block_suggestion", "action_id": "old", "block_id": "b", "value": ""},
    ],
    ids=lambda interaction: str(interaction["type"]),
)
async def test_every_interaction_is_acknowledged(interaction: JsonObject) -> None:
    async with at_work(saying("?")) as desk:
        person: JsonObject = {"team": {"id": "TLUMIERE"}, "user": {"id": "UJAMES", "team_id": "TLUMIERE"}}
        await desk.slack.delivery.request_ack("interactive", {**person, **interaction})
        assert [sent.acked for sent in desk.slack.sent] == [True]


@pytest.mark.parametrize(
    "part",
    [
        *(Admins, BotIdentity, FileUpload, ModelQueue, QuestionIntake),
        *(RateLimiter, RunningTasks, SlackDirectory, Users),
    ],
)
def test_a_part_that_remembers_is_built_once(part: type, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    initialize = part.__init__  # type: ignore[misc] # counted, and called as it is

    def count(self: object, *args: object, **kwargs: object) -> None:
        built.append(self)
        initialize(self, *args, **kwargs)

    monkeypatch.setattr(part, "__init__", count)
    build_app(BotSettings(_env_file=None), Scripted(saying("?")), open_temporary_qdrant())
    assert len(built) == 1


def test_the_double_knows_the_blocks_used_here() -> None:
    assert find_block_problems([{"type": "markdown", "text": "x" * 12_000}]) == []
