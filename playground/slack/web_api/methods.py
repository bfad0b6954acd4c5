"""A Web API method, and the checks that many methods share."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from playground.slack.rules.errors import SlackError
from playground.slack.state.records import Channel, Message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Method:
    """The function of a method, and its required arguments."""

    run: Callable[[Arguments], JsonObject]
    required: tuple[str, ...] = ()


Methods: TypeAlias = Mapping[str, Method]


def visible_channel(workspace: Workspace, name: str) -> Channel:
    """A conversation that the app may know of."""
    channel = workspace.find_channel(name)
    if channel is None or (channel.kind != "public" and workspace.bot.id not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def joined_channel(workspace: Workspace, name: str) -> Channel:
    """A conversation that the app is a member of."""
    channel = visible_channel(workspace, name)
    if workspace.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def readable_channel(workspace: Workspace, name: str) -> Channel:
    """A conversation of which a method says no more than that it is not found, where the app is no member."""
    channel = visible_channel(workspace, name)
    if workspace.bot.id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def lasting_message(workspace: Workspace, channel: Channel, ts: str) -> Message:
    """A message that is not ephemeral."""
    message = workspace.message(channel.id, ts)
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    return message


def own_message(workspace: Workspace, channel: Channel, ts: str, refusal: str) -> Message:
    """A message that the app itself posted."""
    message = lasting_message(workspace, channel, ts)
    if message.bot_id != workspace.bot_id:
        raise SlackError(refusal)
    return message


def require_team(workspace: Workspace, arguments: Arguments) -> None:
    """With an organisation's token, a list is of one workspace, which the call names."""
    if workspace.is_org_install and not arguments.text("team_id"):
        raise SlackError("missing_argument")


def paginate(records: Sequence[T], arguments: Arguments, default: int, most: int) -> tuple[Sequence[T], JsonObject]:
    """One page of a list by `cursor` and `limit`, and the cursor of the next."""
    start = _offset(arguments.text("cursor"))
    stop = start + arguments.number("limit", default, most)
    following = base64.b64encode(f"next:{stop}".encode()).decode() if stop < len(records) else ""
    return records[start:stop], {"response_metadata": {"next_cursor": following}}


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
