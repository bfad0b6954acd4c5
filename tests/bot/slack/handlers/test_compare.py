from __future__ import annotations

import asyncio

import pytest

from bot.slack.people.users import Users
from bot.slack.views.rich_text import read_rich_text
from tests.bot.slack.running_bot import at_work, citation, saying, shown

BOTH = saying("Two **days** [1].", citations=(citation(),))


async def test_compare_shows_an_admin_both_answers_one_below_the_other() -> None:
    async with at_work(BOTH) as desk:
        desk.answering.alone = "Five days.\n```java\nclass A {"
        await desk.slack.person("alice").command("/compare", "how many days?")
        message = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "Sources" in shown(m))
        assert any("I ask the model twice" in m.text for m in desk.slack.messages)
        assert len(desk.slack.messages) == 2
    alone, rule, specialised, *_ = message.blocks
    assert [read_rich_text([one]) for one in (alone, specialised)] == [
        "**The model alone**\nFive days.\n```\nclass A {\n```",
        "**The model with your documents**\nTwo **days** [1].",
    ]
    assert rule["type"] == "divider"


async def test_compare_without_a_model_says_what_would_stand_there() -> None:
    async with at_work(BOTH) as desk:
        desk.answering.alone = None
        await desk.slack.person("alice").command("/compare", "how many days?")
        message = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "Sources" in shown(m))
    assert "The model cannot be asked at the moment." in shown(message)


async def test_compare_searches_what_the_administrator_may_read() -> None:
    async with at_work(BOTH) as desk:
        await desk.slack.person("alice").command("/compare", "how many days?")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "Sources" in shown(m))
        [question] = desk.answering.questions
    assert {"UALICE", "CFINANCE"} <= question.audience.groups
    assert "UCAMILLE" not in question.audience.groups


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [("james", "how many days?", "Only an administrator can compare"), ("alice", " ", "après la commande")],
)
async def test_compare_is_for_admins_and_for_questions(who: str, text: str, says: str) -> None:
    async with at_work(BOTH) as desk:
        await desk.slack.person(who).command("/compare", text)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and says in shown(m))
        assert desk.answering.questions == []


@pytest.mark.parametrize("command", ["/ask", "/docs", "/compare"])
async def test_a_command_is_never_silent_even_where_the_asker_s_language_cannot_be_learned(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(people: Users, user: str) -> None:
        raise ValueError("unforeseen")

    async with at_work(BOTH) as desk:
        monkeypatch.setattr(Users, "get_user_language", fail)
        typed = asyncio.create_task(desk.slack.person("alice").command(command, "how many days?"))
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "Something went wrong" in shown(m))
        typed.cancel()  # it may wait for an acknowledgement that never comes
