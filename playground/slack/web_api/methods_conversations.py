"""The conversations.* methods, lists, members, history and replies, and the pins.* methods."""

import time
from collections.abc import Callable, Iterable

from playground.slack.rules.errors import SlackError
from playground.slack.state.records import Channel, Message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_objects
from playground.slack.web_api.methods import (
    Method,
    Methods,
    joined_channel,
    paginate,
    readable_channel,
    require_team,
    visible_channel,
)
from playground.slack.web_api.rendering import channel_json, message_json, opened_json

_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


class ConversationMethods:
    """Reads for the app what it may read."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def methods(self) -> Methods:
        """By name."""
        return {
            "conversations.history": Method(self.history, ("channel",)),
            "conversations.info": Method(self.info, ("channel",)),
            "conversations.list": Method(self.list),
            "conversations.members": Method(self.members, ("channel",)),
            "conversations.open": Method(self.open),
            "conversations.replies": Method(self.replies, ("channel", "ts")),
            "users.conversations": Method(self.of_user),
        }

    def history(self, arguments: Arguments) -> JsonObject:
        """conversations.history: top-level messages, newest first."""
        channel = joined_channel(self.workspace, arguments.text("channel"))
        found = [
            message
            for message in reversed(self.workspace.history(channel.id))
            if not message.is_reply or message.subtype == "thread_broadcast"
        ]
        return {**self._messages(_within(found, arguments), arguments, 100), "pin_count": 0}

    def replies(self, arguments: Arguments) -> JsonObject:
        """conversations.replies: the parent, then the replies, oldest first."""
        channel = readable_channel(self.workspace, arguments.text("channel"))
        first = self.workspace.message(channel.id, arguments.text("ts"))
        if first is None or first.ephemeral_to:
            raise SlackError("thread_not_found")
        below = _within(self.workspace.replies(channel.id, first.ts), arguments)
        return self._messages([first, *below], arguments, 1000)

    def _messages(self, found: list[Message], arguments: Arguments, default: int) -> JsonObject:
        page, more = paginate(found, arguments, default, 1000)
        messages = [message_json(message, self.workspace) for message in page]
        has_more = bool(page) and page[-1] is not found[-1]
        return {"ok": True, "messages": messages, "has_more": has_more, **(more if has_more else {})}

    def info(self, arguments: Arguments) -> JsonObject:
        """conversations.info; the number of members only when asked for."""
        body = channel_json(visible_channel(self.workspace, arguments.text("channel")), self.workspace)
        if not arguments.flag("include_num_members"):
            body.pop("num_members", None)
        body.pop("is_user_deleted", None)
        return {"ok": True, "channel": body}

    def members(self, arguments: Arguments) -> JsonObject:
        """conversations.members."""
        channel = visible_channel(self.workspace, arguments.text("channel"))
        page, more = paginate(channel.members, arguments, 100, 1000)
        return {"ok": True, "members": list(page), **more}

    def list(self, arguments: Arguments) -> JsonObject:
        """conversations.list: what the app may know of."""
        bot = self.workspace.bot.id
        channels = self.workspace.channels.values()
        return self._channels((c for c in channels if c.kind == "public" or bot in c.members), arguments)

    def of_user(self, arguments: Arguments) -> JsonObject:
        """users.conversations: where a person (or the app) is a member, as far as the app may know."""
        bot = self.workspace.bot.id
        user = arguments.text("user") or bot
        if user not in self.workspace.users:
            raise SlackError("user_not_found")
        channels = (c for c in self.workspace.channels.values() if user in c.members)
        answer = self._channels((c for c in channels if c.kind == "public" or bot in c.members), arguments)
        for one in as_objects(answer["channels"]):
            one.pop("is_member", None)
            one.pop("num_members", None)
        return answer

    def _channels(self, channels: Iterable[Channel], arguments: Arguments) -> JsonObject:
        require_team(self.workspace, arguments)
        names = (arguments.text("types") or "public_channel").split(",")
        kinds = {_TYPES.get(name.strip()) for name in names}
        if None in kinds:
            raise SlackError("invalid_types")
        page, more = paginate([c for c in channels if c.kind in kinds], arguments, 100, 1000)
        return {"ok": True, "channels": [channel_json(c, self.workspace) for c in page], **more}

    def open(self, arguments: Arguments) -> JsonObject:
        """conversations.open: the direct message with one person."""
        users = [user for user in arguments.text("users").split(",") if user]
        name = arguments.text("channel") or (users[0] if len(users) == 1 else "")
        if not name:
            raise SlackError("users_list_not_supplied" if not users else "not_enough_users")
        channel = self.workspace.find_channel(name)
        if channel is None or channel.kind != "im":
            raise SlackError("channel_not_found" if arguments.has("channel") else "user_not_found")
        return {
            "ok": True,
            "channel": opened_json(channel, self.workspace) if arguments.flag("return_im") else {"id": channel.id},
        }


def _within(messages: Iterable[Message], arguments: Arguments) -> "list[Message]":
    oldest, latest = _ts(arguments, "oldest", 0.0), _ts(arguments, "latest", float("inf"))
    inclusive = arguments.flag("inclusive")
    return [
        message
        for message in messages
        if oldest < float(message.ts) < latest or (inclusive and float(message.ts) in (oldest, latest))
    ]


def _ts(arguments: Arguments, name: str, default: float) -> float:
    try:
        return float(arguments.text(name) or default)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


_MOST_PINS = 100  # in one conversation


class PinMethods:
    """Pins messages for the app; `origin` is the address that permalinks start with."""

    def __init__(self, workspace: Workspace, origin: Callable[[], str]) -> None:
        self.workspace = workspace
        self.origin = origin
        self._pins: dict[tuple[str, str], int] = {}

    def methods(self) -> Methods:
        """By name."""
        return {
            "pins.add": Method(self.add, ("channel",)),
            "pins.list": Method(self.list, ("channel",)),
            "pins.remove": Method(self.remove, ("channel",)),
        }

    def add(self, arguments: Arguments) -> JsonObject:
        """pins.add."""
        message = self._find(arguments)
        if message.key in self._pins:
            raise SlackError("already_pinned")
        if sum(place == message.channel for place, _ in self._pins) >= _MOST_PINS:
            raise SlackError("too_many_pins")
        self._pins[message.key] = int(time.time())
        return {"ok": True}

    def remove(self, arguments: Arguments) -> JsonObject:
        """pins.remove."""
        message = self._find(arguments)
        if self._pins.pop(message.key, None) is None:
            raise SlackError("no_pin")
        return {"ok": True}

    def list(self, arguments: Arguments) -> JsonObject:
        """pins.list: the newest first; a message that was deleted is pinned no more."""
        channel = readable_channel(self.workspace, arguments.text("channel"))
        pinned = [(self.workspace.message(*key), at) for key, at in self._pins.items() if key[0] == channel.id]
        return {"ok": True, "items": [self._item(message, at) for message, at in reversed(pinned) if message]}

    def _find(self, arguments: Arguments) -> Message:
        channel = readable_channel(self.workspace, arguments.text("channel"))
        if not arguments.text("timestamp"):
            raise SlackError("no_item_specified")
        message = self.workspace.message(channel.id, arguments.text("timestamp"))
        if message is None or message.ephemeral_to:
            raise SlackError("message_not_found")
        return message

    def _item(self, message: Message, created: int) -> JsonObject:
        link = f"{self.origin()}/archives/{message.channel}/p{message.ts.replace('.', '')}"
        shown = {**message_json(message, self.workspace), "permalink": link, "pinned_to": [message.channel]}
        place: JsonObject = {"channel": message.channel, "created": created, "created_by": self.workspace.bot.id}
        return {"type": "message", **place, "message": shown}
