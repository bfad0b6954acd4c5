from __future__ import annotations

import asyncio

import pytest

from bot.slack.handlers import reindex
from knowledge.core.failures import failure_from_sentence
from knowledge.core.text import add_french_spaces
from knowledge.storage.worker_requests import FileFailure, WorkerRequest
from playground.slack.rules.rates import CALLS_A_MINUTE
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, saying, shown


@pytest.fixture
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a worker here."""
    monkeypatch.setattr(reindex, "_FIRST_POLL_SECONDS", 0.02)
    monkeypatch.setattr(reindex, "_POLL_SECONDS", 0.02)
    monkeypatch.setattr(reindex, "WORKER_SECONDS", 0.1)


async def _told(desk: Desk, holding: str) -> Message:
    return await desk.slack.wait_for(lambda m: m.channel == "DALICE" and holding in shown(m))


async def _request(desk: Desk) -> WorkerRequest:
    await _told(desk, "Relecture")
    return (await asyncio.to_thread(desk.requests.list_open_requests))[0]


@pytest.mark.usefixtures("_brisk")
async def test_one_message_shows_the_progress_to_the_end() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex", "rh/")
        request = await _request(desk)
        assert (request.scope, request.by) == ("rh/", "UALICE")
        request = desk.requests.update_worker_request(request, "running", done=1, total=4)
        await _told(desk, add_french_spaces("documents : 1 sur 4"))
        failed = (FileFailure("rh/scan.pdf", failure=failure_from_sentence("scan.pdf is a scan without text.")),)
        request = desk.requests.update_worker_request(request, "running", done=2, total=4, failed=failed)
        await _told(desk, add_french_spaces("documents : 2 sur 4 · en échec jusqu'ici : 1"))
        desk.requests.update_worker_request(request, "done", done=4, total=4, failed=failed)
        message = await _told(desk, "Terminé")
        assert add_french_spaces("Documents relus : 3 sur 4 ; en échec : 1") in shown(message)
        assert "• rh/scan.pdf is a scan without text." in shown(message)
        assert len([m for m in desk.slack.messages if m.channel == "DALICE"]) == 1


@pytest.mark.usefixtures("_brisk")
async def test_the_admin_is_told_where_the_progress_is_shown() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex", "", "#general")
        await desk.slack.wait_for(
            lambda m: m.ephemeral_to == "UALICE" and add_french_spaces("à relire : tous les documents") in m.text
        )


@pytest.mark.usefixtures("_brisk")
async def test_in_the_direct_messages_the_progress_is_shown_there() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex", "all", "DALICE")
        await _told(desk, "Relecture")
        assert [m for m in desk.slack.messages if m.ephemeral_to] == []


@pytest.mark.usefixtures("_brisk")
async def test_a_worker_that_is_down_is_noticed_and_the_request_kept() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex")
        await _told(desk, "Le service d'ingestion semble arrêté")
        request = await _request(desk)
        desk.requests.update_worker_request(request, "done")
        assert "aucun document" in shown(await _told(desk, "Terminé"))


@pytest.mark.usefixtures("_brisk")
async def test_a_refused_update_does_not_end_the_following() -> None:
    async with at_work(saying("?")) as desk:
        desk.slack.faults.fail("chat.update", "internal_error")
        await desk.slack.person("alice").command("/reindex")
        request = await _request(desk)
        await desk.slack.wait_until(lambda: [c for c in desk.slack.calls if c.error == "internal_error"] or None)
        desk.requests.update_worker_request(request, "done", done=2, total=2)
        await _told(desk, "Terminé")


@pytest.mark.usefixtures("_brisk")
async def test_a_stopping_bot_says_that_it_follows_no_more() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex")
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to))
        desk.serving.cancel()
        await _told(desk, "Je ne suis plus cette demande")


@pytest.mark.usefixtures("_brisk")
async def test_an_end_that_cannot_be_shown_in_place_is_told_anew() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex")
        request = await _request(desk)
        desk.slack.faults.unavailable.add("chat.update")
        desk.requests.update_worker_request(request, "done", done=2, total=2)
        await _told(desk, add_french_spaces("Documents relus : 2 sur 2"))
        assert len([m for m in desk.slack.messages if m.channel == "DALICE"]) == 2


async def test_where_slack_refuses_direct_messages_the_request_is_kept_and_the_home_named() -> None:
    async with at_work(saying("?")) as desk:
        desk.slack.faults.unavailable.add("conversations.open")
        await desk.slack.person("alice").command("/reindex", "rh/")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "mon onglet Accueil" in m.text)
        assert [request.scope for request in desk.requests.list_open_requests()] == ["rh/"]


def test_updates_of_one_message_leave_slack_s_rate_to_others() -> None:
    assert CALLS_A_MINUTE["chat.update"] >= 2 * 60 / reindex._POLL_SECONDS
