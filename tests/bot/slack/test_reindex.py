from __future__ import annotations

import asyncio

import pytest

from bot.slack import reindex
from bot.slack.reindex import View, bar, progress
from bot.slack.words_en import ENGLISH
from knowledge.requests import Failure, Request
from playground.slack.blocks import block_problems
from playground.slack.records import Message
from tests.bot.slack.desk import Desk, at_work, saying, shown


@pytest.fixture
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a worker here."""
    monkeypatch.setattr(reindex, "_FIRST_LOOK", 0.02)
    monkeypatch.setattr(reindex, "WORKER_SECONDS", 0.1)


async def _told(desk: Desk, holding: str) -> Message:
    return await desk.slack.wait_for(lambda m: m.channel == "DALICE" and holding in shown(m))


async def _request(desk: Desk) -> Request:
    await _told(desk, "Relecture")
    return (await asyncio.to_thread(desk.requests.open))[0]


@pytest.mark.usefixtures("_brisk")
async def test_one_message_shows_the_progress_to_the_end() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex", "rh/")
        request = await _request(desk)
        assert (request.scope, request.by) == ("rh/", "UALICE")
        request = desk.requests.advance(request, "running", done=1, total=4)
        await _told(desk, "documents : 1 sur 4")
        failed = (Failure("rh/scan.pdf", "scan.pdf is a scan without text."),)
        desk.requests.advance(request, "done", done=4, total=4, failed=failed)
        message = await _told(desk, "Terminé")
        assert "Documents relus : 3 sur 4 ; en échec : 1." in shown(message)
        assert "• rh/scan.pdf: scan.pdf is a scan without text." in shown(message)
        assert len([m for m in desk.slack.messages if m.channel == "DALICE"]) == 1


@pytest.mark.usefixtures("_brisk")
async def test_the_admin_is_told_where_the_progress_is_shown() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex", "", "#general")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "`all` sera relu" in m.text)


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
        desk.requests.advance(request, "done")
        assert "aucun document" in shown(await _told(desk, "Terminé"))


@pytest.mark.usefixtures("_brisk")
async def test_a_refused_update_does_not_end_the_following() -> None:
    async with at_work(saying("?")) as desk:
        desk.slack.faults.fail("chat.update", "internal_error")
        await desk.slack.person("alice").command("/reindex")
        request = await _request(desk)
        await desk.slack.wait_until(lambda: [c for c in desk.slack.calls if c.error == "internal_error"] or None)
        desk.requests.advance(request, "done", done=2, total=2)
        await _told(desk, "Terminé")


@pytest.mark.usefixtures("_brisk")
async def test_a_stopping_bot_says_that_it_follows_no_more() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("alice").command("/reindex")
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to))
        desk.serving.cancel()
        await _told(desk, "Je ne suis plus cette demande")


@pytest.mark.parametrize(("done", "total", "full"), [(0, 0, 0), (0, 9, 0), (1, 2, 10), (9, 9, 20), (10, 9, 20)])
def test_the_bar_is_as_full_as_the_work_is_done(done: int, total: int, full: int) -> None:
    assert bar(done, total) == "█" * full + "░" * (20 - full)


def test_many_failures_stay_within_slack_s_sizes() -> None:
    failed = tuple(Failure(f"folder/{n}.pdf", "cannot be read " * 40) for n in range(500))
    blocks = progress(View(Request("id", "all", "U1", "done", 500, 500, failed)), ENGLISH)
    assert block_problems(blocks) == []
    assert "more" in str(blocks)
