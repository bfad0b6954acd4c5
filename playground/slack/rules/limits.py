"""Slack's limits: sizes, call rates and scopes."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.slack.rules.errors import SlackError

TEXT = 40_000  # beyond it, chat.postMessage cuts the text
UPDATE_TEXT = 4_000
MARKDOWN = 12_000
STREAMED_MESSAGE_BYTES = 10_600  # of UTF-8; people report from 10,600 to 11,300
TABLES = 1  # in one message
BLOCKS_TOGETHER = 13_200
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
VIEW_STACK = 3
PROMPTS = 4
LOADING_MESSAGES = 10
SESSION_TITLE = 200
SESSION_STATUSES = frozenset({"processing", "active", "suspended", "closed"})
TASK_DISPLAY_MODES = frozenset({"plan", "timeline"})
SOCKETS = 10
RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE_S = 30 * 60

_MINUTE = 60.0
# Each method's page on docs.slack.dev shows its tier. No copy that can be read here has it, nor has the reference.
_TIER_1, _TIER_2, _TIER_3, _TIER_4 = 1, 20, 50, 100
_SPECIAL = 600  # "special rate limits apply": generous, not published

CALLS_A_MINUTE: Mapping[str, int] = {
    "agents.sessions.rename": _TIER_3,
    "agents.sessions.setStatus": _TIER_3,
    "api.test": _SPECIAL,
    "apps.connections.open": 30,  # Tier 1 on paper; Slack lets every socket of an app reconnect
    "assistant.threads.setStatus": _SPECIAL,
    "assistant.threads.setSuggestedPrompts": _TIER_4,
    "assistant.threads.setTitle": _TIER_4,
    "auth.test": _SPECIAL,
    "blocks.validate": _TIER_3,
    "bots.info": _TIER_3,
    "chat.appendStream": _TIER_4,
    "chat.delete": _TIER_3,
    "chat.deleteScheduledMessage": _TIER_3,
    "chat.getPermalink": _SPECIAL,
    "chat.postEphemeral": _TIER_4,
    "chat.postMessage": 60,  # one a second for each channel, short bursts allowed
    "chat.scheduleMessage": _TIER_3,
    "chat.scheduledMessages.list": _TIER_3,
    "chat.startStream": _TIER_2,
    "chat.stopStream": _TIER_2,
    "chat.update": _TIER_3,
    "conversations.create": _TIER_2,
    "conversations.history": _TIER_3,
    "conversations.info": _TIER_3,
    "conversations.invite": _TIER_3,
    "conversations.join": _TIER_3,
    "conversations.list": _TIER_2,
    "conversations.members": _TIER_4,
    "conversations.open": _TIER_3,
    "conversations.replies": _TIER_3,
    "emoji.list": _TIER_2,
    "files.completeUploadExternal": _TIER_4,
    "files.getUploadURLExternal": _TIER_4,
    "files.info": _TIER_4,
    "functions.completeError": _TIER_3,
    "functions.completeSuccess": _TIER_3,
    "pins.add": _TIER_2,
    "pins.list": _TIER_2,
    "pins.remove": _TIER_2,
    "reactions.add": _TIER_3,
    "reactions.remove": _TIER_2,
    "team.info": _TIER_3,
    "usergroups.list": _TIER_2,
    "usergroups.users.list": _TIER_2,
    "users.conversations": _TIER_3,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "users.lookupByEmail": _TIER_3,
    "users.profile.get": _TIER_4,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
}
# Rates that Slack's guides and announcements give in words; `users.list` is in lists that others keep. All other rates
# are assumed.
DOCUMENTED_RATES = frozenset(
    {
        "agents.sessions.setStatus",
        "chat.appendStream",
        "chat.postMessage",
        "chat.startStream",
        "chat.stopStream",
        "chat.update",
        "conversations.list",
        "conversations.members",
        "conversations.replies",
        "users.conversations",
    }
)
REPORTED_RATES = frozenset({"users.list"})
_BY_CHANNEL = frozenset({"chat.postMessage"})

# Any one of the scopes is enough; conversations.* need the one of the channel's kind, checked with the channel.
SCOPES: Mapping[str, tuple[str, ...]] = {
    "agents.sessions.rename": ("chat:write",),
    "agents.sessions.setStatus": ("chat:write",),
    "assistant.threads.setStatus": ("chat:write", "assistant:write"),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "assistant.threads.setTitle": ("assistant:write",),
    "bots.info": ("users:read",),
    "chat.appendStream": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.deleteScheduledMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.scheduleMessage": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.invite": ("channels:manage", "groups:write"),
    "conversations.join": ("channels:join",),
    "emoji.list": ("emoji:read",),
    "team.info": ("team:read",),
    "usergroups.list": ("usergroups:read",),
    "users.lookupByEmail": ("users:read.email",),
    "users.profile.get": ("users.profile:read",),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.open": ("channels:manage", "groups:write", "im:write", "mpim:write"),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "pins.add": ("pins:write",),
    "pins.list": ("pins:read",),
    "pins.remove": ("pins:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "usergroups.users.list": ("usergroups:read",),
    "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
}


def check_scope(method: str, granted: frozenset[str] | None) -> None:
    """Refuse a call that the manifest's scopes do not cover; None means that there is no manifest to hold to."""
    wanted = SCOPES.get(method, ())
    if granted is not None and wanted and not granted.intersection(wanted):
        raise MissingScope(wanted[0], granted)


class MissingScope(SlackError):
    """`missing_scope`, with what was needed and what was granted."""

    def __init__(self, needed: str, provided: frozenset[str]) -> None:
        super().__init__("missing_scope")
        self.needed = needed
        self.provided = provided

    def answer(self) -> dict[str, object]:
        """The body of the response."""
        return {**super().answer(), "needed": self.needed, "provided": ",".join(sorted(self.provided))}


@dataclass(slots=True)
class CallRates:
    """Counts the calls of the last minute. `factor` widens every tier; 0 lifts them all."""

    factor: float = 1.0
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def wait_needed(self, method: str, channel: str, now: float) -> float:
        """Seconds until the call would be let through; 0 counts it and lets it through. `now` is in seconds."""
        allowed = int(CALLS_A_MINUTE.get(method, _TIER_3) * self.factor)
        if self.factor <= 0:
            return 0.0
        calls = self._calls.setdefault((method, channel if method in _BY_CHANNEL else ""), deque())
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        if len(calls) >= max(1, allowed):
            return calls[0] + _MINUTE - now
        calls.append(now)
        return 0.0
