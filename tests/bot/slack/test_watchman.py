from __future__ import annotations

import logging
from contextlib import AbstractAsyncContextManager

import pytest

from bot.slack.holding import CONFIRM_BUTTON
from playground.slack.records import Message
from tests.bot.slack.desk import Desk, at_work, connected, saying, shown, until

MISSING = [f"hr/{n:02}.pdf" for n in range(25)]
BRISK = 0.02


def _at_work(*admins: str) -> AbstractAsyncContextManager[Desk]:
    return at_work(saying("?"), watch_seconds=BRISK, admins=frozenset(admins))


def _is_told(desk: Desk) -> bool:
    hold = desk.holds.get()
    return bool(hold and hold.told)


def _messages(desk: Desk) -> list[Message]:
    return [m for m in desk.slack.messages if m.bot_id]


async def test_each_admin_is_told_once_in_their_language() -> None:
    async with _at_work("UALICE", "UJAMES") as desk:
        desk.holds.hold(MISSING, 100, "many")
        await until(lambda: _is_told(desk))
        desk.holds.hold(MISSING[1:], 100, "many")
        looks = len(desk.slack.calls)
        french, english = (next(m for m in _messages(desk) if m.channel == c) for c in ("DALICE", "DJAMES"))
        assert "25 documents sur 100 manquent" in shown(french)
        assert "25 of 100 documents are missing" in shown(english)
        assert "`/reindex confirm-deletes`" in shown(english)
        assert CONFIRM_BUTTON not in str(english.blocks)
        assert len(_messages(desk)) == 2
        assert len(desk.slack.calls) == looks


async def test_what_slack_refuses_for_now_is_told_later_and_nobody_hears_it_twice() -> None:
    async with _at_work("UALICE", "UJAMES") as desk:
        desk.slack.faults.fail("conversations.open", "internal_error")
        desk.holds.hold(MISSING, 100, "many")
        await until(lambda: _is_told(desk))
        assert sorted(m.channel for m in _messages(desk)) == ["DALICE", "DJAMES"]


async def test_an_admin_who_is_not_there_does_not_keep_the_others_from_being_told() -> None:
    async with _at_work("UALICE", "UGONE") as desk:
        desk.holds.hold(MISSING, 100, "many")
        await until(lambda: _is_told(desk))
        assert [m.channel for m in _messages(desk)] == ["DALICE"]


async def test_a_new_hold_is_told_anew() -> None:
    async with _at_work("UALICE") as desk:
        for count in (1, 2):
            desk.holds.hold(MISSING, 100, "many")
            await until(lambda: _is_told(desk))
            desk.holds.release()
            assert len(_messages(desk)) == count


async def test_what_was_told_or_confirmed_before_is_not_told_by_a_bot_that_comes_back() -> None:
    async with _at_work("UALICE") as desk:
        desk.holds.hold(MISSING, 100, "many")
        await until(lambda: _is_told(desk))
        async with connected(desk.slack, saying("?"), watch_seconds=BRISK) as other:
            other.holds.hold(MISSING, 100, "many")
            other.holds.confirm("UALICE")
            other.requests.ask("all", "UALICE")
            await other.slack.person("alice").open_home()
            await other.slack.wait_until(lambda: next((v for v in other.slack.views if v.kind == "home"), None))
        assert len(_messages(desk)) == 1


async def test_where_no_admin_is_named_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "bot.slack.watchman")
    async with _at_work() as desk:
        desk.holds.hold(MISSING, 100, "many")
        await until(lambda: "ADMINS names none: documents=25" in caplog.text)
        assert not _is_told(desk)
    assert caplog.text.count("ADMINS") == 1


async def test_a_stopping_bot_does_not_wait_for_the_watchman() -> None:
    async with at_work(saying("?"), shutdown_grace=60.0) as desk:
        desk.serving.cancel()
        await until(desk.serving.done)
