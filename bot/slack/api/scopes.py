"""Names the scopes that the bot's token needs; manifest.json asks for the same."""

from __future__ import annotations

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
        "usergroups:read",
        "users:read",
    ]
)
