"""The state of the local Slack. It notifies listeners of each change."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from playground.slack.state import sample_company
from playground.slack.state.changes import (
    Change,
    ChannelRenamed,
    Edited,
    HomePublished,
    Membership,
    PersonChanged,
    Posted,
    PromptsSet,
    Reacted,
    Removed,
    SessionSet,
    StatusSet,
    TitleSet,
    ViewClosed,
    ViewedPlaceChanged,
    ViewShown,
)
from playground.slack.state.records import Channel, File, Message, Reaction, User, View
from playground.slack.state.workspace_file import Company
from playground.slack.web_api.json_values import JsonObject

Listener = Callable[[Change], None]
SLACKBOT = "USLACKBOT"
TOMBSTONE = "tombstone"
_GONE = "This message was deleted."


class Workspace:
    """People, channels, messages and views of one team. Listeners are called at each change."""

    def __init__(
        self,
        people: Iterable[User] = sample_company.PEOPLE,
        channels: Iterable[Channel] = (*sample_company.CHANNELS, *sample_company.direct_messages()),
        bot: User = sample_company.BOT,
        *,
        grid: str = "",
    ) -> None:
        self.enterprise_id = sample_company.ENTERPRISE_ID if grid else None
        self.is_org_install = grid == "organisation"
        self.team_id = sample_company.TEAM_ID
        self.team_name = sample_company.TEAM_NAME
        self.bot = bot
        self.bot_id = sample_company.BOT_ID
        self.usergroups = dict(sample_company.USERGROUPS)
        self.users = {user.id: user for user in (*people, bot)}
        self.channels = {channel.id: channel for channel in channels}
        self.views: dict[str, View] = {}
        self.homes: dict[str, str] = {}
        self.viewed: dict[str, tuple[JsonObject, ...]] = {}
        self.files: dict[str, File] = {}
        self.statuses: dict[tuple[str, str], StatusSet] = {}
        self.prompts: dict[tuple[str, str | None], PromptsSet] = {}
        self.sessions: dict[tuple[str, str], SessionSet] = {}
        self.titles: dict[tuple[str, str], TitleSet] = {}
        self.listeners: list[Listener] = []
        self._messages: dict[tuple[str, str], Message] = {}
        self._last_microsecond = 0

    def notify_listeners(self, change: Change) -> None:
        """Call every listener with a change."""
        for listener in tuple(self.listeners):
            listener(change)

    def next_ts(self) -> str:
        """A timestamp in Slack's form, later than every one before."""
        self._last_microsecond = max(self._last_microsecond + 1, time.time_ns() // 1_000)
        return f"{self._last_microsecond // 1_000_000}.{self._last_microsecond % 1_000_000:06d}"

    # People and channels

    def find_user(self, name: str) -> User | None:
        """By id or by name, with or without the at sign; letter case does not matter."""
        wanted = name.removeprefix("@").casefold()
        return next((u for u in self.users.values() if wanted in (u.id.casefold(), u.name.casefold())), None)

    def find_channel(self, name: str) -> Channel | None:
        """By id, by name with or without the number sign, or by the person's id for a direct message."""
        if name in self.channels:
            return self.channels[name]
        if name in self.users:
            return self.direct_message(name)
        wanted = name.removeprefix("#").casefold()
        return next((c for c in self.channels.values() if c.kind != "im" and c.name.casefold() == wanted), None)

    def direct_message(self, user: str) -> Channel | None:
        """The conversation of a person with the bot."""
        return next((c for c in self.channels.values() if c.kind == "im" and user in c.members), None)

    def bot_is_in(self, channel: str) -> bool:
        """Whether the app is a member."""
        return channel in self.channels and self.bot.id in self.channels[channel].members

    def is_shared(self, channel: Channel) -> bool:
        """Whether people of another workspace are members."""
        return any(self.users[member].team for member in channel.members if member in self.users)

    def join(self, channel: str, user: str, inviter: str | None = None) -> None:
        """Add a member."""
        before = self.channels[channel]
        if user not in before.members:
            self.channels[channel] = replace(before, members=(*before.members, user))
            self.notify_listeners(Membership(channel, user, joined=True, inviter=inviter))

    def leave(self, channel: str, user: str) -> None:
        """Take a member away."""
        before = self.channels[channel]
        if user in before.members:
            # Told first: the app hears of its own departure while it is still a member.
            self.notify_listeners(Membership(channel, user, joined=False))
            self.channels[channel] = replace(before, members=tuple(m for m in before.members if m != user))

    def put_user(self, user: User) -> None:
        """Add a person to the workspace, or change their data."""
        is_new = user.id not in self.users
        self.users[user.id] = user
        self.notify_listeners(PersonChanged(user, is_new))

    def rename_channel(self, channel: str, name: str) -> None:
        """Give a channel another name."""
        self.channels[channel] = replace(self.channels[channel], name=name)
        self.notify_listeners(ChannelRenamed(self.channels[channel]))

    # Messages

    def every_message(self) -> Iterator[Message]:
        """All messages of all channels, oldest first, ephemeral ones included."""
        return iter(tuple(self._messages.values()))

    def message(self, channel: str, ts: str) -> Message | None:
        """Return one message."""
        return self._messages.get((channel, ts))

    def history(self, channel: str) -> list[Message]:
        """A channel's lasting messages, replies included, oldest first."""
        return [m for m in self._messages.values() if m.channel == channel and m.ephemeral_to is None]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """A thread's lasting replies, oldest first, without the parent."""
        return [m for m in self.history(channel) if m.thread_ts == ts and m.ts != ts]

    def post(self, message: Message) -> Message:
        """Add a message."""
        self._messages[message.key] = message
        session = self.sessions.get((message.channel, message.thread_ts or ""))
        if message.user == self.bot.id and session and session.is_legacy:
            self.set_session(replace(session, status="active", stoppable=False))
        self.notify_listeners(Posted(message))
        return message

    def change(self, message: Message, *, announced: bool = True) -> Message:
        """Replace the message with the same channel and ts."""
        before = self._messages[message.key]
        self._messages[message.key] = message
        self.notify_listeners(Edited(message, before, announced))
        return message

    def remove(self, message: Message) -> None:
        """Delete a message; one with replies leaves a tombstone, which goes with the last reply."""
        if self.replies(message.channel, message.ts):
            self.change(Message(message.channel, message.ts, SLACKBOT, _GONE, subtype=TOMBSTONE))
            return
        del self._messages[message.key]
        self.notify_listeners(Removed(message))
        parent = self.message(message.channel, message.thread_ts or "")
        if parent and parent.subtype == TOMBSTONE and not self.replies(parent.channel, parent.ts):
            self.remove(parent)

    def react(self, message: Message, user: str, name: str, *, added: bool) -> None:
        """Add or take back an emoji; the caller has checked that this changes something."""
        users = {r.name: r.users for r in message.reactions}
        kept = tuple(u for u in users.get(name, ()) if u != user)
        users[name] = (*kept, user) if added else kept
        reactions = tuple(Reaction(n, u) for n, u in users.items() if u)
        self._messages[message.key] = replace(message, reactions=reactions)
        self.notify_listeners(Reacted(self._messages[message.key], user, name, added))

    # The agent surface

    def set_status(self, status: StatusSet, *, stoppable: bool) -> None:
        """Show or clear a legacy status: in the thread's one slot, words are `processing`, and none `active`."""
        place = status.channel, status.thread_ts
        slot = "processing" if status.status else "active"
        self.set_session(SessionSet(*place, slot, stoppable and bool(status.status), is_legacy=True))
        if status.status:
            self.statuses[place] = status
            self.notify_listeners(status)

    def set_prompts(self, prompts: PromptsSet) -> None:
        """Suggest questions in a conversation or a thread."""
        self.prompts[prompts.channel, prompts.thread_ts] = prompts
        self.notify_listeners(prompts)

    def set_session(self, session: SessionSet) -> None:
        """Say how far the app is with a thread; the words of a legacy status go."""
        place = session.channel, session.thread_ts
        self.sessions[place] = session
        if self.statuses.pop(place, None):
            self.notify_listeners(StatusSet(*place, ""))
        self.notify_listeners(session)

    def set_title(self, title: TitleSet) -> None:
        """Name a thread."""
        self.titles[title.channel, title.thread_ts] = title
        self.notify_listeners(title)

    # Views

    def show(self, view: View) -> View:
        """Open a modal, or put a view in the place of the one with the same id."""
        self.views[view.id] = view
        if view.kind == "home":
            self.homes[view.user] = view.id
            self.notify_listeners(HomePublished(view.user))
        else:
            self.notify_listeners(ViewShown(view))
        return view

    def close(self, view: View) -> None:
        """Take a modal away."""
        if self.views.pop(view.id, None):
            self.notify_listeners(ViewClosed(view))

    def look_at(self, user: str, entities: tuple[JsonObject, ...]) -> None:
        """A person looks at a place while the app is open beside it; the app hears of it with each direct message."""
        self.viewed[user] = entities
        self.notify_listeners(ViewedPlaceChanged(user, entities))

    def home(self, user: str) -> View | None:
        """The home tab that the app published for a person."""
        return self.views.get(self.homes.get(user, ""))


def build_workspace(company: Company | None, grid: str) -> Workspace:
    """The workspace of a company; without one, the demo's."""
    return Workspace(company.people, company.conversations, grid=grid) if company else Workspace(grid=grid)
