"""What people do beyond writing: menus, Stop, coming and going; and people of another workspace."""

from collections.abc import Mapping

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack
from playground.slack.rules.errors import UserActionError
from playground.slack.web_api.json_values import JsonObject, as_object
from tests.playground.slack.bolt import code, connected


async def test_a_shortcut_brings_the_whole_message(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[Mapping[str, object]] = []

    @app.shortcut({"type": "message_action", "callback_id": "ask_about_this"})
    async def hear(ack: AsyncAck, body: Mapping[str, object]) -> None:
        await ack()
        heard.append(body)

    james = slack.person("james")
    async with connected(slack, app):
        ts = await james.post("#general", "Who has the keys?")
        message = await slack.wait_for(lambda m: m.ts == ts)
        await james.shortcut(message, "ask_about_this")
        async with aiohttp.ClientSession() as session:
            await session.post(str(heard[0]["response_url"]), json={"text": "I do."})
    assert as_object(heard[0]["message"])["text"] == "Who has the keys?"
    assert (heard[0]["message_ts"], as_object(heard[0]["channel"])["id"]) == (ts, "CGENERAL")
    assert [(m.text, m.ephemeral_to) for m in slack.messages[1:]] == [("I do.", "UJAMES")]


async def test_a_shortcut_is_the_app_s_and_not_on_what_one_person_sees(slack: LocalSlack) -> None:
    james = slack.person("james")
    seen = slack.user_actions.show_notice(james.user, slack.user_actions.channel(james.user, "#general"), "psst")
    with pytest.raises(UserActionError, match="has no menu"):
        await james.shortcut(seen, "ask_about_this")
    ts = await james.post("#general", "hello")
    with pytest.raises(UserActionError, match="no shortcut dance"):
        await james.shortcut(await slack.wait_for(lambda m: m.ts == ts), "dance")


async def test_a_session_at_work_shows_stop_and_the_app_hears_of_it(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[JsonObject] = []

    @app.event("agent_session_stopped")
    async def hear(event: JsonObject) -> None:
        heard.append(event)

    ts = await slack.person("james").post("#general", "a long one")
    await app.client.agents_sessions_setStatus(channel_id="CGENERAL", thread_ts=ts, status="processing", title="Long")
    assert slack.workspace.sessions["CGENERAL", ts].stoppable
    assert slack.workspace.titles["CGENERAL", ts].title == "Long"
    async with connected(slack, app):
        await slack.person("james").stop("#general", ts)
        assert (await slack.wait_until(lambda: heard[0] if heard else None))["thread_ts"] == ts
    await app.client.agents_sessions_setStatus(channel_id="CGENERAL", thread_ts=ts, status="active")
    assert not slack.workspace.sessions["CGENERAL", ts].stoppable


async def test_a_session_is_renamed_once_there_is_one(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("james").dm("a long one")
    assert (
        await code(client.agents_sessions_rename(channel_id="DJAMES", thread_ts=ts, title="x")) == "session_not_found"
    )
    await client.agents_sessions_setStatus(channel_id="DJAMES", thread_ts=ts, status="processing")
    await client.agents_sessions_rename(channel_id="DJAMES", thread_ts=ts, title="Keys")
    assert slack.workspace.titles["DJAMES", ts].title == "Keys"


async def test_the_app_hears_who_comes_and_goes(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[tuple[str, str]] = []

    async def hear(event: Mapping[str, str]) -> None:
        heard.append((event["type"], event["user"]))

    app.event("member_joined_channel")(hear)
    app.event("member_left_channel")(hear)
    async with connected(slack, app):
        await slack.person("alice").invite("#rh", "@sofia")
        await slack.wait_until(lambda: len(heard) == 1)
        await slack.person("sofia").leave("#rh")
        await slack.wait_until(lambda: len(heard) == 2)
        await slack.person("alice").remove("#rh", "@souffleur")
        await slack.wait_until(lambda: len(heard) == 3)
    left = "member_left_channel"
    assert heard == [("member_joined_channel", "USOFIA"), (left, "USOFIA"), (left, "USOUFFLEUR")]
    assert await code(app.client.chat_postMessage(channel="CRH", text="Hello?")) == "not_in_channel"


async def test_a_group_s_direct_messages_are_events_of_their_own(slack: LocalSlack, app: AsyncApp) -> None:
    kinds: list[str] = []

    @app.event("message")
    async def hear(event: Mapping[str, str]) -> None:
        kinds.append(event["channel_type"])

    async with connected(slack, app):
        await slack.person("james").post("GDIRECTION", "hello both")
        await slack.wait_until(lambda: kinds)
    assert kinds == ["mpim"]


async def test_somebody_of_another_workspace_is_known_as_such(slack: LocalSlack, client: AsyncWebClient) -> None:
    await slack.person("elena").post("#atelier-nord", "hallo")
    told = (await client.conversations_history(channel="CATELIERNORD"))["messages"][0]
    assert (told["team"], told["user_team"]) == ("TATELIERNORD", "TATELIERNORD")
    user = (await client.users_info(user="UELENA", include_locale=True))["user"]
    assert (user["is_stranger"], user["team_id"], user["locale"]) == (True, "TATELIERNORD", "de-DE")
    assert (await client.conversations_info(channel="CATELIERNORD"))["channel"]["is_ext_shared"] is True
    assert (await client.conversations_info(channel="CRH"))["channel"]["is_ext_shared"] is False
    with pytest.raises(UserActionError, match="another workspace's app"):
        await slack.person("elena").command("/ask", "was?", "#atelier-nord")
    with pytest.raises(UserActionError, match="no direct message"):
        await slack.person("elena").dm("hallo")


async def test_of_an_ephemeral_message_a_press_tells_its_place_alone(slack: LocalSlack, app: AsyncApp) -> None:
    heard: list[JsonObject] = []

    @app.action("again")
    async def hear(ack: AsyncAck, body: JsonObject) -> None:
        await ack()
        heard.append(body)

    button = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
    blocks = [{"type": "actions", "elements": [button]}]
    await app.client.chat_postEphemeral(channel="CRH", user="UALICE", text="psst", blocks=blocks)
    async with connected(slack, app):
        await slack.person("alice").click(slack.messages[-1], "again")
    assert "message" not in heard[0]
    assert as_object(heard[0]["container"])["is_ephemeral"] is True
