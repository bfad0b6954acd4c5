"""Reaches Slack: the Web API's client, and the proxy that the machine asks for (or not, for this address)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.api.rate_limits import PacedClient
from knowledge.runtime.proxies import is_here

if TYPE_CHECKING:
    from bot.settings import BotSettings


# What a call to Slack may end in, other than an answer.
UNANSWERED = (SlackApiError, aiohttp.ClientError, TimeoutError)


def web_client(settings: BotSettings) -> PacedClient:
    """A client that keeps within Slack's rates, and waits when Slack says to wait."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    client = PacedClient(token, settings.slack_api_url)
    client.proxy = proxy_for(settings.slack_api_url)
    return client


class Identity:
    """Who the bot is, asked of Slack once; there is one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: AuthorizeResult | None = None
        self._name = ""
        self._asking = asyncio.Lock()

    async def known(self) -> AuthorizeResult:
        """What Bolt wants to know of the bot."""
        if self._known is None:
            async with self._asking:
                self._known = self._known or await self._ask()
        return self._known

    async def _ask(self) -> AuthorizeResult:
        answer = await self._client.auth_test()
        self._name = str(answer.get("user") or "")
        return AuthorizeResult(
            enterprise_id=answer.get("enterprise_id"),
            team_id=answer.get("team_id"),
            bot_user_id=answer.get("user_id"),
            bot_id=answer.get("bot_id"),
            bot_token=self._client.token,
        )

    async def user(self) -> str:
        """The member id under which the bot writes."""
        return (await self.known()).bot_user_id or ""

    async def name(self) -> str:
        """What people call it."""
        await self.known()
        return self._name

    async def workspace(self) -> str:
        """The id of the workspace."""
        return (await self.known()).team_id or ""


def webhook(response_url: str) -> AsyncWebhookClient:
    """A client for the address that Slack gives with a command."""
    client = AsyncWebhookClient(response_url)
    client.proxy = proxy_for(response_url)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    return client


def proxy_for(url: str) -> str | None:
    """The proxy that leads to an address. Slack's SDK would take HTTPS_PROXY in spite of NO_PROXY."""
    address = urlsplit(url)
    if is_here(url) or proxy_bypass(address.hostname or ""):
        return None
    proxies = getproxies()
    return proxies.get("https" if address.scheme in ("https", "wss") else "http")


def code_of(error: Exception) -> str:
    """Slack's name for a refusal, or the kind of a failure underneath."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    # A gateway's error page is no JSON; then the response holds text, or is not even Slack's.
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error")) if isinstance(answer, dict) else "unreadable"
