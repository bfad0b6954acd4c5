from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.question import Question
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, citation, saying, shown

LONG = "".join(f"Line {n} of a long answer, with some words in it.\n" for n in range(500))


async def _whispered(desk: Desk, holding: str, to: str = "UJAMES") -> Message:
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == to and holding in shown(m))


async def test_ask_answers_the_asker_alone_with_sources() -> None:
    async with at_work(saying("Two **days**.", citations=(citation(),))) as desk:
        await desk.slack.person("james").command("/ask", "how many days?")
        message = await _whispered(desk, "Sources")
        assert "You asked: *how many days?*" in str(message.blocks[0])
        assert "'text': 'days', 'style': {'bold': True}" in str(message.blocks[1])
        assert [m for m in desk.slack.messages if not m.ephemeral_to] == []
        assert desk.answering.questions[0].text == "how many days?"


async def test_ask_says_what_it_does_in_its_acknowledgement_and_answers_once() -> None:
    go_on = asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        await go_on.wait()
        yield AnswerText("Deux jours.")
        yield Answer("Deux jours.", "answered", "fr")

    async with at_work(script) as desk:
        await desk.slack.person("camille").command("/ask", "combien ?")
        await _whispered(desk, "Je cherche dans les documents. La réponse vient ci-dessous", "UCAMILLE")
        go_on.set()
        await _whispered(desk, "Deux jours.", "UCAMILLE")
        await desk.finished()
        assert len(desk.slack.messages) == 2
        assert [hook.uses for hook in desk.slack.responses._hooks.values()] == [1]


async def test_a_long_private_answer_loses_no_line() -> None:
    async with at_work(saying(LONG, citations=(citation(),))) as desk:
        await desk.slack.person("james").command("/ask", "how many days?")
        await _whispered(desk, "Sources")
        assert all(line in "\n".join(map(shown, desk.slack.messages)) for line in LONG.splitlines())


async def test_ask_without_a_question_explains_itself() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("james").command("/ask", "  ")
        await _whispered(desk, "Write your question after the command")
        assert desk.answering.questions == []


async def test_a_private_answer_that_fails_says_so() -> None:
    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("Two")
        raise ValueError("unforeseen")

    async with at_work(script) as desk:
        await desk.slack.person("james").command("/ask", "how many days?")
        assert "Two" in shown(await _whispered(desk, "Something went wrong"))


async def test_a_private_answer_in_flight_says_that_it_was_interrupted() -> None:
    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        await asyncio.Event().wait()
        yield AnswerText("never")

    async with at_work(script) as desk:
        await desk.slack.person("james").command("/ask", "how many days?")
        await _whispered(desk, "I am searching")
        desk.serving.cancel()
        await _whispered(desk, "interrupted")


async def test_where_the_response_address_is_used_up_the_answer_comes_all_the_same() -> None:
    async with at_work(saying(LONG * 3)) as desk:
        await desk.slack.person("james").command("/ask", "how many days?")
        await desk.slack.wait_until(
            lambda: (
                [call for call in desk.slack.calls if call.method == "chat.postEphemeral" and not call.error] or None
            )
        )
        await desk.finished()
        assert "\n".join(map(shown, desk.slack.messages)).count("Line 499 ") == 3


async def test_reindex_is_for_admins_and_says_who_they_are() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("james").command("/reindex", "all")
        await _whispered(desk, "Please ask <@UALICE>.")
        assert desk.requests.list_open_requests() == []


async def test_reindex_without_any_admin_says_how_to_name_one() -> None:
    async with at_work(saying("?"), admins=frozenset()) as desk:
        await desk.slack.person("james").command("/reindex")
        await _whispered(desk, "`ADMINS`")


async def test_an_unknown_command_is_acknowledged_and_said_to_be_unknown() -> None:
    async with at_work(saying("?")) as desk:
        hook = desk.slack.responses.issue_url("CGENERAL", "UJAMES")
        payload = {"command": "/dance", "user_id": "UJAMES", "channel_id": "CGENERAL", "response_url": hook}
        await desk.slack.delivery.request_ack("slash_commands", {**payload, "team_id": "TLUMIERE"})
        await _whispered(desk, "I do not know the command /dance.")
