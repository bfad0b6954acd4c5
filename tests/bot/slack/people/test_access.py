"""On whose behalf a question is asked, as the local Slack has it."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from functools import partial

import pytest
from qdrant_client import QdrantClient

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.question import Question
from bot.slack.api.client import BotIdentity, create_web_client
from bot.slack.people.access import AccessDirectory, GrantedAudience, UnmetRequirement, find_unmet_requirements
from bot.slack.people.directory import SlackDirectory
from bot.slack.people.member_list import MemberList, StoredPeople, is_full_member
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import DocumentState
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import Settings
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.name_bindings import NameBindings
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.record_repository import Repository
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.state.records import Message, User
from tests.bot.slack.running_bot import (
    SLACK,
    Desk,
    at_work,
    document,
    found,
    indexed,
    saying,
    settings_for,
    shown,
    until,
)
from tests.doubles.temporary_qdrant import open_temporary_qdrant

ALL = frozenset({EVERYONE})


@dataclass(slots=True)
class Setting:
    """A local Slack, an index whose passages carry requirements, and a clock."""

    slack: LocalSlack
    client: QdrantClient
    audiences: AccessDirectory
    now: list[float]

    async def person(self, user: str) -> frozenset[str]:
        return (await self.audiences.find_user_audience(user)).audience.groups

    async def channel(self, channel: str) -> frozenset[str]:
        return (await self.audiences.find_channel_audience(channel)).audience.groups


@contextlib.asynccontextmanager
async def setting(*requirements: str, guests: bool = False) -> AsyncIterator[Setting]:
    client, now = open_temporary_qdrant(), [0.0]
    index = PassageWriter(client, "t", EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9")))
    index.prepare()
    for one in requirements:
        made = replace(document(f"{one}/a.pdf", passages=1), audience=frozenset({one}))
        index.replace_passages(made, passages_from_excerpts(made, [Excerpt("x")]))
    async with serve_slack(SLACK) as slack:
        web = create_web_client(settings_for(slack))
        audiences = AccessDirectory(
            SlackDirectory(web, lambda: now[0]),
            BotIdentity(web),
            ServedDocuments(IndexVersions(client, "t")),
            NameBindings(client, "t"),
            guests=guests,
            clock=lambda: now[0],
        )
        yield Setting(slack, client, audiences, now)
        if web.session:
            await web.session.close()
    client.close()


async def test_on_behalf_of_nobody_nothing_is_read_not_even_what_the_bot_s_channels_may() -> None:
    async with setting("#finance") as here:
        assert await here.person("") == frozenset()


async def test_a_member_may_read_everyone_s_their_channels_and_their_own() -> None:
    async with setting("#finance", "@camille", "#rh") as here:
        groups = await here.person("UCAMILLE")
        assert {EVERYONE, "CFINANCE", "#finance", "#rh", "UCAMILLE", "@camille"} <= groups
        assert {"#finance", "@camille", "CFINANCE"}.isdisjoint(await here.person("UJAMES"))


async def test_a_channel_may_read_its_own_and_everyone_s_and_not_what_an_asker_may() -> None:
    async with setting("#finance", "@camille") as here:
        assert await here.channel("CFINANCE") == {EVERYONE, "CFINANCE", "#finance"}
        assert await here.channel("CRH") == {EVERYONE, "CRH"}
        assert await here.channel("GDIRECTION") == {EVERYONE, "GDIRECTION"}


@pytest.mark.parametrize(("guests", "more"), [(False, frozenset[str]()), (True, ALL)])
async def test_guests_and_strangers_read_their_channels_alone(*, guests: bool, more: frozenset[str]) -> None:
    async with setting("#fournisseurs", "@sofia", guests=guests) as here:
        assert await here.person("USOFIA") == {"CFOURNISSEURS", "#fournisseurs"} | more
        assert await here.person("UELENA") == {"CATELIERNORD"} | more
        assert await here.channel("CFOURNISSEURS") == {"CFOURNISSEURS", "#fournisseurs"} | more
        assert await here.channel("CATELIERNORD") == {"CATELIERNORD"} | more
        assert await here.person("UNOBODY") == more


async def test_a_channel_to_which_another_company_is_invited_reads_its_own_alone() -> None:
    """Before anybody of it has come: they will read there what was said."""
    async with setting("#rh") as here:
        channels = here.slack.workspace.channels
        channels["CRH"] = replace(channels["CRH"], invites=True)
        assert await here.channel("CRH") == {"CRH", "#rh"}


async def test_where_slack_does_not_tell_whether_a_channel_is_shared_it_reads_its_own_alone() -> None:
    async with setting("#rh") as here:
        here.slack.faults.fail("conversations.info", "internal_error")
        granted = await here.audiences.find_channel_audience("CRH")
        assert granted == GrantedAudience(Audience(frozenset({"CRH", "#rh"})), is_certain=False)


async def test_whoever_leaves_a_channel_is_asked_for_without_it_at_once() -> None:
    async with at_work(saying("Two days.")) as desk:
        camille, known = (
            desk.slack.person("camille"),
            desk.bot.people.directory._channels_of_user._values,
        )
        await camille.dm("budget?")
        assert "CFINANCE" in await groups_asked(desk, 1)
        desk.slack.workspace.leave("CFINANCE", "UCAMILLE")
        await until(lambda: "UCAMILLE" not in known)
        await camille.dm("budget?")
        assert "CFINANCE" not in await groups_asked(desk, 2)
        desk.slack.workspace.join("CFINANCE", "UCAMILLE")
        await until(lambda: "UCAMILLE" not in known)
        await camille.dm("budget?")
        assert "CFINANCE" in await groups_asked(desk, 3)
        await desk.finished()


async def test_what_slack_does_not_tell_makes_an_audience_narrower_and_uncertain() -> None:
    async with setting("#finance") as here:
        here.slack.faults.fail("users.conversations", "internal_error")
        granted = await here.audiences.find_user_audience("UCAMILLE")
        assert (granted.audience.groups, granted.is_certain) == (ALL, False)
        assert (await here.audiences.find_user_audience("UCAMILLE")).is_certain  # a failure is not remembered
        here.slack.faults.fail("conversations.members", "internal_error")
        granted = await here.audiences.find_channel_audience("CFINANCE")
        assert granted == GrantedAudience(Audience(frozenset({"CFINANCE", "#finance"})), is_certain=False)
        here.now[0] += 1000
        here.slack.faults.fail("users.list", "internal_error")
        assert (await here.audiences.find_user_audience("USOFIA")).audience.groups == {"CFOURNISSEURS"}


async def test_a_membership_is_remembered_a_minute_or_until_it_changes() -> None:
    async with setting("#finance") as here:
        assert "CFINANCE" in await here.person("UCAMILLE")
        here.slack.workspace.leave("CFINANCE", "UCAMILLE")
        assert "CFINANCE" in await here.person("UCAMILLE")
        here.audiences.directory.forget_membership("UCAMILLE", "CFINANCE")
        assert "CFINANCE" not in await here.person("UCAMILLE")
        here.slack.workspace.join("CFINANCE", "UCAMILLE")
        here.now[0] += 61
        assert "CFINANCE" in await here.person("UCAMILLE")


async def test_whoever_has_become_a_guest_is_one_after_five_minutes() -> None:
    async with setting() as here:
        assert EVERYONE in await here.person("UJAMES")
        here.slack.workspace.users["UJAMES"] = replace(here.slack.workspace.users["UJAMES"], is_guest=True)
        here.now[0] += 299
        assert EVERYONE in await here.person("UJAMES")
        here.now[0] += 2
        assert EVERYONE not in await here.person("UJAMES")


async def test_a_list_of_people_that_slack_does_not_give_anew_tells_nothing_after_ten_minutes() -> None:
    """The people of a small channel are looked up one by one then; in a large one, only its own folder is searched."""
    async with setting() as here:
        everybody = await here.audiences.directory.list_workspace_members()
        assert everybody
        crowd = tuple(f"UCROWD{n}" for n in range(30))
        for name in crowd:
            here.slack.workspace.users[name] = User(name, name.lower(), name)
        channel = here.slack.workspace.channels["CRH"]
        here.slack.workspace.channels["CRH"] = replace(channel, members=(*channel.members, *crowd))
        here.now[0] += 301
        await here.person("UJAMES")
        await until(lambda: here.audiences.directory.member_list._refreshing is None)
        assert EVERYONE in await here.channel("CRH")
        here.slack.faults.fail("users.list", "internal_error", times=99)
        here.slack.workspace.users["UJAMES"] = replace(here.slack.workspace.users["UJAMES"], is_guest=True)
        here.now[0] += 301
        assert EVERYONE in await here.channel("CGENERAL")
        here.now[0] += 301
        assert EVERYONE not in await here.channel("CGENERAL")
        granted = await here.audiences.find_channel_audience("CRH")
        assert (EVERYONE in granted.audience.groups, granted.is_certain) == (False, False)


async def test_what_was_kept_of_people_before_a_start_judges_no_small_channel_and_soon_no_large_one() -> None:
    async with setting() as here:
        kept = Repository(here.client, "t_people", StoredPeople)
        people = tuple((name, name.lower(), True) for name in (*here.slack.workspace.users, "UGONE"))
        kept.put_record(str(uuid.uuid4()), StoredPeople(0, people, time.time()))
        directory = here.audiences.directory
        directory.member_list = MemberList(directory._client, kept, lambda: here.now[0])
        here.slack.faults.fail("users.list", "internal_error", times=99)
        here.slack.workspace.users["UJAMES"] = replace(here.slack.workspace.users["UJAMES"], is_guest=True)
        assert await directory.list_workspace_members()
        assert EVERYONE not in await here.channel("CGENERAL")
        here.now[0] += 1801
        assert await directory.list_workspace_members() is None


async def test_a_channel_that_has_become_private_is_so_after_an_hour() -> None:
    async with setting() as here:
        public = here.audiences.directory
        assert await public.is_public_channel("CRH")
        here.slack.workspace.channels["CRH"] = replace(here.slack.workspace.channels["CRH"], kind="private")
        here.now[0] += 3599
        assert await public.is_public_channel("CRH")
        here.now[0] += 2
        assert not await public.is_public_channel("CRH")


async def test_a_name_stays_with_the_channel_that_bore_it_first() -> None:
    async with setting("#finance") as here:
        assert "#finance" in await here.channel("CFINANCE")
        channels = here.slack.workspace.channels
        channels["CFINANCE"] = replace(channels["CFINANCE"], name="compta")
        channels["CRH"] = replace(channels["CRH"], name="finance")
        here.now[0] += 1000
        assert await here.channel("CRH") == {EVERYONE, "CRH"}
        assert "#finance" in await here.channel("CFINANCE")
        assert await here.audiences.list_unmet_requirements() == [UnmetRequirement("#finance", "another")]


async def test_a_folder_whose_channel_the_bot_is_not_in_stays_closed_until_it_is_invited() -> None:
    async with setting("#projets") as here:
        assert "#projets" not in await here.person("UCAMILLE")
        assert await here.audiences.list_unmet_requirements() == [UnmetRequirement("#projets", "provisional")]
        here.slack.workspace.join("CPROJETS", "USOUFFLEUR")
        here.now[0] += 1000
        assert "#projets" in await here.person("UCAMILLE")
        assert await here.audiences.list_unmet_requirements() == []


async def test_the_private_channel_takes_the_place_of_a_look_alike_that_was_seen_before_it() -> None:
    async with setting("#finance") as here:
        channels = here.slack.workspace.channels
        secret = channels["CFINANCE"]
        channels["CFINANCE"] = replace(secret, members=tuple(one for one in secret.members if one != "USOUFFLEUR"))
        channels["CPROJETS"] = replace(channels["CPROJETS"], name="finance")
        assert "#finance" not in await here.person("UJAMES")
        (binding,) = await here.audiences.list_bindings()
        assert (binding.id, binding.state) == ("CPROJETS", "provisional")
        channels["CFINANCE"] = secret
        here.now[0] += 1000
        assert "#finance" in await here.person("UCAMILLE")
        assert "#finance" not in await here.person("UJAMES")


@pytest.mark.parametrize("alike", ["ﬁnance", "Finance", "\N{LATIN SMALL LETTER LONG S}ales", "finance\u0301"])
async def test_a_channel_whose_name_only_looks_like_a_folder_s_gets_nothing(alike: str) -> None:
    async with setting("#finance", "#sales") as here:
        channels = here.slack.workspace.channels
        del channels["CFINANCE"]
        channels["CRH"] = replace(channels["CRH"], name=alike)
        expected = {"#finance"} if alike == "Finance" else set()
        assert (await here.channel("CRH")) & {"#finance", "#sales"} == expected


async def test_a_binding_that_was_undone_comes_back_by_itself_for_another_channel_alone() -> None:
    async with setting("#finance") as here:
        assert "#finance" in await here.channel("CFINANCE")
        assert await here.audiences.set_binding_state("#finance", "undone")
        here.now[0] += 1000
        assert "#finance" not in await here.channel("CFINANCE")
        assert await here.audiences.list_unmet_requirements() == [UnmetRequirement("#finance", "undone")]
        channels = here.slack.workspace.channels
        channels["CFINANCE"] = replace(channels["CFINANCE"], name="compta")
        channels["CRH"] = replace(channels["CRH"], name="finance")
        here.now[0] += 1000
        assert "#finance" in await here.channel("CRH")


async def test_a_name_that_nobody_bears_is_nobody_s_and_admins_are_told() -> None:
    async with setting("#nowhere", "@nobody-here", "C0999ZZZZ", "#rh", "nobody", EVERYONE) as here:
        await here.channel("CRH")
        unmet = await here.audiences.list_unmet_requirements()
        assert unmet == [UnmetRequirement(one, "unknown") for one in ("#nowhere", "@nobody-here", "C0999ZZZZ")]


def test_a_name_that_several_bear_is_nobody_s() -> None:
    assert [*find_unmet_requirements(["@a"], {}, {"@a": ("U1", "U2")}, {"U1", "U2"})] == [
        UnmetRequirement("@a", "ambiguous")
    ]


@pytest.mark.parametrize(
    ("told", "member"),
    [
        ({}, True),
        ({"is_restricted": True}, False),
        ({"is_ultra_restricted": True}, False),
        ({"is_stranger": True}, False),
        ({"team_id": "TOTHER"}, False),
        ({"team_id": None}, False),
    ],
)
def test_only_a_full_member_of_the_team_is_one(told: dict[str, object], *, member: bool) -> None:
    assert is_full_member({"team_id": "T1", **told}, "T1") is member


async def groups_asked(desk: Desk, count: int = 1) -> Collection[str]:
    await desk.slack.wait_until(lambda: len(desk.answering.questions) == count or None)
    return desk.answering.questions[-1].audience.groups


async def test_each_way_to_ask_searches_for_those_who_will_read_the_answer() -> None:
    async with at_work(saying("Two days.")) as desk:
        camille = desk.slack.person("camille")
        await camille.post("#rh", "@souffleur budget?")
        assert await groups_asked(desk, 1) == {EVERYONE, "CRH"}
        await camille.dm("budget?")
        assert {EVERYONE, "CFINANCE", "UCAMILLE"} <= set(await groups_asked(desk, 2))
        await camille.command("/ask", "budget?", "#rh")
        assert {EVERYONE, "CFINANCE", "UCAMILLE"} <= set(await groups_asked(desk, 3))
        await desk.slack.person("sofia").post("#fournisseurs", "@souffleur budget?")
        assert await groups_asked(desk, 4) == {"CFOURNISSEURS"}
        await desk.finished()


async def test_whoever_asks_is_told_that_slack_did_not_say_all() -> None:
    async with at_work(saying("Two days.")) as desk:
        desk.slack.faults.fail("users.conversations", "internal_error")
        ts = await desk.slack.person("james").dm("budget?")
        assert "searched only what they certainly may" in shown(await desk.reply_to(ts))


async def test_a_document_s_name_is_shown_to_those_who_may_know_it_and_a_failed_one_to_admins() -> None:
    async with at_work(saying("?")) as desk:
        secret = document("secret.pdf", audience=frozenset({"CFINANCE"}), title="Budget 2026")
        broken = document(
            "broken.pdf", audience=frozenset({"CFINANCE"}), state=DocumentState.FAILED, reason="Bad.", title="T7"
        )
        desk.ledger.save_documents(secret, broken)
        listed = {}
        for person in ("camille", "james", "alice"):
            desk.slack.workspace.leave("CFINANCE", "UALICE")
            await desk.slack.person(person).command("/docs", "", "#rh")
            user = f"U{person.upper()}"
            listed[person] = shown(await desk.slack.wait_for(partial(_is_for, user)))
        assert "Budget 2026" in listed["camille"]
        assert "broken.pdf" in listed["camille"]
        assert not any(word in listed["james"] for word in ("Budget 2026", "secret", "broken", "T7"))
        assert "broken.pdf" in listed["alice"]
        assert not any(word in listed["alice"] for word in ("Budget 2026", "secret.pdf", "T7"))


def _is_for(user: str, message: Message) -> bool:
    return message.ephemeral_to == user


async def test_an_answer_whose_document_became_private_is_not_read_again_by_the_thread() -> None:
    made = document("a.pdf", passages=1)
    (passage,) = passages_from_excerpts(made, [Excerpt("Two days.")])

    async with at_work(saying("Two days.", passages=(replace(found(), passage=passage),))) as desk:
        indexed(desk, made, [passage])
        camille = desk.slack.person("camille")
        ts = await camille.post("#rh", "@souffleur how many days?")
        await desk.reply_to(ts)
        await desk.finished()
        assert [turn.speaker for turn in (await again(desk, ts, 2)).history] == ["person", "bot"]
        lookup = desk.bot.stores.passage_lookup
        index = PassageWriter(lookup.client, lookup.prefix, EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9")))
        index.apply_audiences({"a.pdf": frozenset({"CFINANCE"})})
        assert {turn.speaker for turn in (await again(desk, ts, 3)).history} == {"person"}


async def test_an_answer_that_was_stopped_is_not_read_again_by_the_thread() -> None:
    """Nobody wrote down which passages its words came from: they may have become private meanwhile."""

    async def script(question: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("The code is 7731.")
        if not question.history:
            await asyncio.Event().wait()
        yield Answer("The code is 7731.", "answered", "en")

    async with at_work(script) as desk:
        camille = desk.slack.person("camille")
        ts = await camille.post("#rh", "@souffleur the code?")
        await desk.slack.wait_for(lambda m: bool(m.bot_id) and "7731" in shown(m))
        await camille.stop("CRH", ts)
        await desk.reply_to(ts, holding="Stopped.")
        await desk.finished()
        assert "7731" not in _said(await again(desk, ts, 2))


async def test_what_an_earlier_answer_stood_on_is_remembered_of_those_that_may_repeat_it() -> None:
    secret, other = document("secret.pdf", passages=1), document("other.pdf", passages=1)
    (coffer,), (leave,) = (
        passages_from_excerpts(secret, [Excerpt("7731.")]),
        passages_from_excerpts(other, [Excerpt("Two days.")]),
    )
    answers = iter((("The code is 7731.", coffer), ("Two days, and again the code: 7731.", leave), ("Yes.", leave)))

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        text, passage = next(answers)
        yield Answer(text, "answered", "en", passages=(replace(found(), passage=passage),))

    async with at_work(script) as desk:
        indexed(desk, secret, [coffer])
        indexed(desk, other, [leave])
        ts = await desk.slack.person("camille").post("#rh", "@souffleur the code?")
        await desk.reply_to(ts)
        await desk.finished()
        assert "7731" in _said(await again(desk, ts, 2))
        lookup = desk.bot.stores.passage_lookup
        index = PassageWriter(lookup.client, lookup.prefix, EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9")))
        index.apply_audiences({"secret.pdf": frozenset({"CFINANCE"})})
        assert "7731" not in _said(await again(desk, ts, 3))


def _said(question: Question) -> str:
    return " ".join(turn.text for turn in question.history)


async def again(desk: Desk, ts: str, count: int) -> Question:
    await desk.slack.person("camille").post("#rh", "@souffleur and in summer?", ts)
    await desk.slack.wait_until(lambda: len(desk.answering.questions) == count or None)
    await desk.finished()
    return desk.answering.questions[-1]
