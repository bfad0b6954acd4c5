"""Turns Slack's message events into questions, edits and deletions. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.views.markup import to_plain_text

# Slack's payloads are JSON of many shapes; this file turns those that matter into dataclasses.
Json = Mapping[str, Any]
_QUESTION_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
_MAX_KEYS = 10_000
_MAX_VIEWED = 5
EDITED_WITHIN_SECONDS = 60.0
LAST_RETRY = 3  # Slack sends an event again three times: at once, after 1 minute and after 5 minutes


@dataclass(frozen=True, slots=True)
class ThreadPlace:
    """A thread in Slack, and the person who is answered there."""

    team: str
    channel: str
    thread_ts: str
    user: str


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message to the bot. `text` is plain text; the answer goes to the thread `thread_ts`.

    `team` is the asker's workspace, `workspace` the bot's. `viewed` are the places that its author looks at: channels,
    and messages as `<channel>/<ts>`.
    """

    team: str
    channel: str
    ts: str
    thread_ts: str
    user: str
    text: str
    has_files: bool
    workspace: str = ""
    viewed: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """A key that every event about the same message shares."""
        return (self.workspace or self.team, self.channel, self.ts)

    @property
    def opens_thread(self) -> bool:
        """Whether it is the first message of its thread."""
        return self.ts == self.thread_ts


def message_from_event(event: Json, team: str, bot_user: str) -> IncomingMessage | None:
    """The question of a message event; None for messages of bots, edits and Slack's notices."""
    user = event.get("user")
    if event.get("subtype") not in _QUESTION_SUBTYPES or event.get("bot_id") or not user or user == bot_user:
        return None
    return IncomingMessage(
        team=event.get("user_team") or event.get("team") or team,
        channel=event["channel"],
        ts=event["ts"],
        thread_ts=event.get("thread_ts") or event["ts"],
        user=user,
        text=to_plain_text(event.get("text") or "", bot_user),
        has_files=bool(event.get("files")),
        workspace=team,
        viewed=_list_viewed_places(event.get("app_context")),
    )


def _list_viewed_places(context: object) -> tuple[str, ...]:
    """The first places that a person looks at; what is no channel and no message is left out."""
    entities = context.get("entities") if isinstance(context, Mapping) else None
    places = [_name_viewed_place(one) for one in (entities if isinstance(entities, list) else [])[:_MAX_VIEWED]]
    return tuple(place for place in places if place)


def _name_viewed_place(entity: object) -> str:
    kind, value = (entity.get("type"), entity.get("value")) if isinstance(entity, Mapping) else (None, None)
    if kind == "slack#/types/channel_id" and isinstance(value, str):
        return value
    if kind == "slack#/types/message_context" and isinstance(value, Mapping):
        channel, ts = value.get("channel_id"), value.get("message_ts")
        return f"{channel}/{ts}" if isinstance(channel, str) and isinstance(ts, str) else ""
    return ""


@dataclass(frozen=True, slots=True)
class MessageEdit:
    """A question after an edit; it is addressed if it mentions the bot or is a direct message."""

    message: IncomingMessage
    is_addressed: bool
    edited_at: float


def edit_from_event(event: Json, team: str, bot_user: str) -> MessageEdit | None:
    """The question of an edit within a minute; None if it is no question, or its text is the same."""
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    question = message_from_event({**message, "channel": event["channel"]}, team, bot_user)
    if question is None or message.get("text") == before.get("text"):
        return None
    edited_at = float((message.get("edited") or {}).get("ts") or event["ts"])
    if edited_at - float(question.ts) > EDITED_WITHIN_SECONDS:
        return None
    mentioned = f"<@{bot_user}>" in (message.get("text") or "")
    addressed = bool(question.text) and (mentioned or event.get("channel_type") == "im")
    return MessageEdit(question, addressed, edited_at)


def deleted_ts_from_event(event: Json) -> str | None:
    """The ts of a deleted message, or None; a deleted message with replies becomes a tombstone."""
    after = event.get("message") or {}
    gone = after.get("ts") if after.get("subtype") == "tombstone" else event.get("deleted_ts")
    return str(gone) if gone else None


class RecentKeys:
    """The latest keys that were seen, so that an event that comes twice is handled once."""

    def __init__(self, max_keys: int = _MAX_KEYS) -> None:
        self._keys: OrderedDict[Hashable, None] = OrderedDict()
        self._max_keys = max_keys

    def __contains__(self, key: Hashable) -> bool:
        return key in self._keys

    def add_if_new(self, key: Hashable) -> bool:
        """Add a key; whether it was new."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._max_keys:
            self._keys.popitem(last=False)
        return True
