"""Holds what the local Slack answers and sends to what real workspaces did: the same fields, of the same types."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

import pytest

from playground.slack.rules.differences import LEFT_OUT, OTHER_FIELDS, find_reason
from playground.slack.rules.refusals import REFUSALS
from tests.conformance.played_slack import play_everything
from tests.conformance.shapes import Shape, build_shapes, read_recorded

# What each recorded event is of, by the name of its file.
RECORDED_KINDS = {
    "AppHomeOpenedPayload": "app_home_opened",
    "AppMentionPayload": "app_mention",
    "BlockActionPayload": "block_actions",
    "MemberJoinedChannelPayload": "member_joined_channel",
    "MemberLeftChannelPayload": "member_left_channel",
    "MessageShortcutPayload": "message_action",
    "SlashCommandPayload": "command",
    "ViewClosedPayload": "view_closed",
    "ViewSubmissionPayload": "view_submission",
    **{
        f"Message{name}Payload": "message"
        for name in ("", "Bot", "Changed", "Deleted", "FileShare", "Replied", "ThreadBroadcast")
    },
}
# Kinds that no record and no example shows: their page in the reference has words only.
WITHOUT_RECORD = {"agent_session_stopped", "app_context_changed", "function_executed"}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Shape]:
    return read_recorded(RECORDED_KINDS)


@pytest.fixture(scope="module")
def played() -> dict[str, Shape]:
    answers, sent = asyncio.run(play_everything())
    assert {method for method, _ in answers} == set(REFUSALS), "every method is called"
    return build_shapes([*answers, *sent])


def list_other_fields(played: Mapping[str, Shape], recorded: Mapping[str, Shape]) -> Iterator[tuple[str, str]]:
    """The fields that no record has, or not in this type; where a record has a text, there may be nothing."""
    for kind in played.keys() & recorded.keys():
        for name, types in played[kind].items():
            if not types <= recorded[kind].get(name, frozenset()) | {"null"}:
                yield kind, name


def list_left_out(played: dict[str, Shape], recorded: dict[str, Shape]) -> Iterator[tuple[str, str]]:
    """The fields of the records that are never sent; of an object that is left out, the object alone."""
    for kind in played.keys() & recorded.keys():
        for name in recorded[kind].keys() - played[kind].keys():
            parent = name.removesuffix("[]") if name.endswith("[]") else name.rpartition(".")[0]
            if parent in played[kind]:
                yield kind, name


def test_every_kind_of_answer_and_event_is_compared(played: dict[str, Shape], recorded: dict[str, Shape]) -> None:
    assert played.keys() - recorded.keys() == WITHOUT_RECORD


def test_each_field_and_type_is_one_that_slack_sent_or_has_its_reason(
    played: dict[str, Shape], recorded: dict[str, Shape]
) -> None:
    other = list(list_other_fields(played, recorded))
    assert [one for one in other if find_reason(OTHER_FIELDS, *one) is None] == []
    assert set(OTHER_FIELDS) - {find_reason(OTHER_FIELDS, *one) for one in other} == set()


def test_each_field_that_is_left_out_has_its_reason(played: dict[str, Shape], recorded: dict[str, Shape]) -> None:
    left_out = list(list_left_out(played, recorded))
    assert [one for one in left_out if find_reason(LEFT_OUT, *one) is None] == []
    assert set(LEFT_OUT) - {find_reason(LEFT_OUT, *one) for one in left_out} == set()


def test_a_field_that_slack_does_not_know_and_one_of_another_type_are_found(
    played: dict[str, Shape], recorded: dict[str, Shape]
) -> None:
    broken = {"users.info": {**played["users.info"], "user.shoe_size": frozenset({"number"})}}
    broken["users.info"]["user.deleted"] = frozenset({"text"})
    assert sorted(list_other_fields(broken, recorded)) == [
        ("users.info", "user.deleted"),
        ("users.info", "user.shoe_size"),
    ]
