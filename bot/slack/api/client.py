"""Creates the clients that call Slack, with the machine's proxy, and tells who the bot is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.settings import BotSettings
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.views.block_kit import Block
from knowledge.runtime.proxies import is_loopback_url


def create_web_client(settings: BotSettings) -> RateLimitedClient:
    """Creates a client that keeps within Slack's rates, and waits when Slack says to wait."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    client = RateLimitedClient(token, settings.slack_api_url)
    client.proxy = find_proxy(settings.slack_api_url)
    return client


class BotIdentity:
    """Tells who the bot is; Slack is asked once, as there is one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: AuthorizeResult | None = None
        self._name = ""
        self._asking = asyncio.Lock()

    async def authorize_bot(self) -> AuthorizeResult:
        """Gives what Bolt needs to know of the bot."""
        if self._known is None:
            async with self._asking:
                self._known = self._known or await self._fetch_identity()
        return self._known

    async def _fetch_identity(self) -> AuthorizeResult:
        answer = await self._client.auth_test()
        self._name = str(answer.get("user") or "")
        return AuthorizeResult(
            enterprise_id=answer.get("enterprise_id"),
            team_id=answer.get("team_id"),
            bot_user_id=answer.get("user_id"),
            bot_id=answer.get("bot_id"),
            bot_token=self._client.token,
        )

    async def get_bot_user(self) -> str:
        """The member id under which the bot writes."""
        return (await self.authorize_bot()).bot_user_id or ""

    async def get_bot_name(self) -> str:
        """The bot's name."""
        await self.authorize_bot()
        return self._name

    async def get_workspace_id(self) -> str:
        """The id of the workspace."""
        return (await self.authorize_bot()).team_id or ""


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in Slack, by its channel and ts."""

    channel: str
    ts: str


async def open_direct_message(client: AsyncWebClient, user: str) -> str:
    """Open the direct messages with a person, and return their channel."""
    opened = await client.conversations_open(users=user)
    return str(opened["channel"]["id"])


async def post_message(
    client: AsyncWebClient, channel: str, text: str, blocks: Sequence[Block] = (), thread_ts: str = ""
) -> MessageRef:
    """Post a message; `text` is what its notification shows."""
    posted = await client.chat_postMessage(
        channel=channel,
        thread_ts=thread_ts or None,
        text=text,
        blocks=list(blocks) or None,
        unfurl_links=False,
        unfurl_media=False,
    )
    return MessageRef(channel, str(posted["ts"]))


async def post_ephemeral(
    client: AsyncWebClient, channel: str, user: str, text: str, blocks: Sequence[Block] = (), thread_ts: str | None = ""
) -> None:
    """Post a message that one person alone sees."""
    await client.chat_postEphemeral(
        channel=channel,
        user=user,
        thread_ts=thread_ts or None,
        text=text,
        blocks=list(blocks) or None,
        unfurl_links=False,
        unfurl_media=False,
    )


def create_webhook(response_url: str) -> AsyncWebhookClient:
    """Creates a client for the response URL of a command or button."""
    client = AsyncWebhookClient(response_url)
    client.proxy = find_proxy(response_url)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    return client


def find_proxy(url: str) -> str | None:
    """Finds the proxy for an address, None if there is none. Slack's SDK would ignore NO_PROXY."""
    address = urlsplit(url)
    if is_loopback_url(url) or proxy_bypass(address.hostname or ""):
        return None
    proxies = getproxies()
    return proxies.get("https" if address.scheme in ("https", "wss") else "http")
