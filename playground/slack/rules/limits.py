"""Slack's limits: sizes and scopes."""

from collections.abc import Mapping

from playground.slack.rules.errors import SlackError

TEXT = 40_000  # beyond it, chat.postMessage cuts the text
UPDATE_TEXT = 4_000
MARKDOWN = 12_000
STREAMED_MESSAGE_BYTES = 10_600  # of UTF-8; people report from 10,600 to 11,300
TABLES = 1  # in one message
DATA_TABLE_CHARACTERS = 10_000  # of the cells of all data tables of one message
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
