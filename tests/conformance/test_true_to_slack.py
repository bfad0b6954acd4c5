"""Where Slack differs from what one expects, over a real socket of the local Slack, which behaves as Slack does."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.question import Question
from bot.answering.quoting.markdown import format_quote
from bot.answering.quoting.quote import Quote, QuoteLine
from bot.answering.understanding.counter_questions import Option
from bot.cli.check import _check_slack
from bot.cli.manifest import add_command_prefix
from bot.slack.app import build_app
from bot.slack.i18n.catalogue import get_texts, set_command_prefix
from bot.slack.questions.catch_up import CatchUp
from bot.slack.questions.private_answer import ASK_AGAIN_BUTTON
from bot.slack.runner import serve_slack_bot
from knowledge.core.access import EVERYONE
from knowledge.core.failures import SettingsError
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.rules.errors import UserActionError
from playground.slack.state.records import User
from playground.slack.web_api.json_values import walk
from tests.bot.slack.running_bot import (
    MANIFEST,
    SLACK,
    Desk,
    Scripted,
    asked,
    at_work,
    cited,
    connected,
    found,
    saying,
    settings_for,
    shown,
    until,
)
from tests.doubles.temporary_qdrant import open_temporary_qdrant


@pytest.mark.parametrize(("command", "who"), [("/ask", "james"), ("/compare", "alice")])
async def test_a_command_s_address_gets_the_answer_alone_as_it_replaces_nothing(command: str, who: str) -> None:
    async with at_work(cited()) as desk:
        await desk.slack.person(who).command(command, "How many days?")
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "Sources" in shown(m))
        await desk.finished()
        assert ["Two days" in shown(message) for message in desk.slack.messages].count(True) == 1
        assert len(desk.slack.messages) == 2, "the line of the acknowledgement, and the answer"
        assert [hook.uses for hook in desk.slack.responses._hooks.values()] == [1]


async def test_a_button_s_address_replaces_the_message_with_the_button() -> None:
    async with at_work(cited()) as desk:
        first = await asked(desk)
        before = len(desk.slack.messages)
        await desk.slack.person("james").click(first, ASK_AGAIN_BUTTON)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        await desk.finished()
        assert len(desk.slack.messages) == before


async def test_a_response_address_gets_rich_text_as_it_refuses_markdown_blocks() -> None:
    async with at_work(cited()) as desk:
        private = await asked(desk)
        kinds = [block.get("type") for block in walk(list(private.blocks))]
        assert "rich_text" in kinds
        assert "markdown" not in kinds
        assert [call for call in desk.slack.calls if call.method == "chat.postEphemeral"] == []


DIRECT = "DJAMES"


def session_status(desk: Desk, ts: str) -> str:
    return desk.slack.workspace.sessions[DIRECT, ts].status


async def test_only_the_session_s_own_call_is_used_as_the_legacy_one_writes_the_same_slot() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts, holding="Two days.")
        await desk.finished()
        called = [call for call in desk.slack.calls if "threads.setStatus" in call.method or "agents." in call.method]
        assert [(call.method, call.arguments["status"]) for call in called] == [
            ("agents.sessions.setStatus", "processing")
        ]
        assert session_status(desk, ts) == "active"


async def test_stop_stays_from_before_the_first_word_until_the_last_of_several_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.slack.replies.stream.UPDATE_SECONDS", 0.0)
    begin, first_full, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        await begin.wait()
        yield AnswerText("".join(f"Line {n} of a long answer, with some words.\n" for n in range(400)))
        first_full.set()
        await go_on.wait()
        yield AnswerText("The end.")
        yield Answer("…", "answered", "en")

    async with at_work(script) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await desk.slack.wait_until(lambda: (DIRECT, ts) in desk.slack.workspace.sessions)
        assert session_status(desk, ts) == "processing"
        begin.set()
        await first_full.wait()
        assert len(desk.replies_to(ts)) > 1
        assert session_status(desk, ts) == "processing"
        go_on.set()
        await desk.reply_to(ts, holding="The end.")
        await desk.finished()
        assert session_status(desk, ts) == "active"


async def test_a_session_goes_on_where_its_stream_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.replies.stream.UPDATE_SECONDS", 0.0)
    more, end = asyncio.Event(), asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("Two")
        await more.wait()
        yield AnswerText(" days.")
        await end.wait()
        yield Answer("Two days.", "answered", "en")

    async with at_work(script, replace(SLACK, stream_life=0.01)) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        begun = await desk.slack.wait_for(lambda m: m.thread_ts == ts and m.text == "Two")
        await until(lambda: not desk.slack.streams.is_open(begun, time.monotonic()))
        await desk.slack.wait_until(lambda: session_status(desk, ts) == "active")
        more.set()
        await desk.slack.wait_until(lambda: session_status(desk, ts) == "processing")
        end.set()
        await desk.finished()
        assert session_status(desk, ts) == "active"


async def test_a_question_back_leaves_its_session_waiting_for_the_person() -> None:
    async with at_work(
        saying("Which leave?", state="unclear", options=(Option("Parental leave", "Parental leave?"),))
    ) as desk:
        ts = await desk.slack.person("james").dm("leave?")
        await desk.reply_to(ts)
        await desk.finished()
        assert session_status(desk, ts) == "suspended"


@pytest.mark.parametrize(
    ("method", "code"),
    [("agents.sessions.setStatus", "feature_disabled"), ("chat.startStream", "unknown_method")],
)
async def test_what_is_refused_for_good_is_not_asked_for_again(method: str, code: str) -> None:
    async with at_work(saying("Two days.")) as desk:
        desk.slack.faults.fail(method, code, times=9)
        for _ in range(2):
            ts = await desk.slack.person("james").dm("How many?")
            await desk.reply_to(ts, holding="Two days.")
            await desk.finished()
        assert sum(call.method == method for call in desk.slack.calls) == 1


LONG = "".join(f"**Line {n}** of a long answer, `with` some words.\n\n" for n in range(80))


@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "posted and updated"])
async def test_a_follow_up_sees_the_whole_of_the_bot_s_own_answer_though_slack_translates_it(streams: bool) -> None:
    async with at_work(saying(LONG, "| day | hour |\n|---|---|\n| Mon | 9 |\n")) as desk:
        if not streams:
            desk.slack.faults.no_streaming()
        james = desk.slack.person("james")
        ts = await james.dm("How many?")
        await desk.reply_to(ts, holding="Line 79")
        await desk.finished()
        await james.dm("And for interns?", thread_ts=ts)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        (_, answer) = (turn.text for turn in desk.answering.questions[1].history)
        assert len(answer) > 4_000 - 100
        assert "**Line 79** of a long answer, `with` some words." in answer
        assert "| Mon | 9 |" in answer


async def test_what_people_write_carries_rich_text_and_is_read_from_its_text() -> None:
    async with at_work(saying("Two days.")) as desk:
        await desk.slack.person("james").post("#general", "@souffleur is 1 < 2 in #rh & here?")
        await desk.slack.wait_until(lambda: desk.answering.questions)
        assert [question.text for question in desk.answering.questions] == ["is 1 < 2 in #rh & here?"]
        events = [sent.payload["event"] for sent in desk.slack.sent if sent.kind == "events_api"]
        kinds = [block.get("type") for block in walk(events)]
        assert kinds.count("rich_text") == kinds.count("user") == len(events)


async def test_a_stream_is_counted_in_bytes() -> None:
    text = "".join(f"{n}. Été à la réunion, où l'élève a été présenté à çà.\n" for n in range(400))
    async with at_work(saying(text)) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts, holding="399. Été")
        await desk.finished()
        assert {call.error for call in desk.slack.calls if "Stream" in call.method} == {""}
        assert all(len(message.text.encode()) <= 10_600 for message in desk.replies_to(ts))
        assert "".join(message.text for message in desk.replies_to(ts)).count("présenté") == 400


async def test_each_message_holds_one_table() -> None:
    table = "| day | hour |\n|---|---|\n| {} | 9 |\n\nThen:\n\n"
    async with at_work(saying(*(table.format(day) for day in ("Mon", "Tue", "Wed")))) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts, holding="Wed")
        await desk.finished()
        assert {call.error for call in desk.slack.calls if "Stream" in call.method} == {""}
        assert [str(message).count("'data_table'") for message in desk.replies_to(ts)] == [1, 1, 1]


def test_a_list_in_an_answer_swallows_nothing_of_what_follows() -> None:
    quote = Quote(found(), (QuoteLine("• a badge"), QuoteLine("• a lamp"), QuoteLine("Bring both.")), (), 1.0)
    shown_lines = format_quote(quote).splitlines()
    assert shown_lines == ["> - a badge", "> - a lamp", ">", "> Bring both. [1]"]


async def test_whoever_asks_from_another_workspace_is_streamed_to() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("elena").post("#atelier-nord", "@souffleur how many?")
        await desk.reply_to(ts, holding="Two days.")
        (started,) = [call for call in desk.slack.calls if call.method == "chat.startStream"]
        assert (started.error, started.arguments["recipient_team_id"]) == ("", "TATELIERNORD")


@pytest.mark.parametrize("who", ["james", "alice"], ids=["no team_id", "another workspace's team_id"])
async def test_in_an_enterprise_grid_who_is_a_member_is_told_by_the_workspaces_of_each(who: str) -> None:
    async with at_work(saying("Two days."), replace(SLACK, grid="workspace")) as desk:
        ts = await desk.slack.person(who).dm("How many?")
        await desk.reply_to(ts, holding="Two days.")
        assert EVERYONE in desk.answering.questions[0].audience.groups


async def test_a_guest_of_an_enterprise_grid_stays_one() -> None:
    async with at_work(saying("Two days."), replace(SLACK, grid="workspace")) as desk:
        ts = await desk.slack.person("sofia").dm("How many?")
        await desk.reply_to(ts, holding="Two days.")
        assert EVERYONE not in desk.answering.questions[0].audience.groups


async def test_an_app_of_a_whole_organisation_is_refused_in_one_sentence() -> None:
    async with serve_slack(replace(SLACK, grid="organisation")) as slack:
        bot = build_app(settings_for(slack), Scripted(saying("?")), open_temporary_qdrant())
        with pytest.raises(SettingsError, match=r"a whole organisation .*: install the app in one"):
            await asyncio.wait_for(serve_slack_bot(bot), 30)
        listed = await _check_slack(settings_for(slack))
        assert [one.verdict for one in listed if "whole organisation" in one.sentence] == ["broken"]


def crowd(slack: LocalSlack, people: int) -> None:
    """Fills the workspace, as if all of them had been there for long."""
    slack.workspace.users |= {f"UCROWD{n}": User(f"UCROWD{n}", f"crowd{n}", f"Crowd {n}") for n in range(people)}


async def listed(desk: Desk) -> int:
    return sum(call.method == "users.list" and not call.error for call in desk.slack.calls)


async def test_no_answer_waits_for_the_list_of_a_large_workspace() -> None:
    async with serve_slack(SLACK) as slack:
        crowd(slack, 30_000)
        async with connected(slack, saying("Two days.")) as desk:
            james = slack.person("james")
            direct, channel = await james.dm("How many?"), await james.post("#rh", "@souffleur how many?")
            await desk.reply_to(direct, holding="Two days.")
            await desk.reply_to(channel, holding="Two days.")
            assert await listed(desk) < 150, "the list was not read to its end before"
            assert [EVERYONE in question.audience.groups for question in desk.answering.questions] == [True, True]
            assert not any("did not tell me" in shown(message) for message in slack.messages)


async def test_people_are_listed_two_hundred_at_a_time() -> None:
    async with serve_slack(SLACK) as slack:
        crowd(slack, 500)
        async with connected(slack, saying("Two days.")) as desk:
            await slack.wait_until(lambda: desk.bot.people.directory.member_list.knows_now())
            pages = [call.arguments for call in slack.calls if call.method == "users.list"]
            assert [str(page["limit"]) for page in pages] == ["200"] * 3


async def test_the_list_of_people_is_kept_between_starts_and_stale_while_it_is_read_again() -> None:
    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        crowd(slack, 300)
        async with connected(slack, saying("Two days."), index=index) as desk:
            await until(lambda: desk.bot.people.directory.member_list.knows_now())
            await until(lambda: list(desk.bot.stores.people.list_records()))
        slack.faults.fail("users.list", "internal_error", times=99)
        async with connected(slack, saying("Two days."), index=index) as heir:
            members = heir.bot.people.directory.member_list
            await until(lambda: members._is_complete)
            known = await members.list_members()
            assert known
            assert {"UJAMES", "UCROWD299"} <= known.members
            assert not members.knows_now()


async def test_who_joins_or_becomes_a_guest_is_known_at_once() -> None:
    async with at_work(saying("Two days.")) as desk:
        members = desk.bot.people.directory.member_list
        await until(members.knows_now)
        workspace = desk.slack.workspace
        workspace.put_user(User("UNEW", "new", "New Person"))
        workspace.put_user(replace(workspace.users["UJAMES"], is_guest=True))
        await until(lambda: "UNEW" in members._people and not members._people["UJAMES"].is_member)
        known = await members.list_members()
        assert known
        assert known.ids_by_handle["@new"] == ("UNEW",)
        assert await listed(desk) == 1


async def test_a_channel_s_new_name_is_known_at_once() -> None:
    async with at_work(saying("Two days.")) as desk:
        directory = desk.bot.people.directory
        assert "#rh" in (await directory.list_known_channels()).ids_by_name
        desk.slack.workspace.rename_channel("CRH", "people-team")
        await desk.slack.wait_until(lambda: any(sent.acked for sent in desk.slack.sent) or None)
        assert "#people-team" in (await directory.list_known_channels()).ids_by_name


async def test_catching_up_begins_where_questions_were_asked_and_is_bounded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        async with connected(slack, saying("Two days."), index=index) as desk:
            ts = await slack.person("camille").dm("How many?")
            await desk.reply_to(ts, holding="Two days.")
            await desk.finished()
        missed = await slack.person("camille").dm("And for interns?")
        before = len(slack.calls)
        monkeypatch.setattr("bot.slack.questions.catch_up._MOST_SECONDS", 1.0)
        monkeypatch.setattr(CatchUp, "_list_conversations", lambda _: asyncio.Event().wait())  # of 5,000
        async with connected(slack, saying("Two days."), index=index, catch_up_hours=12.0) as heir:
            await heir.reply_to(missed, holding="Two days.")
            read = [call for call in slack.calls[before:] if call.method == "conversations.history"]
            assert [call.arguments["channel"] for call in read] == ["DCAMILLE"]
            await until(lambda: "caught up questions=1 conversations=1 complete=False" in caplog.text)


async def test_a_reply_that_is_shown_in_the_channel_carries_its_root_and_is_answered_once() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        root = await james.post("#general", "Planning")
        await james.broadcast("#general", "@souffleur how many?", root)
        await desk.reply_to(root, holding="Two days.")
        await desk.finished()
        roots = [sent.payload["event"].get("root") for sent in desk.slack.sent if sent.kind == "events_api"]  # type: ignore[attr-defined] # JSON
        assert [one["text"] for one in roots if one] == ["Planning", "Planning"]
        assert [question.text for question in desk.answering.questions] == ["how many?"]


async def test_a_command_in_a_thread_is_refused_by_slack_itself() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        root = await james.post("#general", "Planning")
        with pytest.raises(UserActionError, match="/ask is not supported in threads"):
            await desk.slack.user_actions.send_text(james.user, james._channel("#general"), "/ask how many?", root)
        assert desk.answering.questions == []


async def test_a_notification_holds_no_raw_markdown() -> None:
    async with at_work(saying("# Leave\n\n**Two** days, see `a.md` [1].\n\n- *one*\n- two")) as desk:
        desk.slack.faults.no_streaming()
        ts = await desk.slack.person("james").dm("How many?")
        await desk.reply_to(ts, holding="Two")
        await desk.slack.person("james").command("/ask", "How many?")
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "Share in channel" in shown(m))
        texts = [m.text for m in desk.slack.messages if m.bot_id and "The answer comes below" not in m.text]
        assert texts == ["Leave\nTwo days, see a.md [1].\none\ntwo"] * 2


async def test_people_are_told_that_they_talk_to_an_ai() -> None:
    async with at_work(saying("Two days.")) as desk:
        james, told = desk.slack.person("james"), get_texts("en").is_ai
        first = await james.dm("How many?")
        assert told in shown(await desk.reply_to(first, holding="Two days."))
        second = await james.dm("And for interns?")
        assert told not in shown(await desk.reply_to(second, holding="Two days."))
        assert told in shown(await desk.reply_to(await james.post("#general", "@souffleur")))
        await james.command("/souffleur")
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and told in shown(m))
        await james.open_home()
        home = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "home"), None))
        assert told in str(home.body)


async def test_commands_may_have_a_prefix_as_other_apps_have_the_same_names(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    prefixed = add_command_prefix(json.loads(MANIFEST.read_text(encoding="utf-8")), "acme")
    manifest.write_text(json.dumps(prefixed), encoding="utf-8")
    try:
        async with at_work(saying("Two days."), replace(SLACK, manifest=manifest), command_prefix="acme") as desk:
            james = desk.slack.person("james")
            await james.command("/acme-ask", "How many?")
            await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "Two days." in shown(m))
            await james.command("/acme-ask")
            await desk.slack.wait_for(lambda m: "`/acme-ask How many days of leave do we have?`" in shown(m))
            await desk.slack.person("alice").command("/acme-compare", "How many?")
            await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "The model alone" in shown(m))
    finally:
        set_command_prefix("")
