"""Stores files that administrators send in a direct message, in the folder that they choose."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import find_proxy, post_message
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.events.parse import Json, RecentKeys
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.admins import AdminAction, AdminGate
from bot.slack.people.users import Users
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block, build_actions_block, build_plain_text, build_section_block
from bot.slack.views.markup import escape_label
from knowledge.core.documents import make_document_id
from knowledge.core.failures import IndexUnavailable

log = logging.getLogger(__name__)
_MAX_NAME_BYTES = 200  # bytes of UTF-8: a file system takes 255
_MAX_FOLDERS = 100  # what one menu of Slack's holds, the root included
_MAX_FOLDER_DEPTH = 6
_FORBIDDEN_CHARACTERS = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_RESERVED_NAMES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
CHOOSE_FOLDER_ACTION = "file_into"
_MAX_FILES = 5
_CHUNK_BYTES = 1 << 18
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_read=30)
_SLACK_FILE_HOST = ("https", "files.slack.com")


@dataclass(frozen=True, slots=True)
class UploadFolder:
    """The folder for uploads, None where they are off, and the largest size of a file in bytes."""

    root: Path | None
    max_bytes: int


def sanitize_file_name(name: str) -> str:
    """Makes a file name safe on every system; empty if no character of it may stay."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    bare = _FORBIDDEN_CHARACTERS.sub("", last).strip().lstrip(".").rstrip(". ").strip()
    if _RESERVED_NAMES.fullmatch(bare):
        bare = f"_{bare}"
    stem, dot, ending = bare.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = bare, "", ""
    room = _MAX_NAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + ending


def list_upload_folders(root: Path) -> list[str]:
    """Lists the folders below a root, relative and in order, without links; the root itself is the empty one."""
    found = [""]
    for here, below, _ in os.walk(root):
        inside = PurePosixPath(os.path.relpath(here, root))
        below[:] = sorted(one for one in below if not one.startswith(".") and not (Path(here) / one).is_symlink())
        found += [str(inside / one) for one in below]
        if len(inside.parts) + 1 >= _MAX_FOLDER_DEPTH:
            below[:] = []
        if len(found) >= _MAX_FOLDERS:
            break
    return sorted(found[:_MAX_FOLDERS])


@contextlib.contextmanager
def open_new_file(root: Path, folder: str, name: str) -> Iterator[IO[bytes]]:
    """Opens a hidden file to write; it gets its name at the end of the block, or is removed after an error.

    Raises:
        FileExistsError: a file of that name exists.
        OSError: the folder does not exist, leads outside through a link, or cannot be written.
    """
    with _open_folder(root, folder) as place:
        hidden = f".{secrets.token_hex(8)}.part"
        made = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=place)
        try:
            with os.fdopen(made, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, never takes the place of another file.
            os.link(hidden, name, src_dir_fd=place, dst_dir_fd=place, follow_symlinks=False)
        finally:
            os.unlink(hidden, dir_fd=place)


@contextlib.contextmanager
def _open_folder(root: Path, folder: str) -> Iterator[int]:
    """Opens the folder step by step, and follows no link."""
    place = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in PurePosixPath(folder).parts:
            if part in ("..", "/") or part.startswith("."):
                raise NotADirectoryError(f"{part!r} is not a folder for uploads")
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = below
        yield place
    finally:
        os.close(place)


class UploadTooLarge(Exception):
    """The file is larger than allowed."""


class UploadNotFetched(Exception):
    """Slack did not return the file."""


def register(app: AsyncApp, handler: FileUpload, running_tasks: RunningTasks) -> None:
    """Listens for the choice of a folder. The files themselves arrive as messages."""

    async def on_choice(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if _is_offered(body, action):
            running_tasks.start_task(handler.store_uploaded_file(body, action))

    app.action(CHOOSE_FOLDER_ACTION)(on_choice)


@dataclass(frozen=True, slots=True)
class FileUpload:
    """Offers a choice of folders for each file, and stores the file there. Only administrators can."""

    client: AsyncWebClient
    users: Users
    admin_gate: AdminGate
    upload_folder: UploadFolder
    running_tasks: RunningTasks
    _offered: RecentKeys = field(default_factory=RecentKeys)

    def is_upload_only(self, event: Json) -> bool:
        """Offers folders for the files of a direct message; whether the message holds nothing else."""
        if self.upload_folder.root is None or event.get("subtype") != "file_share" or event.get("bot_id"):
            return False
        if self._offered.add_if_new((event["channel"], event["ts"])):
            self.running_tasks.start_task(self.offer_folders(event))
        return not event.get("text")

    async def offer_folders(self, event: Json) -> None:
        """Asks an administrator for the folder of each file they sent; tells others whom to ask."""
        user, root = event["user"], self.upload_folder.root
        if root is None:
            return
        texts = await self.users.get_user_texts(user)
        if not await self.admin_gate.admins.is_admin(user):
            refusal = await self.admin_gate.admins.explain_refusal(texts.filing_refused, texts)
            await self._post_reply(event, refusal, ())
            return
        known = await asyncio.to_thread(list_upload_folders, root)
        for file in (event.get("files") or [])[:_MAX_FILES]:
            name = sanitize_file_name(str(file.get("name") or ""))
            asked = texts.filing_asked.format(name=escape_label(name))
            await self._post_reply(
                event, asked, [build_section_block(asked), build_folder_menu(str(file["id"]), known, texts)]
            )

    async def store_uploaded_file(self, body: Json, action: Json) -> None:
        """Stores a file in the chosen folder, if an administrator chose, and says what happened."""
        user = body["user"]["id"]
        texts = await self.users.get_user_texts(user)
        try:
            async with self.admin_gate.guard_admin_action(user, "file", texts.filing_refused, texts) as act:
                sentence = act.refusal or await self._store_in_chosen_folder(act, user, action, texts)
        except IndexUnavailable:
            sentence = texts.index_away
        channel, ts, blocks = body["channel"]["id"], body["message"]["ts"], [build_section_block(sentence)]
        await self.client.chat_update(channel=channel, ts=ts, text=sentence, blocks=blocks)

    async def _store_in_chosen_folder(self, act: AdminAction, user: str, action: Json, texts: InterfaceTexts) -> str:
        root, act.outcome, folder, name = self.upload_folder.root, "failed", "", ""
        if root is None:
            return texts.filing_failed
        try:
            file_info = (await self.client.files_info(file=action["block_id"])).get("file") or {}
            known = await asyncio.to_thread(list_upload_folders, root)
            chosen = [one for one in known if _folder_key(one) == action["selected_option"]["value"]]
            name = sanitize_file_name(str(file_info.get("name") or ""))
            if not chosen or not name or file_info.get("user") != user:
                return texts.filing_failed
            folder = chosen[0]
            await self._download_into_folder(root, folder, name, file_info)
        except UploadTooLarge:
            return texts.filing_too_large.format(mb=self.upload_folder.max_bytes // 1_000_000)
        except FileExistsError:
            return texts.filing_exists.format(name=escape_label(name), folder=_format_folder(folder, texts))
        except (*SLACK_ERRORS, UploadNotFetched, OSError) as error:
            log.warning("file not filed by=%s error=%s", user, get_error_code(error))
            return texts.filing_failed
        path = f"{folder}/{name}" if folder else name
        act.outcome, act.subject = "done", f"document={make_document_id(path)}"
        return texts.filing_done.format(name=escape_label(name), folder=_format_folder(folder, texts))

    async def _download_into_folder(self, root: Path, folder: str, name: str, file_info: Json) -> None:
        if int(file_info.get("size") or 0) > self.upload_folder.max_bytes:
            raise UploadTooLarge
        url = str(file_info.get("url_private_download") or file_info.get("url_private") or "")
        if not is_slack_file_url(url, self.client.base_url):
            raise UploadNotFetched("the file is not at Slack")
        with open_new_file(root, folder, name) as file:
            await self._download_file(url, file)

    async def _download_file(self, url: str, file: IO[bytes]) -> None:
        """Downloads from an address of Slack; it follows no redirect, as that would send the token elsewhere."""
        written, headers = 0, {"Authorization": f"Bearer {self.client.token}"}
        async with (
            aiohttp.ClientSession(timeout=_DOWNLOAD_TIMEOUT) as session,
            session.get(url, headers=headers, allow_redirects=False, proxy=find_proxy(url)) as answer,
        ):
            if answer.status != 200:
                raise UploadNotFetched(f"status {answer.status}")
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                written += len(chunk)
                if written > self.upload_folder.max_bytes:
                    raise UploadTooLarge
                await asyncio.to_thread(file.write, chunk)

    async def _post_reply(self, event: Json, text: str, blocks: list[Block] | tuple[()]) -> None:
        thread = event.get("thread_ts") or event["ts"]
        await post_message(self.client, event["channel"], text, blocks, thread)


def is_slack_file_url(url: str, api: str) -> bool:
    """Whether the token may be sent to an address: Slack's file host, or the host of its Web API."""
    wanted, ours = urlsplit(url), urlsplit(api)
    at = (wanted.scheme, wanted.netloc)
    return at in (_SLACK_FILE_HOST, (ours.scheme, ours.netloc))


def _is_offered(body: Json, action: Json) -> bool:
    """Whether the message of a press offers this choice: another one must not be replaced by what happened."""
    blocks = (body.get("message") or {}).get("blocks") or []
    offered = (block for block in blocks if block.get("block_id") == action.get("block_id"))
    return any(one.get("action_id") == CHOOSE_FOLDER_ACTION for block in offered for one in block.get("elements") or ())


def _folder_key(folder: str) -> str:
    return hashlib.sha256(folder.encode()).hexdigest()[:32]


def _format_folder(folder: str, texts: InterfaceTexts) -> str:
    return f"`{escape_label(folder)}`" if folder else texts.filing_root


def build_folder_menu(file_id: str, known: list[str], texts: InterfaceTexts) -> Block:
    """Builds the menu of folders that a file may be put into."""
    options = [{"text": build_plain_text(one[-75:] or texts.filing_root), "value": _folder_key(one)} for one in known]
    sure = {"title": build_plain_text(texts.filing_title), "text": build_plain_text(texts.filing_sure)}
    confirm = {**sure, "confirm": build_plain_text(texts.filing_yes), "deny": build_plain_text(texts.cancel)}
    choose = {
        "type": "static_select",
        "action_id": CHOOSE_FOLDER_ACTION,
        "placeholder": build_plain_text(texts.filing_title),
    }
    return {**build_actions_block({**choose, "options": options, "confirm": confirm}), "block_id": file_id}
