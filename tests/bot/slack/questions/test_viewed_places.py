"""A question is searched with what its asker looks at in mind: their channel, or an answer of the bot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.prompt.passages_in_prompt import NO_PLACES, PreferredPlaces
from bot.slack.events.parse import Json, message_from_event
from knowledge.core.access import EVERYONE
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.storage.question_log import QuestionRecord
from tests.bot.slack.running_bot import Desk, at_work, document, found, indexed, saying

BUDGET = document("#finance/budget.pdf", audience=frozenset({"#finance"}))


async def preferred(desk: Desk, text: str = "what is the budget?") -> PreferredPlaces:
    """What the answer to a direct message prefers."""
    ts = await desk.slack.person("camille").dm(text)
    await desk.reply_to(ts)
    return desk.answering.questions[-1].preferred


async def test_the_folders_of_the_channel_that_somebody_looks_at_come_first() -> None:
    async with at_work(saying("Ten.")) as desk:
        indexed(desk, BUDGET, passages_from_excerpts(BUDGET, [Excerpt("The budget is ten.", 1)]))
        camille = desk.slack.person("camille")
        assert await preferred(desk) == NO_PLACES
        await camille.look_at("#finance")
        assert await preferred(desk) == PreferredPlaces(frozenset({"CFINANCE", "#finance"}))
        audience = desk.answering.questions[-1].audience
        await camille.look_at()
        assert await preferred(desk) == NO_PLACES
        assert desk.answering.questions[-1].audience == audience


async def test_the_documents_of_the_answer_that_somebody_looks_at_come_first() -> None:
    async with at_work(saying("Two days [1].", passages=(found(),))) as desk:
        camille = desk.slack.person("camille")
        asked = await camille.post("#general", "<@USOUFFLEUR> how many days?")
        answer = await desk.reply_to(asked)
        await desk.finished()
        await camille.look_at("#general", answer.ts)
        assert await preferred(desk) == PreferredPlaces(frozenset({"CGENERAL"}), frozenset({"hr/staff handbook.pdf"}))
        await camille.look_at("#general", asked)
        assert (await preferred(desk)).paths == frozenset()


async def test_looking_at_a_channel_opens_nothing_to_somebody_who_is_no_member() -> None:
    async with at_work(saying("Ten.")) as desk:
        indexed(desk, BUDGET, passages_from_excerpts(BUDGET, [Excerpt("The budget is ten.", 1)]))
        james = desk.slack.person("james")
        desk.slack.workspace.look_at("UJAMES", ({"type": "slack#/types/channel_id", "value": "CFINANCE"},))
        ts = await james.dm("what is the budget?")
        await desk.reply_to(ts)
        groups = desk.answering.questions[-1].audience.groups
        assert not groups & {"CFINANCE", "#finance"}
        assert EVERYONE in groups


def message(context: object) -> Json:
    return {
        "type": "message",
        "channel": "D1",
        "channel_type": "im",
        "user": "U1",
        "ts": "1.0",
        "text": "?",
        "app_context": context,
    }


@pytest.mark.parametrize(
    ("context", "viewed"),
    [
        ({"entities": [{"type": "slack#/types/channel_id", "value": "C1", "team_id": "T"}]}, ("C1",)),
        (
            {
                "entities": [
                    {"type": "slack#/types/message_context", "value": {"channel_id": "C1", "message_ts": "2.0"}}
                ]
            },
            ("C1/2.0",),
        ),
        ({"entities": [{"type": "slack#/types/canvas_id", "value": "F1"}, {"type": "future"}, "odd", None]}, ()),
        ({}, ()),
        (None, ()),
        ("odd", ()),
        ({"entities": {"type": "odd"}}, ()),
        ({"entities": [{"type": "slack#/types/message_context", "value": {"channel_id": 1}}]}, ()),
        (
            {"entities": [{"type": "slack#/types/channel_id", "value": f"C{n}"} for n in range(99)]},
            ("C0", "C1", "C2", "C3", "C4"),
        ),
    ],
)
def test_what_somebody_looks_at_is_read_whatever_slack_sends(context: object, viewed: tuple[str, ...]) -> None:
    parsed = message_from_event(message(context), "T1", "UBOT")
    assert parsed
    assert parsed.viewed == viewed


async def test_of_a_deleted_question_the_viewed_places_are_forgotten_too() -> None:
    async with at_work(saying("Ten.")) as desk:
        camille = desk.slack.person("camille")
        await camille.look_at("#general")
        ts = await camille.dm("what is the budget?")
        await desk.reply_to(ts)
        await desk.finished()
        log = desk.bot.stores.question_log
        record = log.get_question("TLUMIERE", "DCAMILLE", ts)
        assert isinstance(record, QuestionRecord)
        assert record.viewed == ("CGENERAL",)
        await camille.delete("DCAMILLE", ts)
        await desk.finished()
        known = await desk.slack.wait_until(
            lambda: next((one for one in [log.get_question("TLUMIERE", "DCAMILLE", ts)] if one and not one.text), None)
        )
        assert replace(known, changed_at=0.0).viewed == ()
