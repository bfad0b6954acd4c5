"""The pins.* methods: messages that stay at hand in a conversation."""

import time
from collections.abc import Callable

from playground.slack.rules.errors import SlackError
from playground.slack.state.records import Message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods import Method, Methods, readable_channel
from playground.slack.web_api.rendering import message_json

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
