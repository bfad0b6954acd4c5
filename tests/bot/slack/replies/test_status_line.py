from __future__ import annotations

import pytest

from bot.slack.api.client import create_web_client
from bot.slack.events.parse import ThreadPlace
from bot.slack.replies import status_line
from bot.slack.replies.status_line import StatusLine
from playground.slack.app import LocalSlack, serve_slack
from tests.bot.slack.running_bot import SLACK, settings_for


async def _status(slack: LocalSlack) -> StatusLine:
    ts = await slack.person("james").post("#general", "hello")
    return StatusLine(create_web_client(settings_for(slack)), ThreadPlace("TLUMIERE", "CGENERAL", ts, "UJAMES"))


def _set(slack: LocalSlack) -> list[object]:
    return [call.arguments["status"] for call in slack.calls if call.method == "assistant.threads.setStatus"]


async def test_a_status_is_kept_although_slack_drops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_line, "_REPEAT_SECONDS", 0.01)
    async with serve_slack(SLACK) as slack:
        kept = await _status(slack)
        assert await kept.show_status("is searching…")
        await slack.wait_until(lambda: len(_set(slack)) >= 3)
        kept.stop_status()
        assert set(_set(slack)) == {"is searching…"}


async def test_the_same_status_is_told_once() -> None:
    async with serve_slack(SLACK) as slack:
        told = await _status(slack)
        assert await told.show_status("is searching…")
        assert await told.show_status("is searching…")
        assert await told.show_status("is writing…")
        told.stop_status()
        assert _set(slack) == ["is searching…", "is writing…"]


async def test_a_refused_status_is_reported() -> None:
    async with serve_slack(SLACK) as slack:
        slack.faults.unavailable.add("assistant.threads.setStatus")
        assert not await (await _status(slack)).show_status("is searching…")


async def test_an_answer_does_not_wait_for_a_status_that_slack_takes_no_more_of() -> None:
    async with serve_slack(SLACK) as slack:
        told = await _status(slack)
        slack.faults.limit("assistant.threads.setStatus", retry_after=30)
        assert await told.show_status("is searching…")
        assert await told.show_status("is writing…")
        told.stop_status()
        assert _set(slack) == ["is searching…"]
