"""What people do in the local Slack: write, edit, delete, react, run commands, open tabs. Pressing is next door."""

import mimetypes
import uuid
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from playground.slack.events.delivery import Delivery, NotDelivered
from playground.slack.events.response_urls import Responses
from playground.slack.rules.errors import PersonError, SlackError
from playground.slack.rules.manifest import Manifest
from playground.slack.rules.mentions import encoded
from playground.slack.state import sample_company
from playground.slack.state.changes import HomeOpened, SessionStopped
from playground.slack.state.records import Channel, Command, File, Message, User
from playground.slack.state.streams import Streams
from playground.slack.state.trigger_ids import Triggers
from playground.slack.state.workspace import SLACKBOT, Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject

_REASONS = {
    "operation_timeout": "the app timed out (operation_timeout)",
    "dispatch_failed": "the app is not connected (dispatch_failed)",
}


class Gestures:
    """Carries out what a person does. Refusals are PersonError, with the sentence that the person sees."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        responses: Responses,
        triggers: Triggers,
        streams: Streams,
        manifest: Manifest,
        now: Callable[[], float],
        origin: Callable[[], str],
    ) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self.responses = responses
        self.triggers = triggers
        self.streams = streams
        self.manifest = manifest
        self.now = now
        self.origin = origin

    def user(self, name: str) -> User:
        """A person by id or name."""
        user = self.workspace.user_named(name)
        if user is None or user.is_bot:
            raise PersonError(f"There is nobody called {name} here.")
        return user

    def channel(self, user: User, name: str) -> Channel:
        """A conversation that the person is in."""
        channel = self.workspace.channel_named(name)
        if channel is None or user.id not in channel.members:
            raise PersonError(f"{user.real_name} is not a member of a conversation called {name}.")
        return channel

    async def say(self, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> Message | None:
        """Send what a person typed: a command if it begins with one (then nothing is posted), else a message."""
        word, _, rest = text.strip().partition(" ")
        if word in ("/invite", "/remove", "/leave"):
            self._change_members(user, channel, word, rest.strip())
        elif command := next((c for c in self.manifest.commands if c.command == word), None):
            await self.command(user, channel, command, rest.strip(), in_thread=bool(thread_ts))
        elif word.startswith("/") and word[1:].isalpha():
            raise PersonError(f"{word} is not a valid command.")
        else:
            return self.write(user, channel, text, thread_ts)
        return None

    def write(self, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> Message:
        """Post a person's message."""
        if not text.strip():
            raise PersonError("An empty message is not sent.")
        message = self._post(user, channel, Message(channel.id, "", user.id, text, thread_ts))
        bot = self.workspace.bot
        if f"<@{bot.id}>" in message.text and bot.id not in channel.members:
            hint = f"You mentioned @{bot.name}, but they are not in this channel. Type /invite @{bot.name} to add them."
            self.notice(user, channel, hint)
        return message

    def share(self, user: User, channel: Channel, text: str, name: str, content: bytes) -> Message:
        """Post a file, with a text or without."""
        file_id = f"F{len(self.workspace.files) + 1:04d}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        url = f"{self.origin()}/files-pri/{file_id}/{quote(name.rpartition('/')[2])}"
        file = File(file_id, name, kind, user.id, url, content)
        self.workspace.files[file_id] = file
        return self._post(user, channel, Message(channel.id, "", user.id, text, subtype="file_share", files=(file,)))

    def _post(self, user: User, channel: Channel, draft: Message) -> Message:
        if draft.thread_ts and self.workspace.message(channel.id, draft.thread_ts) is None:
            raise PersonError("The thread is not there any more.")
        text = encoded(draft.text, self.workspace)
        ts = self.workspace.next_ts()
        return self.workspace.post(replace(draft, ts=ts, user=user.id, text=text, client_msg_id=str(uuid.uuid4())))

    def notice(self, user: User, channel: Channel, text: str) -> Message:
        """Show a person a line that Slack itself wrote."""
        ts = self.workspace.next_ts()
        return self.workspace.post(Message(channel.id, ts, SLACKBOT, text, ephemeral_to=user.id))

    def _change_members(self, user: User, channel: Channel, word: str, name: str) -> None:
        other = user if word == "/leave" else self.workspace.user_named(name)
        if other is None or channel.kind in ("im", "mpim"):
            raise PersonError("Say who, as in /invite @souffleur or /remove @souffleur, in a channel.")
        if word == "/invite":
            self.workspace.join(channel.id, other.id, inviter=user.id)
        else:
            self.workspace.leave(channel.id, other.id)

    def own(self, user: User, channel: Channel, ts: str) -> Message:
        """A message of this very person."""
        message = self.workspace.message(channel.id, ts)
        if message is None or message.user != user.id:
            raise PersonError("Only one's own messages can be changed or deleted.")
        return message

    def edit(self, user: User, channel: Channel, ts: str, text: str) -> Message:
        """Change the text of one's own message."""
        message = self.own(user, channel, ts)
        stamp = self.workspace.next_ts()
        return self.workspace.change(replace(message, text=encoded(text, self.workspace), edited_ts=stamp))

    def delete(self, user: User, channel: Channel, ts: str) -> None:
        """Delete one's own message."""
        self.workspace.remove(self.own(user, channel, ts))

    def react(self, user: User, channel: Channel, ts: str, name: str) -> None:
        """Put an emoji under a message, or take it back."""
        message = self.workspace.message(channel.id, ts)
        if message is None:
            raise PersonError("The message is not there any more.")
        there = any(r.name == name and user.id in r.users for r in message.reactions)
        self.workspace.react(message, user.id, name, added=not there)

    def open_home(self, user: User, tab: str) -> None:
        """Open the app's home or its messages."""
        if tab not in ("home", "messages"):
            raise PersonError(f"The app has a home tab and a messages tab, no {tab} tab.")
        self.workspace.tell(HomeOpened(user.id, tab))

    def stop(self, user: User, channel: Channel, thread_ts: str) -> None:
        """Press Stop while the app works in a thread: its streams end at once, and it is told."""
        running = [
            message
            for message in self.workspace.replies(channel.id, thread_ts)
            if self.streams.is_open(message, self.now())
        ]
        for message in running:
            self.streams.stop(message, "user")
            self.workspace.change(replace(message, streaming=False), announced=False)
        self.workspace.tell(SessionStopped(channel.id, thread_ts, user.id, tuple(m.ts for m in running)))

    async def command(
        self, user: User, channel: Channel, command: Command, text: str, *, in_thread: bool = False
    ) -> None:
        """Run a slash command; a failure is shown to the person, as Slack does."""
        if user.team:
            raise PersonError(f"{command.command} belongs to another workspace's app.")
        if in_thread:
            raise PersonError(f"{command.command} is not supported in threads. Sorry!")
        try:
            answer = await self.delivery.ask("slash_commands", self._command(user, channel, command, text))
            if answer and (answer.get("text") or answer.get("blocks")):
                self.responses.answer(channel.id, user.id, Arguments(answer))
        except NotDelivered as failure:
            reason = _REASONS[str(failure)]
            self.notice(user, channel, f"{command.command} failed: {reason}.")
        except SlackError as error:
            self.notice(user, channel, f"{command.command} failed: the app answered badly ({error.code}).")

    def _command(self, user: User, channel: Channel, command: Command, text: str) -> JsonObject:
        return {
            "token": "playground",
            "team_id": self.workspace.team_id,
            "team_domain": sample_company.TEAM_DOMAIN,
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.kind == "im" else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command.command,
            "text": text,
            "api_app_id": sample_company.APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.responses.issue(channel.id, user.id),
            "trigger_id": self.triggers.issue(user.id, self.now()),
        }
