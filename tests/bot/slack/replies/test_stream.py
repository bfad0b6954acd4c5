from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.question import Question
from bot.slack.api.rate_limits import CALLS_A_MINUTE
from bot.slack.events.parse import ThreadPlace
from bot.slack.replies import stream
from bot.slack.views.rich_text import read_rich_text
from playground.slack.web_api.json_values import JsonObject
from tests.bot.slack.running_bot import SLACK, Desk, at_work, citation, saying, shown, until

LONG = "".join(f"Line {n} of a long answer, with some words in it.\n" for n in range(500))
SOURCES = (citation(),)


@pytest.fixture
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each word is shown at once, so that a few words make many calls."""
    monkeypatch.setattr(stream, "UPDATE_SECONDS", 0.0)


async def _asked(desk: Desk, who: str = "james", where: str = "#general") -> str:
    return await desk.slack.person(who).post(where, "@souffleur how many days?")


def _methods(desk: Desk) -> list[str]:
    return [call.method for call in desk.slack.calls if call.method.startswith("chat.")]


async def test_an_answer_is_streamed() -> None:
    async with at_work(saying("Two", " days.", citations=SOURCES)) as desk:
        await desk.reply_to(await _asked(desk), holding="Sources")
        assert _methods(desk) == ["chat.startStream", "chat.appendStream", "chat.stopStream"]


async def test_words_that_come_fast_are_shown_together() -> None:
    async with at_work(saying(*["word "] * 200)) as desk:
        await desk.reply_to(await _asked(desk))
        assert _methods(desk).count("chat.appendStream") == 1


async def test_a_long_answer_goes_on_in_a_second_message_and_loses_no_line() -> None:
    async with at_work(saying(*LONG.splitlines(keepends=True), citations=SOURCES)) as desk:
        ts = await _asked(desk)
        await desk.reply_to(ts, holding="Sources")
        replies = desk.replies_to(ts)
        assert len(replies) == 3
        assert "\n".join(message.text for message in replies) == LONG
        assert ["Sources" in shown(message) for message in replies] == [False, False, True]
        assert not any(call.error for call in desk.slack.calls)


async def test_where_streaming_is_unknown_the_answer_is_posted_and_updated() -> None:
    async with at_work(saying("Two", " **days**.", citations=SOURCES)) as desk:
        desk.slack.faults.no_streaming()
        message = await desk.reply_to(await _asked(desk), holding="Sources")
        assert message.blocks[0]["type"] == "markdown"
        assert message.blocks[0]["text"] == "Two **days**."
        assert _methods(desk) == ["chat.startStream", "chat.postMessage", "chat.update"]


@pytest.mark.parametrize(
    "code",
    ["channel_type_not_supported", "method_not_supported_for_channel_type", "feature_not_enabled", "missing_scope"],
)
async def test_any_refusal_to_stream_leads_to_posting(code: str) -> None:
    async with at_work(saying("Two days.")) as desk:
        desk.slack.faults.fail("chat.startStream", code)
        assert "Two days." in shown(await desk.reply_to(await _asked(desk), holding="Two days."))


async def test_a_long_answer_is_posted_in_several_messages_within_slack_s_sizes() -> None:
    async with at_work(saying(LONG, citations=SOURCES)) as desk:
        desk.slack.faults.no_streaming()
        ts = await _asked(desk)
        await desk.reply_to(ts, holding="Sources")
        assert len(desk.replies_to(ts)) == 3
        assert {call.error for call in desk.slack.calls if "Stream" not in call.method} == {""}


@pytest.mark.usefixtures("_unhurried")
async def test_a_stream_that_expires_goes_on_as_the_same_message() -> None:
    gone_on = asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("Two")
        await gone_on.wait()
        yield AnswerText(" days")
        yield AnswerText(" a week.")
        yield Answer("Two days a week.", "answered", "en", SOURCES)

    async with at_work(script, replace(SLACK, stream_life=0.01)) as desk:
        ts = await _asked(desk)
        begun = await desk.slack.wait_for(lambda m: m.thread_ts == ts and m.text == "Two")
        await until(lambda: not desk.slack.streams.is_open(begun, time.monotonic()))
        gone_on.set()
        message = await desk.slack.wait_for(lambda m: "Sources" in shown(m))
        assert "Two days a week." in shown(message)
        assert len(desk.replies_to(ts)) == 1


@pytest.mark.usefixtures("_unhurried")
async def test_a_stream_that_breaks_goes_on_in_a_new_message() -> None:
    async with at_work(saying("Two", " days", " a week.", citations=SOURCES)) as desk:
        desk.slack.faults.fail("chat.appendStream", "internal_error")
        ts = await _asked(desk)
        await desk.reply_to(ts, holding="Sources")
        assert [shown(message).split("\n")[0].strip() for message in desk.replies_to(ts)] == ["Two", "days a week."]


@pytest.mark.usefixtures("_unhurried")
async def test_code_goes_on_in_its_fence_where_its_stream_breaks() -> None:
    async with at_work(saying("So:\n```java\nint a;\n", "int b;\n", "```\nDone.", citations=SOURCES)) as desk:
        desk.slack.faults.fail("chat.appendStream", "internal_error")
        ts = await _asked(desk)
        await desk.reply_to(ts, holding="Sources")
        first, second = desk.replies_to(ts)
        assert first.text == "So:\n```java\nint a;\n\n```\n"
        assert str(second.blocks[0]["text"]).startswith("```java\nint b;\n```\nDone.")


@pytest.mark.usefixtures("_unhurried")
async def test_a_table_is_shown_whole_in_the_next_message_where_its_stream_breaks() -> None:
    table = ("| day | at |\n|---|---|\n| Mon | 9 |\n", "| Tue | 10 |\n")
    async with at_work(saying("So:\n\n", *table, citations=SOURCES)) as desk:
        desk.slack.faults.fail("chat.appendStream", "internal_error")
        ts = await _asked(desk)
        await desk.reply_to(ts, holding="Sources")
        first, second = desk.replies_to(ts)
        assert (first.text.strip(), first.inserted) == ("So:", ())
        assert [len(_rows_of(block)) for block in second.blocks if block["type"] == "data_table"] == [3]


TABLE = ("Hours [1]:\n\n| day | at |\n", "|---|---|\n| Mon | 9 [1] |\n", "| Tue | 10 |", "\n\nAsk ", "first.")


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "posted"])
async def test_a_whole_table_is_a_data_table_in_its_place(streams: bool) -> None:
    async with at_work(saying(*TABLE, citations=SOURCES)) as desk:
        if not streams:
            desk.slack.faults.no_streaming()
        ts = await _asked(desk)
        message = await desk.reply_to(ts, holding="Sources")
        parts = list(message.parts if streams else message.blocks)[:3]
        said = [part if isinstance(part, str) else part.get("text") for part in parts]
        assert [str(one).strip() for one in said] == ["Hours [1]:", "None", "Ask first."]
        table = parts[1]
        assert isinstance(table, dict)
        assert table["type"] == "data_table"
        assert read_rich_text([table]) == "| day | at |\n| Mon | 9 [1] |\n| Tue | 10 |"
        assert [row[1].get("value") for row in _rows_of(table)[1:]] == [9, 10]  # so that Slack sorts by number


def _rows_of(table: JsonObject) -> list[list[JsonObject]]:
    rows = table["rows"]
    assert isinstance(rows, list)
    return rows


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "posted"])
async def test_where_slack_refuses_data_tables_they_are_markdown_and_are_sent_no_more(streams: bool) -> None:
    async with at_work(saying("".join(TABLE), citations=SOURCES)) as desk:
        if not streams:
            desk.slack.faults.no_streaming()
        desk.slack.faults.fail("chat.startStream" if streams else "chat.update", "invalid_blocks")
        for _ in range(2):
            ts = await _asked(desk)
            message = await desk.reply_to(ts, holding="Sources")
            assert ("".join(TABLE) in shown(message), "data_table" in str(message)) == (True, False)
            await desk.finished()
        assert [call.error for call in desk.slack.calls].count("invalid_blocks") == 1


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize(
    ("code", "answers"),
    [("invalid_blocks", 2), ("msg_blocks_too_long", 1)],
    ids=["after one was taken", "for its size"],
)
async def test_a_data_table_that_slack_refuses_by_itself_leaves_the_next_one_a_data_table(
    code: str, answers: int
) -> None:
    async with at_work(saying("".join(TABLE), citations=SOURCES)) as desk:
        seen = []
        for n in range(answers + 1):
            if n == answers - 1:
                desk.slack.faults.fail("chat.startStream", code)
            seen.append("data_table" in str(await desk.reply_to(await _asked(desk), holding="Sources")))
            await desk.finished()
        assert seen == [True] * (answers - 1) + [False, True]


@pytest.mark.usefixtures("_unhurried")
async def test_a_posted_answer_is_ended_though_its_data_table_could_not_be_shown() -> None:
    async with at_work(saying("".join(TABLE), citations=SOURCES)) as desk:
        desk.slack.faults.no_streaming()
        desk.slack.faults.fail("chat.update", "internal_error")
        ts = await _asked(desk)
        assert "".join(TABLE) in shown(await desk.reply_to(ts, holding="Sources"))
        assert len(desk.replies_to(ts)) == 1


async def test_a_rate_limit_is_waited_out() -> None:
    async with at_work(saying("Two", " days.")) as desk:
        desk.slack.faults.limit("chat.stopStream", retry_after=1)
        assert (await desk.reply_to(await _asked(desk))).text == "Two days."
        assert len(desk.replies_to(desk.slack.messages[0].ts)) == 1


@pytest.mark.usefixtures("_unhurried")
async def test_an_update_that_slack_will_not_take_now_is_made_up_for() -> None:
    async with at_work(saying("Two", " days", " a week.")) as desk:
        desk.slack.faults.no_streaming()
        desk.slack.faults.fail("chat.update", "ratelimited", times=2)
        ts = await _asked(desk)
        await desk.reply_to(ts, holding="Two days a week.")
        assert len(desk.replies_to(ts)) == 1


async def test_where_sessions_and_streams_are_refused_a_message_says_what_is_being_done() -> None:
    go_on = asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        await go_on.wait()
        yield AnswerText("Two days.")
        yield Answer("Two days.", "answered", "en")

    async with at_work(script) as desk:
        desk.slack.faults.no_streaming()
        desk.slack.faults.unavailable.add("agents.sessions.setStatus")
        ts = await _asked(desk)
        await desk.reply_to(ts, holding="_Searching the documents…_")
        go_on.set()
        assert "Searching" not in shown(await desk.reply_to(ts, holding="Two days."))
        assert len(desk.replies_to(ts)) == 1


async def test_no_answer_notifies_anybody() -> None:
    words = ["Ask <", "@UALICE", "> or <!ch", "annel>, `List<@NonNull String>`."]
    async with at_work(saying(*words)) as desk:
        text = (await desk.reply_to(await _asked(desk))).text
        assert "<@UALICE>" not in text
        assert "<!channel>" not in text
        assert "List<@NonNull String>" in text


async def test_where_answers_begin_together_those_without_room_for_a_stream_are_posted() -> None:
    async with at_work(saying("Two days.")) as desk:
        limiter = desk.bot.client.rate_limiter
        for _ in range(CALLS_A_MINUTE["chat.startStream"] - 1):
            await limiter.acquire_call("chat.startStream")
        asked = [await desk.slack.person("james").post("#general", "how many days?") for _ in range(3)]
        places = [ThreadPlace("TLUMIERE", "CGENERAL", ts, "UJAMES") for ts in asked]
        replies = [stream.ThreadReply(desk.bot.client, place) for place in places]
        await asyncio.gather(*(reply.write_text("Two days.") for reply in replies))
        assert sorted(_methods(desk)) == ["chat.postMessage", "chat.postMessage", "chat.startStream"]
