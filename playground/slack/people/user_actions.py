"""The actions of people: write, edit, delete, react, run commands, open tabs. Buttons are in block_actions.py."""

import mimetypes
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from playground.slack.events.delivery import EnvelopeDelivery, NotDelivered
from playground.slack.events.response_urls import ResponseUrls
from playground.slack.rules.errors import SlackError, UserActionError
from playground.slack.rules.manifest import Manifest
from playground.slack.state import sample_company
from playground.slack.state.changes import AssistantThreadStarted, HomeOpened, SessionStopped
from playground.slack.state.records import Channel, Command, File, Message, User
from playground.slack.state.streams import OpenStreams
from playground.slack.state.trigger_ids import TriggerIds
from playground.slack.state.workspace import SLACKBOT, Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject

_ASSISTANT_THREAD = "New Assistant Thread"
_REASONS = {
    "operation_timeout": "the app timed out (operation_timeout)",
    "dispatch_failed": "the app is not connected (dispatch_failed); after its start, try again in some seconds",
}


class UserActions:
    """Carries out the actions of people. A refusal is a UserActionError with the sentence that the person sees."""

    def __init__(  # noqa: PLR0913  # a person reaches every part of the workspace
        self,
        workspace: Workspace,
        delivery: EnvelopeDelivery,
        responses: ResponseUrls,
        triggers: TriggerIds,
        streams: OpenStreams,
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
        user = self.workspace.find_user(name)
        if user is None or user.is_bot:
            raise UserActionError(f"There is nobody called {name} here.")
        return user

    def channel(self, user: User, name: str) -> Channel:
        """A conversation that the person is in."""
        channel = self.workspace.find_channel(name)
        if channel is None or user.id not in channel.members:
            raise UserActionError(f"{user.real_name} is not a member of a conversation called {name}.")
        return channel

    async def send_text(self, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> Message | None:
        """Send what a person typed: a command if it begins with one (then nothing is posted), else a message."""
        word, _, rest = text.strip().partition(" ")
        if word in ("/invite", "/remove", "/leave"):
            self._change_members(user, channel, word, rest.strip())
        elif command := next((c for c in self.manifest.commands if c.command == word), None):
            await self.run_command(user, channel, command, rest.strip(), in_thread=bool(thread_ts))
        elif word.startswith("/") and word[1:].isalpha():
            raise UserActionError(f"{word} is not a valid command.")
        else:
            return self.post_message(user, channel, text, thread_ts)
        return None

    def post_message(
        self, user: User, channel: Channel, text: str, thread_ts: str | None = None, *, broadcast: bool = False
    ) -> Message:
        """Post a person's message; a reply may be shown in the channel, too."""
        if not text.strip():
            raise UserActionError("An empty message is not sent.")
        subtype = "thread_broadcast" if broadcast and thread_ts else None
        message = self._post(user, channel, Message(channel.id, "", user.id, text, thread_ts, subtype=subtype))
        bot = self.workspace.bot
        if f"<@{bot.id}>" in message.text and bot.id not in channel.members:
            hint = f"You mentioned @{bot.name}, but they are not in this channel. Type /invite @{bot.name} to add them."
            self.show_notice(user, channel, hint)
        return message

    def share_file(self, user: User, channel: Channel, text: str, name: str, content: bytes) -> Message:
        """Post a file, with a text or without."""
        file_id = f"F{len(self.workspace.files) + 1:04d}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        url = f"{self.origin()}/files-pri/{file_id}/{quote(name.rpartition('/')[2])}"
        file = File(file_id, name, kind, user.id, url, content, channels=(channel.id,))
        self.workspace.files[file_id] = file
        return self._post(user, channel, Message(channel.id, "", user.id, text, subtype="file_share", files=(file,)))

    def _post(self, user: User, channel: Channel, draft: Message) -> Message:
        if draft.thread_ts and self.workspace.message(channel.id, draft.thread_ts) is None:
            raise UserActionError("The thread is not there any more.")
        text = encode_mentions(draft.text, self.workspace)
        ts = self.workspace.next_ts()
        return self.workspace.post(replace(draft, ts=ts, user=user.id, text=text, client_msg_id=str(uuid.uuid4())))

    def show_notice(self, user: User, channel: Channel, text: str) -> Message:
        """Show a person a message of Slackbot."""
        ts = self.workspace.next_ts()
        return self.workspace.post(Message(channel.id, ts, SLACKBOT, text, ephemeral_to=user.id))

    def _change_members(self, user: User, channel: Channel, word: str, name: str) -> None:
        other = user if word == "/leave" else self.workspace.find_user(name)
        if other is None or channel.kind in ("im", "mpim"):
            raise UserActionError("Say who, as in /invite @souffleur or /remove @souffleur, in a channel.")
        if word == "/invite":
            self.workspace.join(channel.id, other.id, inviter=user.id)
        else:
            self.workspace.leave(channel.id, other.id)

    def find_own_message(self, user: User, channel: Channel, ts: str) -> Message:
        """Find a message that this person wrote."""
        message = self.workspace.message(channel.id, ts)
        if message is None or message.user != user.id:
            raise UserActionError("Only one's own messages can be changed or deleted.")
        return message

    def edit_message(self, user: User, channel: Channel, ts: str, text: str) -> Message:
        """Change the text of the person's own message."""
        message = self.find_own_message(user, channel, ts)
        stamp = self.workspace.next_ts()
        return self.workspace.change(replace(message, text=encode_mentions(text, self.workspace), edited_ts=stamp))

    def delete_message(self, user: User, channel: Channel, ts: str) -> None:
        """Delete the person's own message."""
        self.workspace.remove(self.find_own_message(user, channel, ts))

    def toggle_reaction(self, user: User, channel: Channel, ts: str, name: str) -> None:
        """Add an emoji to a message, or remove it."""
        message = self.workspace.message(channel.id, ts)
        if message is None:
            raise UserActionError("The message is not there any more.")
        there = any(r.name == name and user.id in r.users for r in message.reactions)
        self.workspace.react(message, user.id, name, added=not there)

    def open_home(self, user: User, tab: str) -> None:
        """Open the app's home or its messages."""
        if tab not in ("home", "messages"):
            raise UserActionError(f"The app has a home tab and a messages tab, no {tab} tab.")
        if user.team:
            raise UserActionError("The app belongs to another workspace: only its own people can open it.")
        self.workspace.notify_listeners(HomeOpened(user.id, tab))
        if tab == "messages" and self.manifest.is_assistant:
            self._begin_assistant_thread(user)

    def _begin_assistant_thread(self, user: User) -> None:
        """Begin a thread in the direct message, below a message that Slack writes in the app's name."""
        channel = self.workspace.direct_message(user.id)
        if channel is None:
            return
        ts, bot = self.workspace.next_ts(), self.workspace.bot.id
        began = Message(channel.id, ts, bot, _ASSISTANT_THREAD, bot_id=self.workspace.bot_id)
        self.workspace.post(replace(began, subtype="assistant_app_thread"))
        self.workspace.notify_listeners(AssistantThreadStarted(user.id, channel.id, ts))

    def look_at(self, user: User, channel: Channel | None, message_ts: str = "") -> None:
        """Look at a conversation, or one message of it, while the app is open; at nothing without a conversation.

        An app that is not subscribed to it is never told, also not with a message.
        """
        entities: tuple[JsonObject, ...] = ()
        if channel:
            team: JsonObject = {"team_id": self.workspace.team_id}
            place: JsonObject = {"type": "slack#/types/channel_id", "value": channel.id, **team}
            viewed: JsonObject = {"channel_id": channel.id, "message_ts": message_ts}
            message: JsonObject = {"type": "slack#/types/message_context", "value": viewed, **team}
            entities = (message, place) if message_ts else (place,)
        if self.manifest.hears("app_context_changed"):
            self.workspace.look_at(user.id, entities)

    def press_stop(self, user: User, channel: Channel, thread_ts: str) -> None:
        """Press Stop in a thread: open streams end at once, and the app gets an event."""
        running = [
            message
            for message in self.workspace.replies(channel.id, thread_ts)
            if self.streams.is_open(message, self.now())
        ]
        for message in running:
            self.streams.stop_stream(message, "user")
            self.workspace.change(replace(message, streaming=False), announced=False)
        self.workspace.notify_listeners(SessionStopped(channel.id, thread_ts, user.id, tuple(m.ts for m in running)))

    async def run_command(
        self, user: User, channel: Channel, command: Command, text: str, *, in_thread: bool = False
    ) -> None:
        """Run a slash command; a failure is shown to the person, as Slack does."""
        if user.team:
            raise UserActionError(f"{command.command} belongs to another workspace's app.")
        if in_thread:
            raise UserActionError(f"{command.command} is not supported in threads. Sorry!")
        try:
            answer = await self.delivery.request_ack("slash_commands", self._command(user, channel, command, text))
            if answer and (answer.get("text") or answer.get("blocks")):
                self.responses.show_ack_answer(channel.id, user.id, Arguments(answer))
        except NotDelivered as failure:
            reason = _REASONS[str(failure)]
            self.show_notice(user, channel, f"{command.command} failed: {reason}.")
        except SlackError as error:
            self.show_notice(user, channel, f"{command.command} failed: the app answered badly ({error.code}).")

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
            "response_url": self.responses.issue_url(channel.id, user.id),
            "trigger_id": self.triggers.issue_trigger(user.id, self.now()),
        }


_KEPT = re.compile(r"<(?:@[A-Z0-9]+|#[A-Z0-9]+(?:\|[^<>]*)?|![a-z]+|https?://[^<>\s]+)>")
_TYPED = re.compile(
    r"(?P<link>https?://[^\s<>]*[^\s<>.,;:!?)])|(?<![\w/@])@(?P<user>[\w.-]*\w)|(?<![\w/#])#(?P<channel>[\w-]*\w)"
)


def escape_text(text: str) -> str:
    """Escape the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode_mentions(text: str, workspace: Workspace) -> str:
    """Encode a typed text as Slack stores it; text in Slack's format is kept."""
    parts: list[str] = []
    at = 0
    for kept in _KEPT.finditer(text):
        parts += [_typed(text[at : kept.start()], workspace), kept.group()]
        at = kept.end()
    return "".join([*parts, _typed(text[at:], workspace)])


def _typed(text: str, workspace: Workspace) -> str:
    parts: list[str] = []
    at = 0
    for found in _TYPED.finditer(text):
        parts += [escape_text(text[at : found.start()]), _reference(found, workspace)]
        at = found.end()
    return "".join([*parts, escape_text(text[at:])])


def _reference(found: re.Match[str], workspace: Workspace) -> str:
    if link := found["link"]:
        return f"<{escape_text(link)}>"
    if found["user"] and (user := workspace.find_user(found["user"])):
        return f"<@{user.id}>"
    if found["channel"] and (channel := workspace.find_channel("#" + found["channel"])):
        return f"<#{channel.id}|{channel.name}>"
    return escape_text(found.group())
