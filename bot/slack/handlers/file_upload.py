"""The door of files that administrators send in a direct message: asks for a folder, and has each put there."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from bot.slack.api.client import UNANSWERED, code_of, proxy_for
from bot.slack.events.parse import Seen
from bot.slack.handlers.file_placement import folders, placed, safe_name
from bot.slack.views.block_kit import Block, actions, plain_text, section
from bot.slack.views.markup import label
from knowledge.core.documents import document_id
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts
    from bot.slack.people.admin_gate import Act

log = logging.getLogger(__name__)
CHOOSE = "file_into"
EVENTS: tuple[str, ...] = ()
_MOST_FILES = 5
_CHUNK = 1 << 18
_SECONDS = aiohttp.ClientTimeout(total=300, sock_read=30)
_SLACK_FILES = ("https", "files.slack.com")


class TooLarge(Exception):
    """More came than may be filed."""


class NotFetched(Exception):
    """Slack did not hand the file over."""


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for the choice of a folder. The files themselves come as messages."""
    filing = Filing(parts)

    async def on_choice(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        parts.flights.start(filing.file(body, action))

    app.action(CHOOSE)(on_choice)


class Filing:
    """Files what administrators send. Nobody else can, whatever they press."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._offered = Seen()

    def takes_alone(self, event: Json) -> bool:
        """Ask about the files of a direct message; whether there is nothing else in it to answer."""
        if self._parts.room.root is None or event.get("subtype") != "file_share" or event.get("bot_id"):
            return False
        if self._offered.first((event["channel"], event["ts"])):
            self._parts.flights.start(self.offer(event))
        return not event.get("text")

    async def offer(self, event: Json) -> None:
        """Ask an administrator for the folder of each file they sent; tell others who can."""
        parts, user, root = self._parts, event["user"], self._parts.room.root
        if root is None:
            return
        texts = await parts.people.texts(user)
        if not await parts.doorkeeper.admins.include(user):
            await self._say(event, await parts.doorkeeper.admins.refusal(texts.filing_refused, texts), ())
            return
        known = await asyncio.to_thread(folders, root)
        for file in (event.get("files") or [])[:_MOST_FILES]:
            name = safe_name(str(file.get("name") or ""))
            asked = texts.filing_asked.format(name=label(name))
            await self._say(event, asked, [section(asked), _menu(str(file["id"]), known, texts)])

    async def file(self, body: Json, action: Json) -> None:
        """Put a file where its menu says, if whoever chose is an administrator, and say what came of it."""
        user = body["user"]["id"]
        texts = await self._parts.people.texts(user)
        try:
            async with self._parts.doorkeeper.act(user, "file", texts.filing_refused, texts) as act:
                said = act.denied or await self._file(act, user, action, texts)
        except IndexUnavailable:
            said = texts.index_away
        await self._parts.client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=said, blocks=[section(said)]
        )

    async def _file(self, act: Act, user: str, action: Json, texts: Texts) -> str:
        root, act.outcome, folder, name = self._parts.room.root, "failed", "", ""
        if root is None:
            return texts.filing_failed
        try:
            told = (await self._parts.client.files_info(file=action["block_id"])).get("file") or {}
            known = await asyncio.to_thread(folders, root)
            chosen = [one for one in known if _mark(one) == action["selected_option"]["value"]]
            name = safe_name(str(told.get("name") or ""))
            if not chosen or not name or told.get("user") != user:
                return texts.filing_failed
            folder = chosen[0]
            await self._put(root, folder, name, told)
        except TooLarge:
            return texts.filing_too_large.format(mb=self._parts.room.most // 1_000_000)
        except FileExistsError:
            return texts.filing_exists.format(name=label(name), folder=_shown(folder, texts))
        except (*UNANSWERED, NotFetched, OSError) as error:
            log.warning("file not filed by=%s error=%s", user, code_of(error))
            return texts.filing_failed
        path = f"{folder}/{name}" if folder else name
        act.outcome, act.subject = "done", f"document={document_id(path)}"
        return texts.filing_done.format(name=label(name), folder=_shown(folder, texts))

    async def _put(self, root: Path, folder: str, name: str, told: Json) -> None:
        if int(told.get("size") or 0) > self._parts.room.most:
            raise TooLarge
        url = str(told.get("url_private_download") or told.get("url_private") or "")
        if not is_slack_s(url, self._parts.client.base_url):
            raise NotFetched("the file is not at Slack")
        with placed(root, folder, name) as file:
            await self._fetch(url, file)

    async def _fetch(self, url: str, file: IO[bytes]) -> None:
        """Write what stands at an address of Slack's; a redirection would take the token elsewhere."""
        written, headers = 0, {"Authorization": f"Bearer {self._parts.client.token}"}
        async with (
            aiohttp.ClientSession(timeout=_SECONDS) as session,
            session.get(url, headers=headers, allow_redirects=False, proxy=proxy_for(url)) as answer,
        ):
            if answer.status != 200:
                raise NotFetched(f"status {answer.status}")
            async for chunk in answer.content.iter_chunked(_CHUNK):
                written += len(chunk)
                if written > self._parts.room.most:
                    raise TooLarge
                await asyncio.to_thread(file.write, chunk)

    async def _say(self, event: Json, text: str, blocks: list[Block] | tuple[()]) -> None:
        await self._parts.client.chat_postMessage(
            channel=event["channel"],
            thread_ts=event.get("thread_ts") or event["ts"],
            text=text,
            blocks=list(blocks) or None,
            unfurl_links=False,
            unfurl_media=False,
        )


def is_slack_s(url: str, api: str) -> bool:
    """Whether the token may be sent to an address: Slack's own host of files, or where its Web API is."""
    wanted, ours = urlsplit(url), urlsplit(api)
    at = (wanted.scheme, wanted.netloc)
    return at in (_SLACK_FILES, (ours.scheme, ours.netloc))


def _mark(folder: str) -> str:
    return hashlib.sha256(folder.encode()).hexdigest()[:32]


def _shown(folder: str, texts: Texts) -> str:
    return f"`{label(folder)}`" if folder else texts.filing_root


def _menu(file_id: str, known: list[str], texts: Texts) -> Block:
    options = [{"text": plain_text(one[-75:] or texts.filing_root), "value": _mark(one)} for one in known]
    sure = {"title": plain_text(texts.filing_title), "text": plain_text(texts.filing_sure)}
    confirm = {**sure, "confirm": plain_text(texts.filing_yes), "deny": plain_text(texts.cancel)}
    choose = {"type": "static_select", "action_id": CHOOSE, "placeholder": plain_text(texts.filing_title)}
    return {**actions({**choose, "options": options, "confirm": confirm}), "block_id": file_id}
