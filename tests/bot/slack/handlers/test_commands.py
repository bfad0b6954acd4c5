"""The slash commands, and what administrators see and do of the names of folders."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.question import Question
from bot.slack.handlers.commands import find_named_binding, is_bindings_command
from knowledge.storage.name_bindings import NameBinding
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, citation, saying, shown

LONG = "".join(f"Line {n} of a long answer, with some words in it.\n" for n in range(500))
_FINANCE, _ALICE = NameBinding("#finance", "CFINANCE"), NameBinding("@alice", "UALICE", "provisional")


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


async def _told(desk: Desk, holding: str, to: str = "UALICE") -> Message:
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == to and holding in shown(m))


async def test_an_administrator_sees_undoes_and_confirms_a_binding_and_the_audit_log_tells() -> None:
    async with at_work(saying("?")) as desk:
        bindings, alice = desk.bot.stores.name_bindings, desk.slack.person("alice")
        bindings.add_bindings([_FINANCE, NameBinding("#projets", "CPROJETS", "provisional")])
        await alice.command("/souffleur", "bindings")
        told = shown(await _told(desk, "CFINANCE"))
        assert told.index("#projets") < told.index("#finance")
        await alice.command("/souffleur", "bindings undo #Finance")
        await _told(desk, "ne sont plus à CFINANCE")
        await alice.command("/souffleur", "bindings confirm projets")
        await _told(desk, "sont maintenant à CPROJETS")
        assert [one.name for one in bindings.list_bindings() if one.state == "confirmed"] == ["#projets"]
        entries = [one for one in desk.bot.stores.audit_log.list_audit_entries() if one.outcome == "done"]
        assert {(one.who, one.what, one.subject) for one in entries} == {
            ("UALICE", "bindings", ""),
            ("UALICE", "bindings", "undone id=CFINANCE"),
            ("UALICE", "bindings", "confirmed id=CPROJETS"),
        }
        assert "CFINANCE" not in (await desk.bot.people.access_directory.find_channel_audience("CRH")).audience.groups


async def test_nobody_else_sees_or_changes_them() -> None:
    async with at_work(saying("?")) as desk:
        bindings = desk.bot.stores.name_bindings
        bindings.add_bindings([_FINANCE])
        await desk.slack.person("james").command("/souffleur", "bindings undo finance")
        told = shown(await _told(desk, "Only an administrator", "UJAMES"))
        assert "CFINANCE" not in told
        assert bindings.list_bindings() == [_FINANCE]


@pytest.mark.parametrize("words", ["bindings undo #nowhere", "bindings undo", "bindings a b c"])
async def test_what_cannot_be_done_is_said(words: str) -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/souffleur", words)
        await _told(desk, "Rien n'a changé" if "#nowhere" in words else "/souffleur bindings undo")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("#finance", _FINANCE),
        ("FINANCE", _FINANCE),
        ("CFINANCE", _FINANCE),
        ("#CFINANCE", _FINANCE),
        ("`@alice`", _ALICE),
        ("#alice", None),
        ("ﬁnance", None),
        ("", None),
    ],
)
def test_a_binding_is_found_by_name_or_id(name: str, found: NameBinding | None) -> None:
    assert find_named_binding([_FINANCE, _ALICE], name) == found


def test_help_is_no_word_about_bindings() -> None:
    assert is_bindings_command("Bindings undo #a")
    assert not is_bindings_command("help")
    assert not is_bindings_command("")
