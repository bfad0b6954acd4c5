"""Calls every method of the local Slack and has people do everything, to see what it answers and sends."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from playground.slack.app import LocalSlack, serve_slack
from playground.slack.rules.errors import UserActionError
from playground.slack.state.records import User
from playground.slack.state.settings import PlaygroundSlack

GENERAL, DIRECT, ALICE = "CGENERAL", "DALICE", "UALICE"
BUTTON = {"type": "button", "action_id": "a", "value": "v", "text": {"type": "plain_text", "text": "Press"}}
BLOCKS = [{"type": "actions", "block_id": "b", "elements": [BUTTON]}]
_NAME = {"type": "plain_text", "text": "Window"}
MODAL = {"type": "modal", "title": _NAME, "submit": _NAME, "close": _NAME, "notify_on_close": True, "blocks": BLOCKS}
KINDS = "public_channel,private_channel,im,mpim"


@dataclass(slots=True)
class Played:
    """A local Slack in use: its answers by method, and what it sent by kind."""

    slack: LocalSlack
    session: aiohttp.ClientSession
    answers: list[tuple[str, Any]] = field(default_factory=list)

    async def call(self, method: str, **arguments: object) -> Any:
        """Call a method, which must answer that all is well."""
        token = self.slack.app_token if method.startswith("apps.") else self.slack.bot_token
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.post(self.slack.api_url + method, json=arguments, headers=headers) as response:
            answer = await response.json()
        assert answer["ok"], (method, answer)
        self.answers.append((method, answer))
        return answer

    def trigger(self, view: str | None = None) -> str:
        """What a person's press gives an app to open a window with."""
        return self.slack.triggers.issue_trigger(ALICE, self.slack.api.now(), view)

    def list_sent(self) -> list[tuple[str, Any]]:
        """What was sent to the app, each with its kind."""
        return [(name_sent(sent.payload), sent.payload) for sent in self.slack.sent]


def name_sent(payload: Any) -> str:
    """The kind of an event, an interaction or a command."""
    event = payload.get("event")
    return str(event["type"] if event else payload.get("type") or "command")


async def play_everything() -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """All answers by method, and all that was sent by kind."""
    settings = PlaygroundSlack(port=0, rate_factor=0)  # without a manifest, every event and scope is granted
    async with serve_slack(settings) as slack, aiohttp.ClientSession() as session:
        played = Played(slack, session)
        await _play_people(played)
        posted = await _play_messages(played)
        await _play_agent(played)
        await _play_lists(played, posted)
        await _play_windows(played, posted)
        await _play_steps(played)
        await played.call("chat.delete", channel=GENERAL, ts=posted)
        return played.answers, played.list_sent()


async def _play_people(played: Played) -> None:
    alice, james = (played.slack.person(name) for name in ("alice", "james"))
    workspace = played.slack.workspace
    asked = await alice.post(GENERAL, f"<@{workspace.bot.id}> hello")
    await james.post(GENERAL, "a reply", asked)
    await james.broadcast(GENERAL, "shown to all", asked)
    await alice.share(GENERAL, "a file", "plan.pdf", b"%PDF")
    draft = await alice.post(GENERAL, "a draft")
    await alice.edit(GENERAL, draft, "an edit")
    for _ in range(2):
        await alice.react(GENERAL, draft, "eyes")
    await alice.delete(GENERAL, draft)
    await alice.look_at()
    await alice.look_at(GENERAL, asked)
    await alice.dm("what is this about?")
    for tab in ("home", "messages"):
        await alice.open_home(tab)
    workspace.leave(GENERAL, james.id)
    workspace.join(GENERAL, james.id, inviter=ALICE)
    workspace.put_user(User("UNEW", "new", "New Person"))
    workspace.put_user(User("UNEW", "new", "New Name"))
    workspace.rename_channel("CRH", "people")


async def _play_messages(played: Played) -> str:
    posted = await played.call(
        "chat.postMessage",
        channel=GENERAL,
        text="hi",
        blocks=BLOCKS,
        metadata={"event_type": "kind", "event_payload": {"n": 1}},
    )
    ts = str(posted["ts"])
    await played.call("chat.update", channel=GENERAL, ts=ts, text="ho", blocks=BLOCKS)
    await played.call("chat.getPermalink", channel=GENERAL, message_ts=ts)
    await played.call("chat.postEphemeral", channel=GENERAL, user=ALICE, text="psst", blocks=BLOCKS)
    for method in ("reactions.add", "reactions.remove"):
        await played.call(method, channel=GENERAL, timestamp=ts, name="eyes")
    later = int(time.time()) + 3_600
    scheduled = await played.call("chat.scheduleMessage", channel=GENERAL, text="later", post_at=later)
    await played.call("chat.scheduledMessages.list")
    name = scheduled["scheduled_message_id"]
    await played.call("chat.deleteScheduledMessage", channel=GENERAL, scheduled_message_id=name)
    await _play_files(played)
    asked = next(m.ts for m in played.slack.messages if m.text.endswith("hello"))
    team = played.slack.workspace.team_id
    stream = await played.call(
        "chat.startStream",
        channel=GENERAL,
        thread_ts=asked,
        recipient_user_id=ALICE,
        recipient_team_id=team,
        markdown_text="One",
    )
    await played.call("chat.appendStream", channel=GENERAL, ts=stream["ts"], markdown_text=" two")
    await played.call("chat.stopStream", channel=GENERAL, ts=stream["ts"])
    return ts


async def _play_files(played: Played) -> None:
    named = {"filename": "page.png", "length": 3, "alt_txt": "A page"}
    issued = await played.call("files.getUploadURLExternal", **named)
    async with played.session.post(issued["upload_url"], data=b"png") as response:
        assert response.ok
    await played.call("files.completeUploadExternal", files=[{"id": issued["file_id"]}], channel_id=GENERAL)


async def _play_agent(played: Played) -> None:
    alice = played.slack.person("alice")
    place = {"channel_id": DIRECT, "thread_ts": await alice.dm("hello")}
    await played.call("assistant.threads.setStatus", **place, status="thinking")
    await played.call("assistant.threads.setTitle", **place, title="A title")
    prompts = [{"title": "Leave", "message": "How many days?"}]
    await played.call("assistant.threads.setSuggestedPrompts", channel_id=DIRECT, prompts=prompts)
    await played.call("agents.sessions.setStatus", **place, status="processing", title="A title")
    await played.call("agents.sessions.rename", **place, title="Another")
    await alice.stop(DIRECT, place["thread_ts"])


async def _play_lists(played: Played, posted: str) -> None:
    asked = next(m.ts for m in played.slack.messages if m.text.endswith("hello"))
    for method, arguments in (
        ("api.test", {}),
        ("apps.connections.open", {}),
        ("auth.test", {}),
        ("bots.info", {"bot": played.slack.workspace.bot_id}),
        ("conversations.history", {"channel": GENERAL, "limit": 1}),
        ("conversations.history", {"channel": GENERAL}),
        ("conversations.info", {"channel": DIRECT}),
        ("conversations.info", {"channel": GENERAL, "include_num_members": True}),
        ("conversations.list", {"types": KINDS}),
        ("conversations.members", {"channel": GENERAL, "limit": 2}),
        ("conversations.open", {"users": ALICE}),
        ("conversations.open", {"users": ALICE, "return_im": True}),
        ("conversations.replies", {"channel": GENERAL, "ts": asked}),
        ("conversations.create", {"name": "lampe-orion"}),
        ("conversations.invite", {"channel": "lampe-orion", "users": ALICE}),
        ("conversations.join", {"channel": "lampe-orion"}),
        ("blocks.validate", {"blocks": BLOCKS}),
        ("emoji.list", {}),
        ("files.info", {"file": "F0001"}),
        ("pins.add", {"channel": GENERAL, "timestamp": posted}),
        ("pins.list", {"channel": GENERAL}),
        ("pins.remove", {"channel": GENERAL, "timestamp": posted}),
        ("team.info", {}),
        ("usergroups.list", {}),
        ("usergroups.users.list", {"usergroup": next(iter(played.slack.workspace.usergroups))}),
        ("users.conversations", {"types": KINDS}),
        ("users.info", {"user": ALICE, "include_locale": True}),
        ("users.list", {"include_locale": True}),
        ("users.lookupByEmail", {"email": "alice@maison-lumiere.example"}),
        ("users.profile.get", {"user": ALICE}),
    ):
        await played.call(method, **arguments)


async def _play_windows(played: Played, posted: str) -> None:
    alice, slack = played.slack.person("alice"), played.slack
    await played.call("views.publish", user_id=ALICE, view={"type": "home", "blocks": BLOCKS})
    opened = (await played.call("views.open", trigger_id=played.trigger(), view=MODAL))["view"]["id"]
    await played.call("views.push", trigger_id=played.trigger(opened), view=MODAL)
    await played.call("views.update", view_id=opened, view=MODAL)
    message = slack.workspace.message(GENERAL, posted)
    private = next(m for m in slack.messages if m.ephemeral_to)
    window = slack.workspace.views[opened]
    assert message
    for doing in (
        alice.click(message, "a"),
        alice.click(private, "a"),
        alice.click(window, "a"),
        alice.submit(window),
        alice.shortcut(message, "ask_about_this"),
        alice.command("/ask", "How many days?"),
        alice.close(window),
    ):
        with contextlib.suppress(UserActionError):  # no app is connected: what would be sent is kept all the same
            await doing


async def _play_steps(played: Played) -> None:
    for method, end in (("completeSuccess", {"outputs": {"answer": "Two."}}), ("completeError", {"error": "No."})):
        execution = played.slack.run_step("ask", {"question": "How many days?"})
        await played.call(f"functions.{method}", function_execution_id=execution, **end)
