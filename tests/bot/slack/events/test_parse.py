from __future__ import annotations

import pytest

from bot.slack.events.parse import IncomingMessage, Json, RecentKeys, deleted_ts_from_event, message_from_event

EVENT = {"type": "message", "channel": "C1", "ts": "2.0", "user": "U1", "text": "<@UBOT> hi", "team": "T1"}


def test_a_message_is_a_question() -> None:
    assert message_from_event(EVENT, "T9", "UBOT") == IncomingMessage(
        "T1", "C1", "2.0", "2.0", "U1", "hi", has_files=False, workspace="T9"
    )


def test_a_reply_is_answered_in_its_thread() -> None:
    question = message_from_event({**EVENT, "thread_ts": "1.0"}, "T9", "UBOT")
    assert question
    assert (question.thread_ts, question.opens_thread) == ("1.0", False)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_message_with_a_file_or_shown_in_the_channel_is_a_question(subtype: str) -> None:
    assert message_from_event({**EVENT, "subtype": subtype}, "T1", "UBOT")


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"bot_id": "B1"},
        {"user": "UBOT"},
        {"user": None},
    ],
    ids=str,
)
def test_what_no_person_asked_is_none(change: dict[str, str | None]) -> None:
    assert message_from_event({**EVENT, **change}, "T1", "UBOT") is None


@pytest.mark.parametrize(
    ("event", "gone"),
    [
        ({**EVENT, "subtype": "message_deleted", "ts": "9.0", "deleted_ts": "2.0"}, "2.0"),
        ({**EVENT, "subtype": "message_changed", "ts": "9.0", "message": {"subtype": "tombstone", "ts": "2.0"}}, "2.0"),
        ({**EVENT, "subtype": "message_changed", "ts": "9.0", "message": {"text": "edited", "ts": "2.0"}}, None),
        (EVENT, None),
    ],
    ids=["alone", "with replies", "an edit", "a message"],
)
def test_a_deletion_is_told_from_an_edit(event: Json, gone: str | None) -> None:
    assert deleted_ts_from_event(event) == gone


def test_a_message_is_seen_first_only_once() -> None:
    seen = RecentKeys()
    assert [seen.add_if_new(("T", "C", "1")), seen.add_if_new(("T", "C", "1")), seen.add_if_new(("T", "C", "2"))] == [
        True,
        False,
        True,
    ]


def test_the_memory_of_messages_is_bounded() -> None:
    seen = RecentKeys(max_keys=2)
    assert all(seen.add_if_new(("T", "C", str(n))) for n in range(5))
    assert seen.add_if_new(("T", "C", "0"))
    assert not seen.add_if_new(("T", "C", "4"))
