"""A Bolt app in conversation with people: mentions, direct messages, edits, joins, homes."""

from collections.abc import Mapping
from typing import TypeAlias

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.say.async_say import AsyncSay
from slack_bolt.context.say_stream.async_say_stream import AsyncSayStream
from slack_bolt.context.set_status.async_set_status import AsyncSetStatus
from slack_bolt.context.set_suggested_prompts.async_set_suggested_prompts import AsyncSetSuggestedPrompts
from slack_sdk.models.messages.chunk import TaskUpdateChunk

from playground.slack.app import LocalSlack
from playground.slack.rules.errors import UserActionError
from playground.slack.web_api.json_values import JsonObject
from tests.playground.slack.bolt import connected

Event: TypeAlias = Mapping[str, str]


async def test_a_mention_is_answered_in_its_thread_with_a_stream(slack: LocalSlack, app: AsyncApp) -> None:
    @app.event("app_mention")
    async def answer(say_stream: AsyncSayStream, set_status: AsyncSetStatus) -> None:
        await set_status("cherche…", loading_messages=["Je lis", "Je compare"])
        stream = await say_stream(buffer_size=8)
        await stream.append(chunks=[TaskUpdateChunk(id="1", title="Lire", status="complete")])
        await stream.append(markdown_text="**Deux** jours par semaine ")
        await stream.append(markdown_text="[1]")
        await stream.stop(blocks=[{"type": "context", "elements": [{"type": "mrkdwn", "text": "[1] guide.pdf"}]}])

    @app.event("message")
    async def ignore() -> None: ...

    async with connected(slack, app):
        asked = await slack.person("camille").post("#general", "@souffleur combien de jours ?")
        said = await slack.wait_for(lambda m: m.thread_ts == asked and not m.streaming)
    assert said.text == "**Deux** jours par semaine [1]"
    assert said.markdown
    assert said.tasks[0].title == "Lire"
    assert said.blocks[0]["type"] == "context"
    assert slack.workspace.statuses == {}


async def test_a_mention_is_two_events_of_one_message(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[tuple[str, Event, Mapping[str, str]]] = []

    async def hear(event: Event, body: Mapping[str, str]) -> None:
        heard.append((event["type"], event, body))

    app.event("app_mention")(hear)
    app.event("message")(hear)
    async with connected(slack, app):
        ts = await slack.person("camille").post("#rh", "@Souffleur un <b> & un lien https://x.example/a.")
        await slack.wait_until(lambda: len([s for s in slack.sent if s.acked]) == 2, what="two acks")
    assert {kind for kind, _, _ in heard} == {"app_mention", "message"}
    assert len({body["event_id"] for _, _, body in heard}) == 2
    assert {event["ts"] for _, event, _ in heard} == {ts}
    assert len({event["client_msg_id"] for _, event, _ in heard}) == 1
    assert heard[0][1]["text"] == "<@USOUFFLEUR> un &lt;b&gt; &amp; un lien <https://x.example/a>."
    assert {event.get("team") for _, event, _ in heard} == {"TLUMIERE"}


async def test_a_direct_message_comes_once_and_is_answered_in_its_thread(slack: LocalSlack, app: AsyncApp) -> None:
    @app.event("message")
    async def answer(event: Event, say: AsyncSay, context: AsyncBoltContext) -> None:
        assert event["channel_type"] == "im"
        await say(f"Bonjour {context.user_id}", thread_ts=event["ts"])

    async with connected(slack, app):
        asked = await slack.person("james").dm("@souffleur hello")
        said = await slack.wait_for(lambda m: m.thread_ts == asked)
    assert (said.text, said.bot_id) == ("Bonjour UJAMES", "BSOUFFLEUR")
    events = [s.payload["event"] for s in slack.sent]
    assert len([event for event in events if isinstance(event, dict) and event["user"] == "UJAMES"]) == 1


async def test_the_apps_own_messages_come_back_with_its_bot_id(slack: LocalSlack, app: AsyncApp) -> None:
    async with connected(slack, app):
        await app.client.chat_postMessage(channel="CGENERAL", text="bonjour")
        sent = await slack.wait_until(lambda: next((s for s in slack.sent if s.acked), None))
    event = sent.payload["event"]
    assert isinstance(event, dict)
    assert (event["bot_id"], event["user"]) == ("BSOUFFLEUR", "USOUFFLEUR")


async def test_edits_deletions_and_reactions_are_told(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[str] = []

    async def hear(event: Event) -> None:
        heard.append(event.get("subtype", event["type"]))

    for kind in ("message", "reaction_added", "reaction_removed"):
        app.event(kind)(hear)
    alice = slack.person("alice")
    async with connected(slack, app):
        ts = await alice.post("#rh", "un")
        await slack.wait_until(lambda: len(heard) == 1)
        await alice.edit("#rh", ts, "deux")
        await alice.react("#rh", ts, "eyes")
        await alice.react("#rh", ts, "eyes")
        await alice.delete("#rh", ts)
        await slack.wait_until(lambda: len([s for s in slack.sent if s.acked]) == 5)
    assert sorted(heard) == ["message", "message_changed", "message_deleted", "reaction_added", "reaction_removed"]


async def test_a_message_with_replies_leaves_a_tombstone_which_goes_with_the_last_of_them(
    slack: LocalSlack, app: AsyncApp
) -> None:
    heard: list[object] = []

    async def hear(event: JsonObject) -> None:
        after = event.get("message")
        heard.append(after.get("subtype") if isinstance(after, dict) else event.get("subtype"))

    app.event("message")(hear)
    alice = slack.person("alice")
    async with connected(slack, app):
        ts = await alice.post("#rh", "un")
        reply = await alice.post("#rh", "deux", ts)
        await slack.wait_until(lambda: len(heard) == 2)
        await alice.delete("#rh", ts)
        await slack.wait_until(lambda: len(heard) == 3)
        left = slack.workspace.message("CRH", ts)
        assert left
        assert (left.text, left.user) == ("This message was deleted.", "USLACKBOT")
        await alice.delete("#rh", reply)
        await slack.wait_until(lambda: len(heard) == 5)
    assert heard[2:] == ["tombstone", "message_deleted", "message_deleted"]
    assert slack.workspace.message("CRH", ts) is None


async def test_where_the_app_is_not_it_hears_nothing_and_the_person_is_told(slack: LocalSlack) -> None:
    await slack.person("alice").post("#projets", "@souffleur tu es là ?")
    hint = await slack.wait_for(lambda m: m.ephemeral_to == "UALICE")
    assert "/invite @souffleur" in hint.text
    assert slack.sent == []


async def test_joining_a_channel_is_told(slack: LocalSlack, app: AsyncApp) -> None:
    joined: list[Event] = []

    @app.event("member_joined_channel")
    async def hear(event: Event) -> None:
        joined.append(event)

    alice = slack.person("alice")
    async with connected(slack, app):
        await slack.user_actions.send_text(alice.user, slack.workspace.channels["CPROJETS"], "/invite @souffleur")
        await slack.wait_until(lambda: joined)
    assert joined[0]["user"] == "USOUFFLEUR"
    assert joined[0]["inviter"] == "UALICE"


async def test_opening_the_home_lets_the_app_publish_it(slack: LocalSlack, app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def publish(event: Event, set_suggested_prompts: AsyncSetSuggestedPrompts | None) -> None:
        if event["tab"] == "messages":
            assert set_suggested_prompts is not None
            await set_suggested_prompts(["Combien de congés ?"], title="Essayez")
            return
        view = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Bonjour"}}]}
        await app.client.views_publish(user_id=event["user"], view=view)

    async with connected(slack, app):
        await slack.person("camille").open_home()
        home = await slack.wait_until(lambda: slack.workspace.home("UCAMILLE"))
        await slack.person("camille").open_home("messages")
        prompts = await slack.wait_until(lambda: slack.workspace.prompts.get(("DCAMILLE", None)))
    assert home.kind == "home"
    assert (prompts.title, prompts.prompts[0]["message"]) == ("Essayez", "Combien de congés ?")


async def test_people_of_another_workspace_cannot_open_the_app(slack: LocalSlack, app: AsyncApp) -> None:
    opened: list[object] = []

    @app.event("app_home_opened")
    async def note(event: Event) -> None:
        opened.append(event["user"])

    async with connected(slack, app):
        for tab in ("home", "messages"):
            with pytest.raises(UserActionError, match="another workspace"):
                await slack.person("elena").open_home(tab)
            await slack.person("sofia").open_home(tab)
        await slack.wait_until(lambda: len(opened) == 2 or None)
    assert opened == ["USOFIA", "USOFIA"]


async def test_a_persons_stop_ends_the_stream_and_is_told(slack: LocalSlack, app: AsyncApp) -> None:
    stopped: list[Mapping[str, list[str]]] = []

    @app.event("agent_session_stopped")
    async def hear(event: Mapping[str, list[str]]) -> None:
        stopped.append(event)

    async with connected(slack, app):
        asked = await slack.person("camille").dm("raconte")
        started = await app.client.chat_startStream(channel="DCAMILLE", thread_ts=asked, markdown_text="Il")
        await slack.person("camille").stop("DCAMILLE", asked)
        await slack.wait_until(lambda: stopped)
    assert stopped[0]["streaming_message_ts"] == [started["ts"]]


async def test_a_shared_file_comes_as_a_file_share_that_the_token_opens(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[Mapping[str, str]] = []

    @app.event({"type": "message", "subtype": "file_share"})
    async def hear(event: Mapping[str, str]) -> None:
        heard.append(event)

    async with connected(slack, app):
        await slack.person("camille").share("DCAMILLE", "voici", "note.txt", b"bonjour")
        await slack.wait_until(lambda: heard)
    info = await app.client.files_info(file="F0001")
    assert info["file"]["name"] == "note.txt"
    assert info["file"]["url_private"].startswith(slack.url)
