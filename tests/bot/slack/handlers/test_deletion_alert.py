from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import AbstractAsyncContextManager

import pytest

from bot.slack.handlers.confirm_deletions import DeletionAlert
from bot.slack.views.admin_reports import CONFIRM_BUTTON
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import DeletionHold, DeletionHolds
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, saying, shown, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant

MISSING = [f"hr/{n:02}.pdf" for n in range(25)]
BRISK = 0.02


class Looks(DeletionHolds):
    """Holds that count how often they were looked at, and are away for the first few looks of others."""

    taken = 0
    away = 0

    def get_deletion_hold(self) -> DeletionHold | None:
        self.taken += 1
        if self.away and threading.current_thread() is not threading.main_thread():
            self.away -= 1
            raise IndexUnavailable("Qdrant cannot be reached: start it.")
        return super().get_deletion_hold()


def _at_work(*admins: str) -> AbstractAsyncContextManager[Desk]:
    return at_work(saying("?"), watch_seconds=BRISK, admins=frozenset(admins))


def _is_told(desk: Desk) -> bool:
    hold = desk.holds.get_deletion_hold()
    return bool(hold and hold.told)


def _messages(desk: Desk) -> list[Message]:
    return [m for m in desk.slack.messages if m.bot_id]


async def test_each_admin_is_told_once_in_their_language() -> None:
    async with _at_work("UALICE", "UJAMES") as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        await until(lambda: _is_told(desk))
        desk.holds.hold_deletions(MISSING[1:], 100, "many")
        looks = len(desk.slack.calls)
        french, english = (next(m for m in _messages(desk) if m.channel == c) for c in ("DALICE", "DJAMES"))
        assert "25 sur 100" in shown(french)
        assert "25 of 100" in shown(english)
        assert "`/reindex confirm-deletes`" in shown(english)
        assert CONFIRM_BUTTON not in str(english.blocks)
        assert len(_messages(desk)) == 2
        assert len(desk.slack.calls) == looks


async def test_what_slack_refuses_for_now_is_told_later_and_nobody_hears_it_twice() -> None:
    async with _at_work("UALICE", "UJAMES") as desk:
        desk.slack.faults.fail("conversations.open", "internal_error")
        desk.holds.hold_deletions(MISSING, 100, "many")
        await until(lambda: _is_told(desk))
        assert sorted(m.channel for m in _messages(desk)) == ["DALICE", "DJAMES"]


async def test_an_admin_who_is_not_there_does_not_keep_the_others_from_being_told() -> None:
    async with _at_work("UALICE", "UGONE") as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        await until(lambda: _is_told(desk))
        assert [m.channel for m in _messages(desk)] == ["DALICE"]


async def test_a_new_hold_is_told_anew() -> None:
    async with _at_work("UALICE") as desk:
        for count in (1, 2):
            desk.holds.hold_deletions(MISSING, 100, "many")
            await until(lambda: _is_told(desk))
            desk.holds.release_deletion_hold()
            assert len(_messages(desk)) == count


@pytest.mark.parametrize("known", ["told", "confirmed", "nothing held"])
async def test_a_bot_that_comes_back_does_not_tell_what_is_known(known: str) -> None:
    async with at_work(saying("?")) as desk:
        looks = Looks(open_temporary_qdrant(), "t")
        if known != "nothing held":
            looks.hold_deletions(MISSING, 100, "many")
        if known == "confirmed":
            looks.confirm_held_deletions("UALICE")
        if known == "told":
            looks.mark_admins_notified()
        watching = asyncio.create_task(_alert(desk, looks).watch_deletion_holds(BRISK))
        looks.taken = 0
        await until(lambda: looks.taken >= 3)
        watching.cancel()
        assert _messages(desk) == []


def _alert(desk: Desk, holds: DeletionHolds) -> DeletionAlert:
    people = desk.bot.people
    return DeletionAlert(desk.bot.client, people.users, people.admins, holds, people.access_directory)


async def test_an_index_that_is_away_for_a_moment_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    async with at_work(saying("?")) as desk:
        looks = Looks(open_temporary_qdrant(), "t")
        looks.away = 2
        looks.hold_deletions(MISSING, 100, "many")
        watching = asyncio.create_task(_alert(desk, looks).watch_deletion_holds(BRISK))
        await desk.slack.wait_for(lambda m: m.channel == "DALICE" and bool(m.bot_id))
        watching.cancel()
        assert caplog.text.count("holds unread") == 2


async def test_where_no_admin_is_named_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "bot.slack.handlers.confirm_deletions")
    async with _at_work() as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        await until(lambda: "ADMINS names none: documents=25" in caplog.text)
        assert not _is_told(desk)
    assert caplog.text.count("ADMINS") == 1


async def test_a_stopping_bot_does_not_wait_for_the_alert() -> None:
    async with at_work(saying("?"), shutdown_grace=60.0) as desk:
        desk.serving.cancel()
        await until(desk.serving.done)
