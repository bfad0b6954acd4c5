"""The chat.* methods that post, update and delete messages, and reactions. methods_streams.py has the streams."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import time as get_time

from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import TEXT, UPDATE_TEXT
from playground.slack.rules.message_content import MessageContent, check_slack_files, read_content
from playground.slack.state.records import Channel, Message
from playground.slack.state.streams import OpenStreams
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods import (
    Method,
    Methods,
    joined_channel,
    lasting_message,
    own_message,
    paginate,
    readable_channel,
    visible_channel,
)
from playground.slack.web_api.rendering import message_json

_SCHEDULED_SECONDS = 120 * 86_400.0  # how far ahead a message may be scheduled
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?")


@dataclass(frozen=True, slots=True)
class ScheduledMessage:
    """A message that is still to come; the times are in seconds since the epoch."""

    channel: str
    post_at: int
    made_at: int
    text: str
    timer: asyncio.TimerHandle

    def describe(self, name: str) -> JsonObject:
        """It as the list tells."""
        times: JsonObject = {"post_at": self.post_at, "date_created": self.made_at}
        return {"id": name, "channel_id": self.channel, **times, "text": self.text}


class ChatMethods:
    """Posts for the app; `now` returns seconds, `origin` the address that permalinks start with."""

    def __init__(
        self,
        workspace: Workspace,
        streams: OpenStreams,
        now: Callable[[], float],
        origin: Callable[[], str],
        *,
        unfurls: bool = True,
    ) -> None:
        self.unfurls = unfurls
        self.workspace = workspace
        self.streams = streams
        self.now = now
        self.origin = origin
        self._scheduled: dict[str, ScheduledMessage] = {}

    def methods(self) -> Methods:
        """By name."""
        return {
            "chat.postMessage": Method(self.post_message, ("channel",)),
            "chat.postEphemeral": Method(self.post_ephemeral, ("channel", "user")),
            "chat.deleteScheduledMessage": Method(self.delete_scheduled, ("channel", "scheduled_message_id")),
            "chat.scheduledMessages.list": Method(self.list_scheduled),
            "chat.scheduleMessage": Method(self.schedule_message, ("channel", "post_at")),
            "chat.update": Method(self.update, ("channel", "ts")),
            "chat.delete": Method(self.delete, ("channel", "ts")),
            "chat.getPermalink": Method(self.permalink, ("channel", "message_ts")),
            "reactions.add": Method(self.add_reaction, ("channel", "timestamp", "name")),
            "reactions.remove": Method(self.remove_reaction, ("channel", "timestamp", "name")),
        }

    def post_message(self, arguments: Arguments) -> JsonObject:
        """chat.postMessage."""
        channel = joined_channel(self.workspace, arguments.text("channel"))
        message = self.posted(channel, arguments)
        return {
            "ok": True,
            "channel": channel.id,
            "ts": message.ts,
            "message": message_json(message, self.workspace),
        }

    def posted(self, channel: Channel, arguments: Arguments) -> Message:
        """Post a lasting message of the app."""
        message = self._message(channel, read_content(arguments), arguments)
        broadcast = "thread_broadcast" if message.is_reply and arguments.flag("reply_broadcast") else None
        return self.workspace.post(replace(message, subtype=broadcast))

    def schedule_message(self, arguments: Arguments) -> JsonObject:
        """chat.scheduleMessage: the message is posted when its time has come, as long as this Slack runs."""
        channel, content = joined_channel(self.workspace, arguments.text("channel")), read_content(arguments)
        wait = _read_time(arguments) - get_time()
        if wait < 0:
            raise SlackError("time_in_past")
        if wait > _SCHEDULED_SECONDS:
            raise SlackError("time_too_far")
        told: JsonObject = {"type": "delayed_message", "text": content.text, "bot_id": self.workspace.bot_id}
        name, post_at = f"Q{self.workspace.next_ts().replace('.', '')}", arguments.text("post_at")
        timer = asyncio.get_running_loop().call_later(wait, self._post_scheduled, name, channel, arguments)
        self._scheduled[name] = ScheduledMessage(channel.id, int(float(post_at)), int(get_time()), content.text, timer)
        place: JsonObject = {"channel": channel.id, "scheduled_message_id": name, "post_at": post_at}
        return {"ok": True, **place, "message": told}

    def _post_scheduled(self, name: str, channel: Channel, arguments: Arguments) -> None:
        del self._scheduled[name]
        self.posted(channel, arguments)

    def list_scheduled(self, arguments: Arguments) -> JsonObject:
        """chat.scheduledMessages.list: what is still to come, in one conversation or in all."""
        wanted = arguments.text("channel")
        if wanted and self.workspace.find_channel(wanted) is None:
            raise SlackError("invalid_channel")
        coming = [(name, one) for name, one in self._scheduled.items() if wanted in ("", one.channel)]
        page, more = paginate(coming, arguments, 100, 100)
        return {"ok": True, "scheduled_messages": [one.describe(name) for name, one in page], **more}

    def delete_scheduled(self, arguments: Arguments) -> JsonObject:
        """chat.deleteScheduledMessage."""
        channel = visible_channel(self.workspace, arguments.text("channel"))
        name = arguments.text("scheduled_message_id")
        if name not in self._scheduled or self._scheduled[name].channel != channel.id:
            raise SlackError("invalid_scheduled_message_id")
        self._scheduled.pop(name).timer.cancel()
        return {"ok": True}

    def post_ephemeral(self, arguments: Arguments) -> JsonObject:
        """chat.postEphemeral."""
        channel = joined_channel(self.workspace, arguments.text("channel"))
        user = arguments.text("user")
        if user not in channel.members:
            raise SlackError("user_not_in_channel")
        message = self.shown_to(user, channel, read_content(arguments), arguments)
        return {"ok": True, "message_ts": message.ts}

    def shown_to(self, user: str, channel: Channel, content: MessageContent, arguments: Arguments) -> Message:
        """Post a message that one person sees."""
        message = self._message(channel, content, arguments)
        return self.workspace.post(replace(message, ephemeral_to=user))

    def _message(self, channel: Channel, content: MessageContent, arguments: Arguments) -> Message:
        check_slack_files(self.workspace, content.blocks or ())
        thread_ts = arguments.optional("thread_ts")
        if thread_ts:
            lasting_parent(self.workspace, channel, thread_ts)
        if not self.unfurls and (arguments.flag("unfurl_links"), arguments.flag("unfurl_media")) != (False, False):
            raise SlackError("would_unfurl")
        return Message(
            channel=channel.id,
            ts=self.workspace.next_ts(),
            user=self.workspace.bot.id,
            bot_id=self.workspace.bot_id,
            text=content.text[:TEXT],
            markdown=content.markdown,
            blocks=content.blocks or (),
            metadata=content.metadata,
            thread_ts=thread_ts,
            unfurl_links=arguments.flag("unfurl_links"),
            unfurl_media=arguments.flag("unfurl_media"),
        )

    def update(self, arguments: Arguments) -> JsonObject:
        """chat.update; blocks stay when the call has none."""
        channel = visible_channel(self.workspace, arguments.text("channel"))
        message = own_message(self.workspace, channel, arguments.text("ts"), "cant_update_message")
        if self.streams.is_open(message, self.now()):
            raise SlackError("streaming_state_conflict")
        if len(arguments.text("text")) > UPDATE_TEXT:
            raise SlackError("msg_too_long")
        content = read_content(arguments)
        check_slack_files(self.workspace, content.blocks or ())
        speaks = arguments.has("text") or arguments.has("markdown_text")
        changed = replace(
            message,
            text=content.text if speaks else message.text,
            markdown=content.markdown if speaks else message.markdown,
            blocks=message.blocks if content.blocks is None else content.blocks,
            inserted=() if speaks else message.inserted,
            metadata=content.metadata or message.metadata,
            edited_ts=self.workspace.next_ts(),
            streaming=False,
        )
        self.workspace.change(changed)
        body = message_json(changed, self.workspace)
        return {"ok": True, "channel": channel.id, "ts": message.ts, "text": changed.text, "message": body}

    def delete(self, arguments: Arguments) -> JsonObject:
        """chat.delete."""
        channel = visible_channel(self.workspace, arguments.text("channel"))
        message = own_message(self.workspace, channel, arguments.text("ts"), "cant_delete_message")
        self.workspace.remove(message)
        return {"ok": True, "channel": channel.id, "ts": message.ts}

    def permalink(self, arguments: Arguments) -> JsonObject:
        """chat.getPermalink."""
        channel = visible_channel(self.workspace, arguments.text("channel"))
        message = lasting_message(self.workspace, channel, arguments.text("message_ts"))
        link = f"{self.origin()}/archives/{channel.id}/p{message.ts.replace('.', '')}"
        if message.is_reply:
            link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
        return {"ok": True, "channel": channel.id, "permalink": link}

    def add_reaction(self, arguments: Arguments) -> JsonObject:
        """reactions.add."""
        return self._react(arguments, added=True)

    def remove_reaction(self, arguments: Arguments) -> JsonObject:
        """reactions.remove."""
        return self._react(arguments, added=False)

    def _react(self, arguments: Arguments, *, added: bool) -> JsonObject:
        channel = readable_channel(self.workspace, arguments.text("channel"))
        message = lasting_message(self.workspace, channel, arguments.text("timestamp"))
        name = arguments.text("name").strip(":")
        if not _EMOJI.fullmatch(name):
            raise SlackError("invalid_name")
        there = any(r.name == name and self.workspace.bot.id in r.users for r in message.reactions)
        if there == added:
            raise SlackError("already_reacted" if added else "no_reaction")
        self.workspace.react(message, self.workspace.bot.id, name, added=added)
        return {"ok": True}


def lasting_parent(workspace: Workspace, channel: Channel, thread_ts: str) -> Message:
    """The message that a thread hangs from; a reply's own ts will not do."""
    parent = workspace.message(channel.id, thread_ts)
    if parent is None or parent.ephemeral_to:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        raise SlackError("cannot_reply_to_message")
    return parent


def _read_time(arguments: Arguments) -> float:
    try:
        return float(arguments.text("post_at"))
    except ValueError:
        raise SlackError("invalid_time") from None
