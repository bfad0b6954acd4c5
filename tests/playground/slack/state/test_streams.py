"""The life of a streamed message, by the SDK's own helper and call by call."""

from functools import partial

import pytest
from slack_sdk.models.messages.chunk import MarkdownTextChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.app import LocalSlack, serve_slack
from tests.playground.slack.bolt import client_of, code


@pytest.fixture
async def asked(slack: LocalSlack) -> str:
    return await slack.person("alice").dm("raconte")


async def start(client: AsyncWebClient, thread_ts: str, **content: object) -> str:
    answer = await client.api_call("chat.startStream", json={"channel": "DALICE", "thread_ts": thread_ts, **content})
    return str(answer["ts"])


async def test_a_stream_starts_grows_and_stops(slack: LocalSlack, client: AsyncWebClient, asked: str) -> None:
    stream = await client.chat_stream(channel="DALICE", thread_ts=asked, buffer_size=4)
    await stream.append(markdown_text="Il était ")
    assert (slack.messages[-1].text, slack.messages[-1].streaming) == ("Il était ", True)
    task = TaskUpdateChunk(id="1", title="Lire", status="in_progress")
    await stream.append(chunks=[task])
    await stream.append(chunks=[TaskUpdateChunk(id="1", title="Lire", status="complete")])
    await stream.append(markdown_text="une fois")
    done = await stream.stop(markdown_text=".", metadata={"event_type": "a", "event_payload": {}})
    message = slack.messages[-1]
    assert (message.text, message.streaming, message.thread_ts) == ("Il était une fois.", False, asked)
    assert [(t.id, t.status) for t in message.tasks] == [("1", "complete")]
    assert done["message"]["text"] == message.text
    assert done["message"]["metadata"]["event_type"] == "a"


async def test_a_stream_that_only_stops_is_a_whole_message(
    slack: LocalSlack, client: AsyncWebClient, asked: str
) -> None:
    stream = await client.chat_stream(channel="DALICE", thread_ts=asked)
    await stream.append(markdown_text="court")
    await stream.stop(session_status="active")
    assert slack.messages[-1].text == "court"
    assert slack.workspace.sessions["DALICE", asked].status == "active"


async def test_a_stopped_stream_takes_no_more(client: AsyncWebClient, asked: str) -> None:
    ts = await start(client, asked, markdown_text="a")
    await client.chat_stopStream(channel="DALICE", ts=ts)
    more = client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="b")
    assert await code(more) == "message_not_in_streaming_state"
    assert await code(client.chat_stopStream(channel="DALICE", ts=ts)) == "message_not_in_streaming_state"


async def test_an_old_stream_takes_no_more_but_can_be_updated() -> None:
    async with serve_slack(port=0, stream_life=0.0) as slack:
        client = client_of(slack)
        asked = await slack.person("alice").dm("raconte")
        ts = await start(client, asked, markdown_text="a")
        more = client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="b")
        assert await code(more) == "message_not_in_streaming_state"
        await client.chat_update(channel="DALICE", ts=ts, markdown_text="ab")
        assert (slack.messages[-1].text, slack.messages[-1].streaming) == ("ab", False)


async def test_a_running_stream_cannot_be_updated(client: AsyncWebClient, asked: str) -> None:
    ts = await start(client, asked, markdown_text="a")
    assert await code(client.chat_update(channel="DALICE", ts=ts, text="b")) == "streaming_state_conflict"


async def test_a_stream_that_a_person_stopped_says_so(slack: LocalSlack, client: AsyncWebClient, asked: str) -> None:
    ts = await start(client, asked, markdown_text="a")
    await slack.person("alice").stop("DALICE", asked)
    more = client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="b")
    assert await code(more) == "stopped_by_user"


async def test_a_call_takes_12000_characters_and_a_message_10600_bytes(client: AsyncWebClient, asked: str) -> None:
    ts = await start(client, asked, markdown_text="x" * 10_000)
    more = client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="x" * 12_001)
    assert await code(more) == "msg_too_long"
    whole = client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="é" * 301)
    assert await code(whole) == "msg_too_long"
    await client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="é" * 300)


async def test_a_message_takes_one_table(client: AsyncWebClient, asked: str) -> None:
    ts = await start(client, asked, markdown_text="| a |\n|---|\n| 1 |\n\n")
    second = client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="| b |\n|---|\n")
    assert await code(second) == "invalid_blocks"


async def test_a_stream_in_a_shared_channel_names_the_reader_s_own_workspace(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ts = await slack.person("elena").post("#atelier-nord", "x")
    place = {"channel": "CATELIERNORD", "thread_ts": ts, "recipient_user_id": "UELENA"}
    ours = client.chat_startStream(**place, recipient_team_id="TLUMIERE", markdown_text="x")  # type: ignore[arg-type] # text alone
    assert await code(ours) == "team_not_found"
    await client.chat_startStream(**place, recipient_team_id="TATELIERNORD", markdown_text="x")  # type: ignore[arg-type] # text alone


async def test_a_channel_needs_to_know_the_reader(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = await slack.person("alice").post("#rh", "x")
    start_in_rh = partial(client.chat_startStream, channel="CRH", thread_ts=ts)
    assert await code(start_in_rh()) == "missing_recipient_user_id"
    assert await code(start_in_rh(recipient_user_id="UALICE")) == "missing_recipient_team_id"
    elsewhere = start_in_rh(recipient_user_id="UALICE", recipient_team_id="TOTHER")
    assert await code(elsewhere) == "team_not_found"
    await start_in_rh(recipient_user_id="UALICE", recipient_team_id="TLUMIERE")


async def test_a_stream_needs_a_thread(client: AsyncWebClient) -> None:
    assert await code(client.api_call("chat.startStream", json={"channel": "DALICE"})) == "invalid_arguments"
    assert await code(client.chat_startStream(channel="DALICE", thread_ts="1.1")) == "thread_not_found"


async def test_a_stream_keeps_the_form_it_began_with(client: AsyncWebClient, asked: str) -> None:
    ts = await start(client, asked, markdown_text="a")
    chunk = MarkdownTextChunk(text="b")
    mixed = client.chat_appendStream(channel="DALICE", ts=ts, chunks=[chunk])
    assert await code(mixed) == "streaming_mode_mismatch"
    both = client.chat_appendStream(channel="DALICE", ts=ts, markdown_text="b", chunks=[chunk])
    assert await code(both) == "cannot_provide_both_markdown_text_and_chunks"
    nothing = client.chat_appendStream(channel="DALICE", ts=ts)
    assert await code(nothing) == "markdown_text_or_chunks_required"


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "song"},
        {"type": "markdown_text"},
        {"type": "task_update", "id": "1", "title": "t", "status": "done"},
        {"type": "task_update", "title": "t", "status": "complete"},
    ],
    ids=["unknown", "without text", "unknown status", "without id"],
)
async def test_bad_chunks_are_refused(client: AsyncWebClient, asked: str, chunk: dict[str, str]) -> None:
    assert await code(start(client, asked, chunks=[chunk])) == "invalid_chunks"


async def test_a_stream_of_anothers_message_is_refused(slack: LocalSlack, client: AsyncWebClient, asked: str) -> None:
    foreign = client.chat_appendStream(channel="DALICE", ts=asked, markdown_text="b")
    assert await code(foreign) == "message_not_owned_by_app"
