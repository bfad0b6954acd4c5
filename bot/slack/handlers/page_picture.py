"""Draws the cited page of a PDF, and sends it to the person who presses *Page as a picture*.

It goes to that person's direct messages with the bot: Slack shows a file to those of a conversation in which it was
shared. The button holds only a passage's id; the passage is fetched again, with the rights of whoever presses. The bot
loads no parser: a program of the worker's draws the page, and a broken PDF can stop that program alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.slack.api.client import open_direct_message, post_ephemeral
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import Json
from bot.slack.handlers.show_passage import PassageViewHandler, ThreadOrigin
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block, shorten_text
from bot.slack.views.sources import SHOW_PAGE_ACTION, PassageButton
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import Passage

log = logging.getLogger(__name__)
_TITLE_LENGTH = 200
Reason = Literal["not_here", "changed", "failed"]
_PROGRAM = ("-P", "-m", "ingestion.reader_processes.page_picture_main")
_PASSED_VARIABLES = ("PATH", "LANG", "LD_LIBRARY_PATH")
_SECONDS = 30.0
_MAX_FILE_BYTES = 64 << 20
_MAX_PICTURE_BYTES = 10 << 20
_MAX_PAGES = 3  # of one passage
_ERRORS: dict[object, Reason] = {"changed": "changed"}


def register(app: AsyncApp, handler: PageSender, running_tasks: RunningTasks) -> None:
    """Listens for the button in the modal of a passage."""

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        view, user = body.get("view"), body["user"]["id"]
        button = PassageButton.button_from_value(action.get("value") or "")
        if view and button:
            origin = ThreadOrigin.origin_from_value(view.get("private_metadata") or "")
            running_tasks.start_task(handler.send_page(button, user, view["id"], origin))
        else:
            log.warning("no page shown: the button is not one of the bot's in the window of a passage user=%s", user)

    app.action(SHOW_PAGE_ACTION)(on_press)


@dataclass(frozen=True, slots=True)
class PageSender:
    """Draws the page, uploads it, and says in the modal how that ended. Without a `renderer` it is off."""

    client: RateLimitedClient
    passages: PassageViewHandler
    renderer: PageRenderer | None

    async def send_page(self, button: PassageButton, user: str, view: str, origin: ThreadOrigin) -> None:
        """Sends the page to the person who pressed, if that person may read the passage.

        In a channel, that person alone is told there where it went: the modal may be closed by then.
        """
        texts = await self.passages.users.get_answer_texts(button.language, user)
        if self.renderer is None:
            await self._update(view, await self.passages.load_modal(button, user, texts))
            return
        try:
            found = await self.passages.find_passage(button, user)
        except IndexUnavailable:
            found = None
        if found is None:
            await self._update(view, await self.passages.load_modal(button, user, texts))
            return
        await self._update(view, self.passages.render_modal(button, found, texts, texts.page_fetched))
        note = await self._deliver(self.renderer, found.neighbours.passage, button, user, texts)
        await self._update(view, self.passages.render_modal(button, found, texts, note))
        if note in (texts.page_sent, texts.page_unmarked):
            await self._tell_in_channel(note, user, origin)

    async def _tell_in_channel(self, note: str, user: str, origin: ThreadOrigin) -> None:
        if not origin.channel or origin.channel.startswith("D"):
            return  # the page is in sight
        try:
            await post_ephemeral(self.client, origin.channel, user, note, thread_ts=origin.thread_ts)
        except SLACK_ERRORS as error:
            log.info("not told where the page went channel=%s error=%s", origin.channel, get_error_code(error))

    async def _deliver(
        self, renderer: PageRenderer, passage: Passage, button: PassageButton, user: str, texts: InterfaceTexts
    ) -> str:
        """Draws and uploads the page; the sentence that says how it ended."""
        try:
            rendered = await renderer.render_page(passage, button.spans)
            await self._upload(rendered, passage, user, texts)
        except PageUnavailable as error:
            return {"not_here": texts.page_not_here, "changed": texts.page_changed}.get(error.reason, texts.page_failed)
        except (*SLACK_ERRORS, SlackRequestError) as error:
            log.warning("page not uploaded user=%s error=%s", user, get_error_code(error))
            return texts.page_refused
        return texts.page_sent if rendered.is_marked else texts.page_unmarked

    async def _upload(self, rendered: RenderedPage, passage: Passage, user: str, texts: InterfaceTexts) -> None:
        """Uploads the page. The document is named by the file's title, in which Slack sees no link to unfurl."""
        name = shorten_text(passage.title or passage.path, _TITLE_LENGTH)
        title = f"{name}, {texts.page.format(page=rendered.page)}"
        await self.client.files_upload_v2(
            content=rendered.png,
            filename=f"page-{rendered.page}.png",
            title=title,
            alt_txt=title,
            channel=await open_direct_message(self.client, user),
        )

    async def _update(self, view: str, body: Block) -> None:
        try:
            await self.client.views_update(view_id=view, view=body)
        except SlackApiError as error:
            if get_error_code(error) != "not_found":  # the person has closed the modal
                raise


class PageUnavailable(Exception):
    """The page cannot be shown; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as a PNG, its number, and whether the passage is marked on it."""

    png: bytes
    page: int
    is_marked: bool


@dataclass(frozen=True, slots=True)
class PageRenderer:
    """Draws pages of the documents in a folder, one at a time."""

    root: Path
    seconds: float = _SECONDS
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def render_page(self, passage: Passage, spans: Sequence[tuple[int, int]]) -> RenderedPage:
        """Draws the page of a passage, with what is quoted of it marked; raises PageUnavailable where it cannot be."""
        first = passage.excerpt.page or 1
        last = min(passage.excerpt.last_page or first, first + _MAX_PAGES - 1)
        text = passage.excerpt.text
        request = {
            "sha256": passage.version.partition(".")[0],
            "max_bytes": _MAX_FILE_BYTES,
            "pages": list(range(first, last + 1)),
            "quotes": [text[start:end] for start, end in spans if start < end] or [text],
        }
        async with self._turn:
            try:
                file = await asyncio.to_thread(_open_document, self.root, passage.path)
            except OSError as error:
                log.info("page not drawn path=%s error=%s", passage.path, type(error).__name__)
                raise PageUnavailable("not_here") from error
            try:
                answer = await self._run_program(file, json.dumps(request).encode())
            finally:
                os.close(file)
        return _read_answer(answer)

    async def _run_program(self, file: int, request: bytes) -> bytes:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *_PROGRAM,
            str(file),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=(file,),
            env={name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ},
            limit=_MAX_PICTURE_BYTES,
        )
        try:
            async with asyncio.timeout(self.seconds):
                answer = await _exchange(program, request)
                await program.wait()
                return answer
        except TimeoutError as error:
            log.warning("page not drawn error=timeout seconds=%.0f", self.seconds)
            raise PageUnavailable("failed") from error
        finally:
            if program.returncode is None:
                with suppress(ProcessLookupError):
                    program.kill()
                await program.wait()


async def _exchange(program: asyncio.subprocess.Process, request: bytes) -> bytes:
    """Sends a request, and reads the answer to its end, or to the largest size."""
    if program.stdin is None or program.stdout is None:
        raise PageUnavailable("failed")
    with suppress(ConnectionError):  # it ended before it read: there is no answer then
        program.stdin.write(request)
        await program.stdin.drain()
        program.stdin.close()
    answer = bytearray()
    while len(answer) < _MAX_PICTURE_BYTES and (part := await program.stdout.read(1 << 16)):
        answer += part
    return bytes(answer)


def _read_answer(answer: bytes) -> RenderedPage:
    """Reads what the program said; a broken document may have made it say anything."""
    head, _, png = answer.partition(b"\n")
    try:
        told = json.loads(head)
    except ValueError as error:
        log.warning("page not drawn error=ended")
        raise PageUnavailable("failed") from error
    page = told.get("page") if isinstance(told, dict) else None
    if not isinstance(page, int) or not png.startswith(b"\x89PNG"):
        reason = _ERRORS.get(told.get("error") if isinstance(told, dict) else None, "failed")
        log.info("page not drawn error=%s", reason)
        raise PageUnavailable(reason)
    return RenderedPage(png, page, told.get("is_marked") is True)


def _open_document(root: Path, path: str) -> int:
    """Opens a document step by step, and follows no link out of its folder."""
    *folders, name = PurePosixPath(path).parts
    if not name or ".." in (*folders, name) or path.startswith("/"):
        raise FileNotFoundError("no path of a document")
    place = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = below
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    finally:
        os.close(place)
