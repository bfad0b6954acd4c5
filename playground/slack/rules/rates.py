"""How often each method may be called in a minute, by the tiers that Slack publishes, and what counts the calls."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tier = Literal[1, 2, 3, 4, "special"]
# "Special" rates have no published figure, but for a post: one a second for each channel, short bursts allowed.
CALLS_OF_TIER: Mapping[Tier, int] = {1: 1, 2: 20, 3: 50, 4: 100, "special": 600}
_POSTS = {"chat.postMessage": 60}
_BY_CHANNEL = frozenset(_POSTS)
_MINUTE = 60.0

# The tier that the method's own page of 2026 shows, as far as a copy of it could be read.
PAGE_TIERS: Mapping[str, Tier] = {
    "agents.sessions.rename": 3,
    "agents.sessions.setStatus": 3,
    "api.test": 4,
    "apps.connections.open": 3,
    "assistant.threads.setStatus": "special",
    "assistant.threads.setSuggestedPrompts": 4,
    "assistant.threads.setTitle": 4,
    "auth.test": "special",
    "blocks.validate": "special",
    "chat.appendStream": 4,
    "chat.getPermalink": "special",
    "chat.postEphemeral": 4,
    "chat.stopStream": 2,
    "conversations.info": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "files.info": 4,
    "reactions.add": 3,
    "reactions.remove": 2,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
    "views.publish": 4,
}
# The tier in the table of Slack's SDK for Java (`MethodsRateLimits`), of methods that it knows.
SDK_TIERS: Mapping[str, Tier] = {
    "api.test": 4,
    "apps.connections.open": 1,
    "assistant.threads.setStatus": "special",
    "assistant.threads.setSuggestedPrompts": 3,
    "assistant.threads.setTitle": 3,
    "auth.test": "special",
    "blocks.validate": "special",
    "bots.info": 3,
    "chat.appendStream": 4,
    "chat.delete": 3,
    "chat.deleteScheduledMessage": 3,
    "chat.getPermalink": "special",
    "chat.postEphemeral": 4,
    "chat.postMessage": "special",
    "chat.scheduleMessage": 3,
    "chat.scheduledMessages.list": 3,
    "chat.startStream": 2,
    "chat.stopStream": 2,
    "chat.update": 3,
    "conversations.create": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.invite": 3,
    "conversations.join": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "emoji.list": 2,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "files.info": 4,
    "functions.completeError": 3,
    "functions.completeSuccess": 3,
    "pins.add": 2,
    "pins.list": 2,
    "pins.remove": 2,
    "reactions.add": 3,
    "reactions.remove": 2,
    "team.info": 3,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.conversations": 2,
    "users.info": 4,
    "users.list": 2,
    "users.lookupByEmail": 3,
    "users.profile.get": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
# Where the two disagree, the page holds: it is the newer one.
DISPUTED_TIERS = frozenset(
    {
        "apps.connections.open",
        "assistant.threads.setSuggestedPrompts",
        "assistant.threads.setTitle",
        "users.conversations",
    }
)
TIERS: Mapping[str, Tier] = {**SDK_TIERS, **PAGE_TIERS}
CALLS_A_MINUTE: Mapping[str, int] = {method: CALLS_OF_TIER[tier] for method, tier in TIERS.items()} | _POSTS


@dataclass(slots=True)
class CallRates:
    """Counts the calls of the last minute. `factor` widens every tier; 0 lifts them all."""

    factor: float = 1.0
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def wait_needed(self, method: str, channel: str, now: float) -> float:
        """Seconds until the call would be let through; 0 counts it and lets it through. `now` is in seconds."""
        allowed = int(CALLS_A_MINUTE.get(method, CALLS_OF_TIER[3]) * self.factor)
        if self.factor <= 0:
            return 0.0
        calls = self._calls.setdefault((method, channel if method in _BY_CHANNEL else ""), deque())
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        if len(calls) >= max(1, allowed):
            return calls[0] + _MINUTE - now
        calls.append(now)
        return 0.0
