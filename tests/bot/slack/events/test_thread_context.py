from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.question import Turn
from bot.slack.api.client import create_web_client
from bot.slack.events import thread_context
from bot.slack.events.parse import IncomingMessage, Json
from bot.slack.events.thread_context import ThreadHistory, history_from_messages, read_thread_history
from bot.slack.views.rich_text import build_rich_text_blocks
from knowledge.storage.question_log import UsedPassage
from playground.slack.app import serve_slack
from tests.bot.slack.running_bot import SLACK, settings_for


def _message(ts: str, text: str, user: str = "U1", **more: object) -> Json:
    return {"ts": ts, "text": text, "user": user, **more}


def test_a_thread_is_what_was_said_before() -> None:
    messages = [
        _message("1.0", "hello"),
        _message("2.0", "answer", "UBOT"),
        _message("3.0", "and?"),
        _message("4.0", "!"),
    ]
    said = Turn("person", "hello"), Turn("bot", "answer")
    thread = history_from_messages(messages, "3.0", "UBOT")
    assert thread == ThreadHistory(said, timestamps=("1.0", "2.0"))
    assert thread.keep_repeatable_turns({"2.0": (UsedPassage("p"),)}) == replace(
        thread, used_passages=(UsedPassage("p"),)
    )
    assert thread.keep_repeatable_turns({}) == ThreadHistory(said[:1], timestamps=("1.0",))


def test_an_updated_message_is_read_whole() -> None:
    blocks = [*build_rich_text_blocks("The *whole* answer"), {"type": "context", "elements": []}]
    thread = history_from_messages([_message("1.0", "The…", "UBOT", blocks=blocks)], "2.0", "UBOT")
    assert thread.turns == (Turn("bot", "The _whole_ answer"),)


def test_the_files_of_the_question_are_noticed() -> None:
    assert history_from_messages([_message("1.0", "look", files=[{"id": "F1"}])], "1.0", "UBOT").has_files
    assert not history_from_messages([_message("1.0", "look", files=[{"id": "F1"}])], "2.0", "UBOT").has_files


def test_slack_s_notices_are_left_out() -> None:
    messages = [_message("1.0", "joined", subtype="channel_join"), _message("1.5", "")]
    assert history_from_messages(messages, "2.0", "UBOT").turns == ()


def test_a_long_thread_is_bounded_to_its_end() -> None:
    thread = history_from_messages([_message(f"{n}.0", f"turn {n}") for n in range(100)], "200.0", "UBOT")
    assert [turn.text for turn in thread.turns] == [f"turn {n}" for n in range(88, 100)]


def test_a_turn_that_is_too_long_ends_the_history() -> None:
    messages = [_message("1.0", "old"), _message("2.0", "x" * 6_000), _message("3.0", "new")]
    assert [turn.text for turn in history_from_messages(messages, "4.0", "UBOT").turns] == ["new"]


async def test_a_thread_that_cannot_be_read_is_empty() -> None:
    async with serve_slack(SLACK) as slack:
        asked = IncomingMessage("T", "CGENERAL", "1.0", "1.0", "U1", "hi", has_files=False)
        client = create_web_client(settings_for(slack))
        assert await read_thread_history(client, asked, "UBOT") == ThreadHistory(is_unread=True)
        slack.faults.fail("conversations.replies", "missing_scope")
        assert await read_thread_history(client, asked, "UBOT") == ThreadHistory(is_unread=True)


async def test_a_thread_that_is_too_long_counts_as_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_context, "_PAGE_SIZE", 2)
    monkeypatch.setattr(thread_context, "_MAX_PAGES", 2)
    async with serve_slack(SLACK) as slack:
        james = slack.person("james")
        first = await james.post("#general", "turn 0")
        last = [await james.post("#general", f"turn {n}", first) for n in range(1, 6)][-1]
        asked = IncomingMessage("TLUMIERE", "CGENERAL", last, first, james.id, "turn 5", has_files=False)
        assert await read_thread_history(create_web_client(settings_for(slack)), asked, "USOUFFLEUR") == ThreadHistory(
            is_unread=True
        )


async def test_a_thread_of_several_pages_is_read_to_its_end() -> None:
    async with serve_slack(replace(SLACK, rate_factor=0)) as slack:
        james = slack.person("james")
        first = await james.post("#general", "turn 0")
        for n in range(1, 250):
            last = await james.post("#general", f"turn {n}", first)
        asked = IncomingMessage("TLUMIERE", "CGENERAL", last, first, james.id, "turn 249", has_files=False)
        thread = await read_thread_history(create_web_client(settings_for(slack)), asked, "USOUFFLEUR")
        assert [turn.text for turn in thread.turns][-1] == "turn 248"
