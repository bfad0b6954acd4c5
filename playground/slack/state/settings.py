"""The settings of a local Slack, checked once. They are arguments, not environment variables."""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from playground.slack.rules.errors import BadSettings
from playground.slack.state.workspace_file import Company

VERSION = "0.1.0"  # the product's; a test compares them
DEFAULT_PORT = 8321
_REAL_TOKEN = re.compile(r"xox[a-z](?:\.xox[a-z])?-\d{6,}-|xapp-\d-[A-Z0-9]{8,}-|xox[a-z]-.{40,}|xapp-.{40,}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

DocumentState = Literal["reading", "unfinished", "words", "meaning", "failed"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What the worker wrote about one document; `path` is relative to the folder, with slashes."""

    path: str
    state: DocumentState
    pages: int | None = None
    passages: int | None = None
    reason: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """The state of the ledger; `error` is a sentence when it could not be read."""

    lines: tuple[LedgerLine, ...] = ()
    worker_alive: bool = False
    embedding: str | None = None
    error: str | None = None


LedgerReader: TypeAlias = Callable[[], Awaitable[LedgerReading]]


async def no_ledger() -> LedgerReading:
    """For a Slack without a worker beside it."""
    return LedgerReading()


def draw_token(prefix: str) -> str:
    """Draw a made-up token that nobody can guess, and that the real Slack refuses."""
    return f"{prefix}playground-{secrets.token_hex(12)}"


@dataclass(frozen=True, slots=True)
class PlaygroundSlack:
    """Settings. Times are in seconds; the defaults are Slack's own.

    The tokens of the app, and that of the page, are drawn anew for each Slack.

    `manifest` is the app's manifest.json: its commands, event subscriptions and scopes then hold. Without one there are
    three built-in commands, and every event and scope is granted. `rate_factor` widens the call rates; 0 lifts them.
    `company` are people and channels in place of the demo's.
    `grid` makes the workspace one of an Enterprise Grid; the app is installed in it, or in the whole organisation.
    Where `unfurls` is false, a post that does not say that none of its links unfurl is refused, as Slack would not.
    """

    port: int = DEFAULT_PORT
    host: str = "127.0.0.1"
    bot_token: str = field(default_factory=lambda: draw_token("xoxb-"))
    app_token: str = field(default_factory=lambda: draw_token("xapp-"))
    page_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    manifest: Path | None = None
    company: Company | None = None
    documents: Path | None = None
    ledger: LedgerReader = no_ledger
    rate_factor: float = 1.0
    stream_life: float = 300.0
    status_life: float = 120.0
    trigger_life: float = 3.0
    ack_limit: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    folder_poll: float = 1.0
    unfurls: bool = True
    grid: Literal["", "workspace", "organisation"] = ""
    upload_limit: int = 200_000_000
    version: str = VERSION

    def __post_init__(self) -> None:
        if self.host not in _LOOPBACK:
            raise BadSettings(f"The local Slack listens on this machine alone; {self.host} is not a loopback address.")
        _check_token("bot_token", self.bot_token, "xoxb-")
        _check_token("app_token", self.app_token, "xapp-")
        if self.documents is not None and not self.documents.is_dir():
            raise BadSettings(f"The documents folder {self.documents} does not exist; create it or name another.")


def _check_token(name: str, token: str, prefix: str) -> None:
    if not token.startswith(prefix):
        raise BadSettings(f"{name} must begin with {prefix}; leave it out to use {prefix}playground.")
    if _REAL_TOKEN.match(token):
        raise BadSettings(
            f"{name} looks like a token of a real workspace; the local Slack takes made-up ones only,"
            f" such as {prefix}playground. If it was pasted by mistake, consider revoking it."
        )
