"""What the local Slack holds: people, channels, messages, views, files. Frozen: a change makes a new record."""

from dataclasses import dataclass, field
from typing import Literal

from playground.slack.web_api.json_values import JsonObject

ChannelKind = Literal["public", "private", "im", "mpim"]


@dataclass(frozen=True, slots=True)
class User:
    """A person or the bot. `team` is another workspace, where the person comes from one."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    title: str = ""
    is_admin: bool = False
    is_bot: bool = False
    is_guest: bool = False
    team: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; a direct message (`im`) has one person and the bot, a group's (`mpim`) several people.

    To one that `invites`, another company has been asked that has not come yet.
    """

    id: str
    name: str
    kind: ChannelKind
    members: tuple[str, ...]
    topic: str = ""
    invites: bool = False

    def person(self, bot: str) -> str:
        """The person on the other side of a direct message."""
        return next((member for member in self.members if member != bot), bot)


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as the manifest declares it."""

    command: str
    description: str
    usage_hint: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What the manifest adds to the menu of every message."""

    name: str
    callback_id: str


@dataclass(frozen=True, slots=True)
class Task:
    """One step shown in a streamed message; each of its `sources` has a `url` and a `text`."""

    id: str
    title: str
    status: str
    output: str = ""
    sources: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji under a message and who put it there."""

    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a person or of the app, and the conversations in which it was shared."""

    id: str
    name: str
    mimetype: str
    user: str
    url: str
    content: bytes
    title: str = ""
    alt_txt: str = ""
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """The present state of a message. `markdown` says whether it is Markdown or Slack's mrkdwn.

    Its tasks stand together below `plan_title` where `has_plan`, else as cards of their own. Each of the `inserted`
    blocks of a stream stands after so many characters of the text.
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    thread_ts: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    client_msg_id: str | None = None
    markdown: bool = False
    blocks: tuple[JsonObject, ...] = ()
    inserted: tuple[tuple[int, JsonObject], ...] = ()
    edited_ts: str | None = None
    ephemeral_to: str | None = None
    streaming: bool = False
    tasks: tuple[Task, ...] = ()
    has_plan: bool = False
    plan_title: str = ""
    files: tuple[File, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    metadata: JsonObject | None = None
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None

    @property
    def is_reply(self) -> bool:
        """Whether it is a reply in a thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def parts(self) -> list[str | JsonObject]:
        """The text with the blocks that were inserted into it, in order."""
        parts: list[str | JsonObject] = []
        at = 0
        for end, block in self.inserted:
            parts += [self.text[at:end], block]
            at = end
        return [part for part in (*parts, self.text[at:]) if part]

    @property
    def key(self) -> tuple[str, str]:
        """What names it in the workspace."""
        return self.channel, self.ts


@dataclass(frozen=True, slots=True)
class View:
    """A modal or an App Home tab that one person sees."""

    id: str
    user: str
    kind: str
    body: JsonObject
    hash: str
    root_id: str
    previous_id: str | None = None
    values: JsonObject = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        """The app's own name for it, empty when it has none."""
        value = self.body.get("external_id")
        return value if isinstance(value, str) else ""
