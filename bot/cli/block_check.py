"""Has Slack judge one example of each message and view of the bot in each language, for `check --blocks`.

Slack's `blocks.validate` posts nothing. What is sent is made up (`block_samples.py`).
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError

from bot.cli.block_samples import BlockSample, list_block_samples
from bot.cli.speed import Finding
from bot.settings import BotSettings
from bot.slack.api.client import create_web_client
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.i18n.catalogue import get_texts, set_command_prefix
from bot.slack.views.block_kit import DocumentLinks
from knowledge.core.documents import LANGUAGE_CODES

_REFUSALS = frozenset({"invalid_blocks", "invalid_message", "invalid_view", "invalid_arguments"})
_MAX_SHOWN = 3


def check_blocks(settings: BotSettings) -> list[Finding]:
    """A finding for each example that Slack refuses; one for all where it takes them, or cannot be asked."""
    set_command_prefix(settings.command_prefix)
    return asyncio.run(_check_all(settings))


async def _check_all(settings: BotSettings) -> list[Finding]:
    client, links = create_web_client(settings), DocumentLinks(settings.document_url_template)
    host, many = urlsplit(settings.slack_api_url).hostname, 0
    refused: list[Finding] = []
    for code in LANGUAGE_CODES:
        for sample in list_block_samples(get_texts(code), links):
            try:
                problem = await _find_problem(client, sample)
            except SLACK_ERRORS as error:
                sentence = f"not checked: {host} does not answer blocks.validate ({get_error_code(error)})."
                return [*refused, Finding("doubtful", "blocks", sentence)]
            many += 1
            if problem:
                refused.append(Finding("broken", "blocks", f"{sample.name} ({code}): {host} refuses it: {problem}."))
    return refused or [Finding("well", "blocks", f"{host} takes {many} messages and views, in each language.")]


async def _find_problem(client: RateLimitedClient, sample: BlockSample) -> str:
    """What Slack says against an example; "" if nothing."""
    try:
        await client.api_call("blocks.validate", json={sample.kind: sample.body})
    except SlackApiError as error:
        if get_error_code(error) not in _REFUSALS:
            raise
        problems = error.response.get("errors") or []
        shown = [f"{one.get('message')} at {one.get('pointer')}" for one in problems[:_MAX_SHOWN]]
        return "; ".join(shown) or get_error_code(error)
    return ""
