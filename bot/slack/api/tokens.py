"""Checks the bot's two tokens, and names the scopes that they need. Opens no connection."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.settings import BotSettings
from bot.slack.api.errors import get_error_code
from knowledge.core.failures import SettingsError
from knowledge.runtime.proxies import is_loopback_url

T = TypeVar("T")
# manifest.json asks for the same scopes.
BOT_SCOPES = frozenset(
    [
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "reactions:read",
        "reactions:write",
        "usergroups:read",
        "users:read",
    ]
)
PAGE_PICTURE_SCOPE = "files:write"
_REFUSED_ERRORS = frozenset(
    {
        "access_denied",
        "account_inactive",
        "app_disabled",
        "invalid_auth",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "token_expired",
        "token_revoked",
    }
)
# A token of a real workspace looks like this; a token of the playground does not.
_WORKSPACE_TOKEN = re.compile(r"xox[a-z](?:\.xox[a-z])?-\d{6,}-|xapp-\d-[A-Z0-9]{8,}-|(?:xox[a-z]|xapp)-.{40,}")


@dataclass(frozen=True, slots=True)
class TokenSuspicion:
    """Is raised when Slack says that a token may be revoked; the runner then checks the tokens."""

    raised: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for_suspicion(self, seconds: float) -> bool:
        """Waits at most `seconds`; whether a suspicion was raised. It is lowered again."""
        try:
            await asyncio.wait_for(self.raised.wait(), seconds)
        except TimeoutError:
            return False
        self.raised.clear()
        return True


def check_tokens(settings: BotSettings) -> None:
    """Checks that both tokens are set, each of its own kind."""
    for name, token, start in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    ):
        if token is None:
            raise SettingsError(f"{name} is missing: set it in the environment or in .env ({start}…).")
        if not token.get_secret_value().startswith(start):
            raise SettingsError(f"{name} is not usable (it must begin with {start}): correct it in .env.")
        url = settings.slack_api_url
        if _WORKSPACE_TOKEN.match(token.get_secret_value()) and url.startswith("http://") and not is_loopback_url(url):
            raise SettingsError(
                f"SLACK_API_URL is not usable ({name} would cross the network unencrypted): write https://."
            )


def list_needed_scopes(settings: BotSettings) -> frozenset[str]:
    """The scopes that the bot token needs with these settings."""
    return BOT_SCOPES | ({PAGE_PICTURE_SCOPE} if settings.page_pictures == "on" else frozenset())


def check_one_workspace(identity: AsyncSlackResponse) -> None:
    """Checks, by the answer of `auth.test`, that the app is installed in one workspace, and not in an organisation."""
    if identity.get("is_enterprise_install"):
        raise SettingsError(
            "SLACK_BOT_TOKEN is of an app that is installed in a whole organisation (Enterprise Grid): "
            "install the app in one workspace, and use that workspace's token."
        )


async def check_token_call(setting: str, call: Awaitable[T]) -> T:
    """Awaits a call that tests a token, and gives Slack's answer; SettingsError where Slack refuses the token."""
    try:
        return await call
    except SlackApiError as error:
        if get_error_code(error) not in _REFUSED_ERRORS:
            raise
        raise SettingsError(
            f"Slack refuses {setting} ({get_error_code(error)}): "
            "copy it anew from the app's settings, where it is installed."
        ) from error
