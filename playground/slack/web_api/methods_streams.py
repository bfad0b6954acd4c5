"""The chat.*Stream methods: a message that grows while people watch. The rules of a stream's life are in streams.py."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from playground.slack.rules.errors import SlackError
from playground.slack.rules.limits import SESSION_STATUSES, TASK_DISPLAY_MODES
from playground.slack.rules.manifest import Manifest
from playground.slack.rules.message_content import check_blocks, read_metadata
from playground.slack.state.changes import SessionSet
from playground.slack.state.records import Channel, Message
from playground.slack.state.streams import OpenStreams, Stream, append_to_message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods import Method, Methods, joined_channel, own_message, visible_channel
from playground.slack.web_api.methods_chat import lasting_parent
from playground.slack.web_api.rendering import message_json


class StreamMethods:
    """Streams for the app; `now` returns seconds. A stream writes its thread's session, from its start to its end."""

    def __init__(
        self, workspace: Workspace, streams: OpenStreams, manifest: Manifest, now: Callable[[], float]
    ) -> None:
        self.workspace = workspace
        self.streams = streams
        self.manifest = manifest
        self.now = now

    def methods(self) -> Methods:
        """By name."""
        return {
            "chat.startStream": Method(self.start, ("channel", "thread_ts")),
            "chat.appendStream": Method(self.append, ("channel", "ts")),
            "chat.stopStream": Method(self.stop, ("channel", "ts")),
        }

    def start(self, arguments: Arguments) -> JsonObject:
        """chat.startStream."""
        channel = joined_channel(self.workspace, arguments.text("channel"))
        self._check_recipient(channel, arguments)
        parent = lasting_parent(self.workspace, channel, arguments.text("thread_ts"))
        empty = Message(
            channel=channel.id,
            ts=self.workspace.next_ts(),
            user=self.workspace.bot.id,
            bot_id=self.workspace.bot_id,
            thread_ts=parent.ts,
            markdown=True,
            streaming=True,
            has_plan=_read_display_mode(arguments) == "plan",
        )
        stream = Stream(self.now())
        message = append_to_message(empty, arguments, stream)
        self.streams.start_stream(message, stream)
        self.workspace.post(message)
        self._set_session(message, "processing")
        asyncio.get_running_loop().call_later(self.streams.life, self._expire, message)
        return {"ok": True, "channel": channel.id, "ts": message.ts}

    def _set_session(self, message: Message, status: str) -> SessionSet:
        stoppable = status == "processing" and self.manifest.hears("agent_session_stopped")
        session = SessionSet(message.channel, message.thread_ts or message.ts, status, stoppable)
        self.workspace.set_session(session)
        return session

    def _expire(self, message: Message) -> None:
        """After its life, a stream that nobody has stopped makes its session open again."""
        if not self.streams.is_stopped(message):
            self._set_session(message, "active")

    def _check_recipient(self, channel: Channel, arguments: Arguments) -> None:
        if channel.kind == "im":
            return
        for name in ("recipient_user_id", "recipient_team_id"):
            if not arguments.text(name):
                raise SlackError(f"missing_{name}")
        recipient = self.workspace.users.get(arguments.text("recipient_user_id"))
        if recipient is None:
            raise SlackError("user_not_found")
        if arguments.text("recipient_team_id") != (recipient.team or self.workspace.team_id):
            raise SlackError("team_not_found")

    def append(self, arguments: Arguments) -> JsonObject:
        """chat.appendStream."""
        message = self._message(arguments)
        stream = self.streams.get_open_stream(message, self.now())
        if not (arguments.text("markdown_text") or arguments.objects("chunks")):
            raise SlackError("markdown_text_or_chunks_required")
        self.workspace.change(append_to_message(message, arguments, stream), announced=False)
        return {"ok": True, "channel": message.channel, "ts": message.ts}

    def stop(self, arguments: Arguments) -> JsonObject:
        """chat.stopStream."""
        message = self._message(arguments)
        stream = self.streams.get_open_stream(message, self.now())
        if arguments.has("session_status") and arguments.text("session_status") not in SESSION_STATUSES:
            raise SlackError("invalid_arguments", ["invalid session_status [json-pointer:/session_status]"])
        blocks = arguments.objects("blocks")
        ended = replace(append_to_message(message, arguments, stream), streaming=False)
        if blocks:
            ended = replace(ended, blocks=(*ended.blocks, *check_blocks(blocks)))
        ended = replace(ended, metadata=read_metadata(arguments) or ended.metadata)
        self.streams.stop_stream(message, "app")
        self._set_session(ended, arguments.text("session_status") or "active")
        self.workspace.change(ended)
        body = message_json(ended, self.workspace)
        return {"ok": True, "channel": ended.channel, "ts": ended.ts, "message": body}

    def _message(self, arguments: Arguments) -> Message:
        channel = visible_channel(self.workspace, arguments.text("channel"))
        return own_message(self.workspace, channel, arguments.text("ts"), "message_not_owned_by_app")


def _read_display_mode(arguments: Arguments) -> str:
    mode = arguments.text("task_display_mode") or "timeline"
    if mode not in TASK_DISPLAY_MODES:
        raise SlackError("invalid_arguments", ["invalid task_display_mode [json-pointer:/task_display_mode]"])
    return mode
