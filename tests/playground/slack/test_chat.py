"""Posting, updating and deleting messages: what Slack takes and what it refuses."""

from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack
from tests.playground.slack.bolt import code, refused


async def test_a_channel_is_found_by_id_by_name_and_by_person(slack: LocalSlack, client: AsyncWebClient) -> None:
    for name in ("CRH", "#rh", "rh", "UALICE"):
        await client.chat_postMessage(channel=name, text="x")
    assert [m.channel for m in slack.messages] == ["CRH", "CRH", "CRH", "DALICE"]
    assert await code(client.chat_postMessage(channel="CNOWHERE", text="x")) == "channel_not_found"
    assert await code(client.chat_postMessage(channel="CPROJETS", text="x")) == "not_in_channel"


async def test_a_message_needs_a_content(client: AsyncWebClient) -> None:
    assert await code(client.api_call("chat.postMessage", json={"channel": "CRH"})) == "no_text"
    both = client.chat_postMessage(channel="CRH", text="x", markdown_text="y")
    assert await code(both) == "markdown_text_conflict"


async def test_long_texts_are_cut_when_posted_and_refused_when_updated(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="CRH", text="x" * 40_001)
    assert len(slack.messages[0].text) == 40_000
    await client.chat_update(channel="CRH", ts=posted["ts"], text="x" * 4_000)
    assert await code(client.chat_update(channel="CRH", ts=posted["ts"], text="x" * 4_001)) == "msg_too_long"
    assert await code(client.chat_postMessage(channel="CRH", markdown_text="x" * 12_001)) == "msg_too_long"


async def test_bad_blocks_are_refused_with_slacks_words(client: AsyncWebClient) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}
    error = await refused(client.chat_postMessage(channel="CRH", text="x", blocks=[section]))
    said = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert (error.response["error"], error.response["errors"]) == ("invalid_blocks", [said])
    assert error.response["response_metadata"]["messages"] == [f"[ERROR] {said}"]
    assert await code(client.chat_postMessage(channel="CRH", text="x", blocks="[{")) == "invalid_blocks_format"


async def test_blocks_are_too_long_together(client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}] * 5
    assert await code(client.chat_postMessage(channel="CRH", text="x", blocks=blocks)) == "msg_blocks_too_long"


async def test_blocks_stay_when_an_update_does_not_speak_of_them(slack: LocalSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="CRH", text="x", blocks=[{"type": "divider"}])
    await client.chat_update(channel="CRH", ts=posted["ts"], text="y")
    assert slack.messages[0].blocks
    assert slack.messages[0].edited_ts
    await client.chat_update(channel="CRH", ts=posted["ts"], text="y", blocks=[])
    assert slack.messages[0].blocks == ()


async def test_only_the_apps_own_messages_can_be_updated_and_deleted(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").post("#rh", "x")
    assert await code(client.chat_update(channel="CRH", ts=ts, text="y")) == "cant_update_message"
    assert await code(client.chat_delete(channel="CRH", ts=ts)) == "cant_delete_message"
    assert await code(client.chat_delete(channel="CRH", ts="1.1")) == "message_not_found"
    own = await client.chat_postMessage(channel="CRH", text="x")
    await client.chat_delete(channel="CRH", ts=own["ts"])
    assert [m.ts for m in slack.messages] == [ts]


async def test_threads_hang_from_a_top_level_message(slack: LocalSlack, client: AsyncWebClient) -> None:
    parent = await slack.person("alice").post("#rh", "x")
    reply = await client.chat_postMessage(channel="CRH", text="y", thread_ts=parent, reply_broadcast=True)
    assert slack.messages[-1].subtype == "thread_broadcast"
    nested = client.chat_postMessage(channel="CRH", text="z", thread_ts=reply["ts"])
    assert await code(nested) == "cannot_reply_to_message"
    assert await code(client.chat_postMessage(channel="CRH", text="z", thread_ts="1.1")) == "thread_not_found"


async def test_an_ephemeral_message_is_for_a_member(slack: LocalSlack, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel="CRH", user="UALICE", text="x")
    assert slack.messages[0].ephemeral_to == "UALICE"
    outsider = client.chat_postEphemeral(channel="CRH", user="USOFIA", text="x")
    assert await code(outsider) == "user_not_in_channel"


async def test_metadata_is_kept_and_checked(slack: LocalSlack, client: AsyncWebClient) -> None:
    metadata = {"event_type": "answer", "event_payload": {"id": "1"}}
    await client.chat_postMessage(channel="CRH", text="x", metadata=metadata)
    assert slack.messages[0].metadata == metadata
    wrong = client.chat_postMessage(channel="CRH", text="x", metadata={"event_type": "answer"})
    assert await code(wrong) == "invalid_metadata_format"


async def test_a_permalink_names_the_thread(slack: LocalSlack, client: AsyncWebClient) -> None:
    parent = await slack.person("alice").post("#rh", "x")
    reply = await client.chat_postMessage(channel="CRH", text="y", thread_ts=parent)
    link = (await client.chat_getPermalink(channel="CRH", message_ts=reply["ts"]))["permalink"]
    assert link.startswith(f"{slack.url}/archives/CRH/p")
    assert f"thread_ts={parent}" in link


async def test_a_reaction_is_added_once(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").post("#rh", "x")
    await client.reactions_add(channel="CRH", timestamp=ts, name="eyes")
    assert await code(client.reactions_add(channel="CRH", timestamp=ts, name="eyes")) == "already_reacted"
    await client.reactions_remove(channel="CRH", timestamp=ts, name="eyes")
    assert await code(client.reactions_remove(channel="CRH", timestamp=ts, name="eyes")) == "no_reaction"
    assert await code(client.reactions_add(channel="CRH", timestamp=ts, name="Not An Emoji")) == "invalid_name"


async def test_a_status_goes_when_the_answer_comes_or_time_is_up(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").post("#rh", "x")
    await client.assistant_threads_setStatus(channel_id="CRH", thread_ts=ts, status="réfléchit")
    assert slack.workspace.statuses
    await client.chat_postMessage(channel="CRH", text="y", thread_ts=ts)
    assert not slack.workspace.statuses
    too_many = client.assistant_threads_setStatus(
        channel_id="CRH", thread_ts=ts, status="s", loading_messages=["m"] * 11
    )
    assert await code(too_many) == "invalid_arguments"
    nowhere = client.assistant_threads_setStatus(channel_id="CRH", thread_ts="1.1", status="s")
    assert await code(nowhere) == "invalid_thread_ts"


async def test_at_most_four_prompts_are_suggested(client: AsyncWebClient) -> None:
    prompts = [{"title": "t", "message": "m"}] * 5
    many = client.assistant_threads_setSuggestedPrompts(channel_id="DALICE", prompts=prompts)
    assert await code(many) == "invalid_arguments"


async def test_a_session_has_a_status_and_a_title(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").dm("x")
    answer = await client.agents_sessions_setStatus(
        channel_id="DALICE", thread_ts=ts, status="processing", title="Congés"
    )
    assert answer["status"] == "processing"
    assert slack.workspace.titles["DALICE", ts].title == "Congés"
    wrong = client.agents_sessions_setStatus(channel_id="DALICE", thread_ts=ts, status="asleep")
    assert await code(wrong) == "invalid_status"
    nowhere = client.agents_sessions_setStatus(channel_id="DALICE", status="active")
    assert await code(nowhere) == "thread_ts_required"
    elsewhere = client.agents_sessions_setStatus(channel_id="CPROJETS", thread_ts=ts, status="active")
    assert await code(elsewhere) == "not_authorized"
    unknown = client.agents_sessions_setStatus(
        channel_id="DALICE", thread_ts=ts, status="active", initiator_user_id="UJAMES"
    )
    assert await code(unknown) == "user_not_found"


async def test_a_session_takes_its_title_only_when_it_is_made(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").dm("x")
    await client.agents_sessions_setStatus(channel_id="DALICE", thread_ts=ts, status="processing")
    answer = await client.agents_sessions_setStatus(
        channel_id="DALICE", thread_ts=ts, status="processing", title="Congés"
    )
    assert answer["title"] == ""
    await client.agents_sessions_rename(channel_id="DALICE", thread_ts=ts, title="Congés")
    assert slack.workspace.titles["DALICE", ts].title == "Congés"


async def test_the_legacy_status_and_the_session_are_one_slot(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").dm("x")
    for call, status in (
        (client.assistant_threads_setStatus(channel_id="DALICE", thread_ts=ts, status="cherche"), "processing"),
        (client.agents_sessions_setStatus(channel_id="DALICE", thread_ts=ts, status="suspended"), "suspended"),
        (client.assistant_threads_setStatus(channel_id="DALICE", thread_ts=ts, status=""), "active"),
    ):
        await call
        assert slack.workspace.sessions["DALICE", ts].status == status
    assert slack.workspace.statuses == {}


async def test_a_stream_sets_its_thread_s_session(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").dm("x")
    stream = await client.chat_startStream(channel="DALICE", thread_ts=ts, markdown_text="x")
    assert slack.workspace.sessions["DALICE", ts].stoppable
    await client.chat_stopStream(channel="DALICE", ts=str(stream["ts"]))
    assert slack.workspace.sessions["DALICE", ts].status == "active"
