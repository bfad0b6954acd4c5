"""`check --blocks`: an example of each message goes through `blocks.validate`, here the local Slack's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import block_check
from bot.cli.block_check import BlockSample, check_blocks, list_block_samples
from bot.cli.speed import Finding
from bot.slack.i18n.catalogue import get_texts
from bot.slack.views.block_kit import DocumentLinks, build_section_block
from knowledge.core.documents import LANGUAGE_CODES
from playground.slack.app import serve_slack
from tests.bot.slack.running_bot import SLACK, settings_for

VIEWS = Path("bot/slack")


async def test_slack_takes_every_message_and_view_of_the_bot_in_each_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.slack.api.rate_limits.CALLS_A_MINUTE", {})
    async with serve_slack(SLACK, rate_factor=0) as slack:
        (found,) = await asyncio.to_thread(check_blocks, settings_for(slack))
        calls = [call for call in slack.calls if call.method == "blocks.validate"]
        assert slack.messages == []
    assert found.verdict == "well", found.sentence
    assert f"takes {len(calls)} messages" in found.sentence
    assert len(calls) == sum(
        len(list(list_block_samples(get_texts(one), DocumentLinks(None)))) for one in LANGUAGE_CODES
    )


async def test_what_slack_refuses_is_named_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_too_long(*_: object) -> Iterator[BlockSample]:
        yield BlockSample(
            "answer", "blocks", [build_section_block("a"), {"type": "header", "text": {"type": "mrkdwn"}}]
        )

    monkeypatch.setattr(block_check, "list_block_samples", one_too_long)
    async with serve_slack(SLACK, rate_factor=0) as slack:
        found = await asyncio.to_thread(check_blocks, settings_for(slack))
    assert {one.verdict for one in found} == {"broken"}
    assert len(found) == len(LANGUAGE_CODES)
    assert found[0].sentence.startswith("answer (fr): 127.0.0.1 refuses it: must be one of plain_text at /1/text/type")


async def test_a_slack_that_cannot_be_asked_is_said_to_be_so() -> None:
    async with serve_slack(SLACK) as slack:
        slack.faults.unavailable.add("blocks.validate")
        found = await asyncio.to_thread(check_blocks, settings_for(slack))
    assert found == [
        Finding("doubtful", "blocks", "not checked: 127.0.0.1 does not answer blocks.validate (unknown_method).")
    ]


def test_each_function_that_draws_a_message_or_a_view_has_an_example() -> None:
    """Each public `render_…` of the bot that gives blocks is named in the file of the examples, or called by one."""
    drawn = {
        line.split("(")[0].removeprefix("def ").strip()
        for file in VIEWS.rglob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("def render_")
    }
    examples = Path("bot/cli/block_check.py").read_text("utf-8")
    words_only = {"render_state_counts", "render_document_line", "render_failed_document", "render_failed_members"}
    words_only |= {"render_unsupported", "render_document_details", "render_request_title", "render_progress_bar"}
    parts_of_others = {"render_rich_text", "render_index_status", "render_sentence_modal"}
    assert {name for name in drawn if name not in examples} == words_only | parts_of_others


def test_nothing_in_the_examples_is_of_the_user_s_own() -> None:
    told = json.dumps([one.body for one in list_block_samples(get_texts("en"), DocumentLinks(None))])
    assert "Staff handbook" in told
    assert "http" not in told
