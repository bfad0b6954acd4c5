"""Held deletions: administrators are told, and confirm them."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import AbstractAsyncContextManager

import pytest

from bot.slack.handlers import reindex
from bot.slack.handlers.confirm_deletions import DeletionAlert, is_deletion_confirmation
from bot.slack.views.admin_reports import CONFIRM_BUTTON
from knowledge.core.failures import IndexUnavailable
from knowledge.core.text import add_french_spaces
from knowledge.storage.worker_requests import SCOPE_CONFIRM_DELETES, DeletionHold, DeletionHolds, WorkerRequest
from playground.slack.rules.errors import UserActionError
from playground.slack.state.records import Message
from tests.bot.slack.handlers.test_home import home_of, words
from tests.bot.slack.running_bot import Desk, at_work, saying, shown, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant

MISSING = [f"hr/{n:02}.pdf" for n in range(25)]
BRISK = 0.02


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a worker here."""
    monkeypatch.setattr(reindex, "_FIRST_POLL_SECONDS", 0.02)
    monkeypatch.setattr(reindex, "_POLL_SECONDS", 0.02)


async def _whispered(desk: Desk, holding: str) -> Message:
    return await desk.slack.wait_for(lambda m: m.ephemeral_to is not None and holding in shown(m))


async def _told(desk: Desk, holding: str) -> Message:
    return await desk.slack.wait_for(lambda m: m.channel == "DALICE" and holding in shown(m))


async def _asked(desk: Desk) -> WorkerRequest:
    return (await asyncio.to_thread(desk.requests.list_open_requests))[0]


async def _carried_out(desk: Desk) -> None:
    """What the worker does with a confirmation."""
    request = await _asked(desk)
    assert (request.scope, request.by) == (SCOPE_CONFIRM_DELETES, "UALICE")
    desk.holds.release_deletion_hold()
    desk.requests.update_worker_request(request, "done", done=25, total=25)


async def test_the_command_confirms_and_one_message_shows_how_it_goes() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        await desk.slack.person("alice").command("/reindex", "confirm-deletes")
        await _whispered(desk, add_french_spaces("Confirmé. Documents à retirer : 25."))
        await _told(desk, "Retrait des documents disparus du dossier")
        held = desk.holds.get_deletion_hold()
        assert held is not None
        assert held.confirmed_by == "UALICE"
        await _carried_out(desk)
        await _told(desk, add_french_spaces("Documents retirés : 25."))
        assert len([m for m in desk.slack.messages if m.channel == "DALICE"]) == 1


@pytest.mark.parametrize("grown", [False, True], ids=["folder not seen whole", "more is missing"])
async def test_a_confirmation_that_removed_nothing_does_not_claim_that_it_did(grown: bool) -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        await desk.slack.person("alice").command("/reindex", "confirm-deletes")
        await _told(desk, "Retrait des documents")
        if grown:
            desk.holds.hold_deletions([*MISSING, "one more.pdf"], 100, "many")
        desk.requests.update_worker_request(await _asked(desk), "done")
        said = "d'autres documents ont disparu depuis" if grown else "La confirmation reste valable"
        assert "Terminé" not in shown(await _told(desk, said))


async def test_where_nothing_is_held_the_command_says_so_and_asks_nothing() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex", "confirm-deletes")
        await _whispered(desk, "rien n'est retenu")
        assert desk.requests.list_open_requests() == []


async def test_only_admins_confirm() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        await desk.slack.person("james").command("/reindex", "confirm-deletes")
        await _whispered(desk, "Please ask <@UALICE>.")
        assert desk.requests.list_open_requests() == []


async def test_a_second_confirmation_makes_no_second_request() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        for said in ("Documents à retirer", "C'est déjà confirmé"):
            await desk.slack.person("alice").command("/reindex", "confirm-deletes")
            await _whispered(desk, said)
        assert len(desk.requests.list_open_requests()) == 1


async def test_a_confirmation_whose_request_was_lost_can_be_given_again() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        desk.holds.confirm_held_deletions("UALICE")
        await desk.slack.person("alice").command("/reindex", "confirm-deletes")
        await _whispered(desk, "Documents à retirer")
        assert len(desk.requests.list_open_requests()) == 1


async def test_the_button_at_home_confirms_and_shows_that_it_did() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "unmounted")
        alice = desk.slack.person("alice")
        await alice.open_home()
        await alice.click(await home_of(desk, "UALICE", CONFIRM_BUTTON), CONFIRM_BUTTON)
        home = await home_of(desk, "UALICE", "Confirmé par <@UALICE>")
        assert add_french_spaces("*Confirmé. Documents à retirer : 25.") in words(home)
        assert CONFIRM_BUTTON not in words(home)
        assert "Retrait des documents disparus du dossier" in words(home)
        await _carried_out(desk)
        await _told(desk, add_french_spaces("Documents retirés : 25."))


async def test_a_member_is_shown_the_hold_without_a_button() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        james = desk.slack.person("james")
        await james.open_home()
        home = await home_of(desk, "UJAMES", "25 of 100")
        with pytest.raises(UserActionError):
            await james.click(home, CONFIRM_BUTTON)


async def test_a_button_pressed_by_somebody_who_is_no_admin_confirms_nothing() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        alice = desk.slack.person("alice")
        await alice.open_home()
        home = await home_of(desk, "UALICE", CONFIRM_BUTTON)
        await desk.slack.person("james").click(home, CONFIRM_BUTTON)
        await home_of(
            desk, "UJAMES", "Only an administrator can confirm that documents are gone. Please ask <@UALICE>."
        )
        held = desk.holds.get_deletion_hold()
        assert held is not None
        assert held.confirmed_by is None
        assert desk.requests.list_open_requests() == []


async def test_a_button_confirms_no_more_than_was_shown_beside_it() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        alice = desk.slack.person("alice")
        await alice.open_home()
        home = await home_of(desk, "UALICE", CONFIRM_BUTTON)
        desk.holds.hold_deletions([*MISSING, "one more.pdf"], 100, "many")
        await alice.click(home, CONFIRM_BUTTON)
        await home_of(desk, "UALICE", "rien n'a été confirmé")
        assert desk.requests.list_open_requests() == []
        await alice.click(await home_of(desk, "UALICE", "26 sur 100"), CONFIRM_BUTTON)
        await home_of(desk, "UALICE", add_french_spaces("Documents à retirer : 26"))


async def test_a_button_beside_what_is_no_longer_held_says_so() -> None:
    async with at_work(saying("?")) as desk:
        desk.holds.hold_deletions(MISSING, 100, "many")
        alice = desk.slack.person("alice")
        await alice.open_home()
        home = await home_of(desk, "UALICE", CONFIRM_BUTTON)
        desk.holds.release_deletion_hold()
        await alice.click(home, CONFIRM_BUTTON)
        await home_of(desk, "UALICE", "rien n'est retenu")
        assert desk.requests.list_open_requests() == []


@pytest.mark.parametrize(
    ("scope", "confirms"),
    [("confirm-deletes", True), ("Confirm  Deletes", True), ("confirm", False), ("all", False), ("hr/", False)],
)
def test_a_confirmation_may_be_written_without_its_hyphen(scope: str, confirms: bool) -> None:
    assert is_deletion_confirmation(scope) is confirms


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
