"""The changes of the workspace, to which delivery, page and tests listen, and the waking of whoever waits for one."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from playground.slack.state.records import Channel, Message, User, View
from playground.slack.web_api.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class Posted:
    """A message appeared."""

    message: Message


@dataclass(frozen=True, slots=True)
class Edited:
    """A message changed; `announced` is false for the steps of a stream: apps get no event for them."""

    message: Message
    before: Message
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Removed:
    """A message was deleted."""

    message: Message


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody added or removed an emoji."""

    message: Message
    user: str
    name: str
    added: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """Someone joined or left a channel."""

    channel: str
    user: str
    joined: bool
    inviter: str | None = None


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Somebody joined the workspace, or their data changed."""

    user: User
    is_new: bool


@dataclass(frozen=True, slots=True)
class ChannelRenamed:
    """A channel has another name."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """A person opened a tab of the app's home."""

    user: str
    tab: str


@dataclass(frozen=True, slots=True)
class ViewedPlaceChanged:
    """A person looks at something else while the app is open; without entities, at nothing that Slack names."""

    user: str
    entities: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True)
class AssistantThreadStarted:
    """A person began a conversation with an app that has the older assistant view."""

    user: str
    channel: str
    thread_ts: str


@dataclass(frozen=True, slots=True)
class SessionStopped:
    """A person pressed Stop while the app was working in a thread."""

    channel: str
    thread_ts: str
    user: str
    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusSet:
    """The app says what it is doing in a thread; an empty status clears it."""

    channel: str
    thread_ts: str
    status: str
    loading_messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionSet:
    """The app says how far it is with a thread; one that is `stoppable` shows people a Stop button.

    `is_legacy` says that `assistant.threads.setStatus` wrote it: the two calls share one slot, and the last one wins.
    """

    channel: str
    thread_ts: str
    status: str
    stoppable: bool = False
    is_legacy: bool = False


@dataclass(frozen=True, slots=True)
class PromptsSet:
    """The app suggests what to ask."""

    channel: str
    thread_ts: str | None
    title: str | None
    prompts: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True)
class TitleSet:
    """The app named a thread."""

    channel: str
    thread_ts: str
    title: str


@dataclass(frozen=True, slots=True)
class ViewShown:
    """A modal was opened or updated."""

    view: View


@dataclass(frozen=True, slots=True)
class ViewClosed:
    """A modal was closed."""

    view: View


@dataclass(frozen=True, slots=True)
class HomePublished:
    """The app published a person's home tab."""

    user: str


@dataclass(frozen=True, slots=True)
class BotConnected:
    """The app's first socket opened, or its last one closed."""

    connected: bool


Change: TypeAlias = (
    Posted
    | Edited
    | Removed
    | Reacted
    | Membership
    | PersonChanged
    | ChannelRenamed
    | HomeOpened
    | ViewedPlaceChanged
    | AssistantThreadStarted
    | SessionStopped
    | StatusSet
    | SessionSet
    | PromptsSet
    | TitleSet
    | ViewShown
    | ViewClosed
    | HomePublished
    | BotConnected
)


T = TypeVar("T")
_AGAIN_S = 0.1  # what an app does after its last call notifies nobody


class ChangeNotifier:
    """Wakes every waiter at each change; a waiter then checks its condition again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def notify_waiters(self) -> None:
        """Wake every waiter."""
        for event in self._waiting:
            event.set()

    async def wait_for(self, look: Callable[[], T | None], timeout: float, what: str) -> T:  # noqa: ASYNC109 (a test's limit, part of its sentence)
        """Wait until `look` returns neither None nor False; `timeout` is in seconds.

        Raises:
            TimeoutError: with `what` in its sentence.
        """
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(timeout):
                while not (found := look()):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(event.wait(), _AGAIN_S)
                    event.clear()
                return found
        except TimeoutError:
            raise TimeoutError(f"Waited {timeout:g} s for {what}, in vain.") from None
        finally:
            self._waiting.discard(event)
