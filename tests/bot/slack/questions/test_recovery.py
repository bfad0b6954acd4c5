"""Renewing claims, and taking over what other processes left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.slack.app import build_app
from bot.slack.questions.recovery import ClaimRenewal
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import OPEN_STATES, QuestionLog, QuestionRecord
from knowledge.storage.record_repository import Repository
from tests.bot.slack.running_bot import Desk, Held, Scripted, at_work, saying, settings_for, until
from tests.doubles.temporary_qdrant import open_temporary_qdrant


def _records(desk: Desk) -> list[QuestionRecord]:
    return desk.bot.stores.question_log.list_questions_since(0)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("trouble", ["new here", "an outage", "a freeze"])
async def test_no_other_bot_takes_what_a_living_one_could_not_renew(
    trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, index = Clock(), open_temporary_qdrant()
    many = {"index": index, "qdrant_url": "http://127.0.0.1:9"}  # a server has others beside it
    monkeypatch.setattr(QuestionLog, "renew_leases", lambda _: None)
    async with at_work(Held(), **many) as desk:  # type: ignore[arg-type] # passed through
        await desk.slack.person("james").dm("holidays")
        await until(lambda: any(record.messages for record in _records(desk)))
        twin = build_app(settings_for(desk.slack, qdrant_url="http://127.0.0.1:9"), Scripted(saying("Twice.")), index)
        lease = twin.stores.question_log.lease_seconds
        renewal = ClaimRenewal(twin.stores.question_log, clock)
        recovery = replace(twin.questions.recovery, renewal=renewal)

        async def take_over(after: float = 0.0) -> bool:
            clock.now += after
            Repository(index, "souffleur_questions", dict[str, Any]).update_records({"lease": 0.0}, state=OPEN_STATES)
            await renewal.renew_claims()
            await recovery.recover_questions()
            return any(record.holder == twin.stores.question_log.holder for record in _records(desk))

        if trouble != "new here":
            with monkeypatch.context() as patched:
                patched.setattr(QuestionLog, "list_abandoned_questions", lambda *_: [])
                for _ in range(4):
                    await take_over(0.45 * lease)
        with monkeypatch.context() as patched:
            if trouble == "a freeze":
                patched.setattr(
                    QuestionLog,
                    "list_abandoned_questions",
                    _after(clock, lease + 1, QuestionLog.list_abandoned_questions),
                )
            assert not await take_over(lease + 1 if trouble == "an outage" else 0)
        assert not await take_over()
        assert [await take_over(0.45 * lease) for _ in range(3)] == [False, False, True]
        await twin.running_tasks.finish_tasks(30)


def _after(
    clock: Clock, seconds: float, real: Callable[..., list[QuestionRecord]]
) -> Callable[..., list[QuestionRecord]]:
    """A call that takes so many seconds."""

    def slow(*args: object) -> list[QuestionRecord]:
        clock.now += seconds
        return real(*args)

    return slow


async def test_a_slow_scan_delays_no_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, scanning, renewals = threading.Event(), threading.Event(), []

    def scan_slowly(*_: object) -> list[QuestionRecord]:
        scanning.set()
        gate.wait(30)
        return []

    def renew(_: QuestionLog) -> None:
        renewals.append(scanning.is_set())

    monkeypatch.setattr(QuestionLog, "list_abandoned_questions", scan_slowly)
    monkeypatch.setattr(QuestionLog, "renew_leases", renew)
    async with at_work(saying("Two days.")) as desk:
        renewal = asyncio.create_task(desk.bot.questions.renewal.run_renewal(0.01))
        try:
            await until(scanning.is_set)
            before = len(renewals)
            await until(lambda: len(renewals) > before + 3)
            assert not gate.is_set()
        finally:
            gate.set()
            renewal.cancel()


async def test_a_failed_renewal_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    renewals: list[str] = []

    def renew(_: QuestionLog) -> None:
        renewals.append("tried")
        if len(renewals) < 3:
            raise (IndexUnavailable("away"), ValueError("unforeseen"))[len(renewals) - 1]

    monkeypatch.setattr(QuestionLog, "renew_leases", renew)
    log = QuestionLog.open_question_log(open_temporary_qdrant(), "souffleur", is_single_process=False)
    renewal = asyncio.create_task(ClaimRenewal(log).run_renewal(0.01))
    await until(lambda: len(renewals) > 3)
    renewal.cancel()
