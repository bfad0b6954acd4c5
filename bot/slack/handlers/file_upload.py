"""Stores files that administrators send in a direct message, in the folder that they choose."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from bot.slack.api.client import SLACK_ERRORS, find_proxy, get_error_code
from bot.slack.events.parse import RecentKeys
from bot.slack.handlers.file_placement import list_upload_folders, open_new_file, sanitize_file_name
from bot.slack.views.block_kit import Block, build_actions_block, build_plain_text, build_section_block
from bot.slack.views.markup import escape_label
from knowledge.core.documents import make_document_id
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.events.parse import Json
    from bot.slack.handlers.file_placement import UploadFolder
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.admins import AdminAction, AdminGate
    from bot.slack.people.users import Users
    from bot.slack.running_tasks import RunningTasks

log = logging.getLogger(__name__)
CHOOSE_FOLDER_ACTION = "file_into"
_MAX_FILES = 5
_CHUNK_BYTES = 1 << 18
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_read=30)
_SLACK_FILE_HOST = ("https", "files.slack.com")


class UploadTooLarge(Exception):
    """The file is larger than allowed."""


class UploadNotFetched(Exception):
    """Slack did not return the file."""


def register(app: AsyncApp, handler: FileUpload, running_tasks: RunningTasks) -> None:
    """Listens for the choice of a folder. The files themselves arrive as messages."""

    async def on_choice(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        running_tasks.start_task(handler.store_uploaded_file(body, action))

    app.action(CHOOSE_FOLDER_ACTION)(on_choice)


class FileUpload:
    """Offers a choice of folders for each file, and stores the file there. Only administrators can."""

    def __init__(
        self,
        client: AsyncWebClient,
        users: Users,
        admin_gate: AdminGate,
        upload_folder: UploadFolder,
        running_tasks: RunningTasks,
    ) -> None:
        self._client = client
        self._users = users
        self._admin_gate = admin_gate
        self._upload_folder = upload_folder
        self._running_tasks = running_tasks
        self._offered = RecentKeys()

    def is_upload_only(self, event: Json) -> bool:
        """Offers folders for the files of a direct message; whether the message holds nothing else."""
        if self._upload_folder.root is None or event.get("subtype") != "file_share" or event.get("bot_id"):
            return False
        if self._offered.add_if_new((event["channel"], event["ts"])):
            self._running_tasks.start_task(self.offer_folders(event))
        return not event.get("text")

    async def offer_folders(self, event: Json) -> None:
        """Asks an administrator for the folder of each file they sent; tells others whom to ask."""
        user, root = event["user"], self._upload_folder.root
        if root is None:
            return
        texts = await self._users.get_user_texts(user)
        if not await self._admin_gate.admins.is_admin(user):
            refusal = await self._admin_gate.admins.explain_refusal(texts.filing_refused, texts)
            await self._post_reply(event, refusal, ())
            return
        known = await asyncio.to_thread(list_upload_folders, root)
        for file in (event.get("files") or [])[:_MAX_FILES]:
            name = sanitize_file_name(str(file.get("name") or ""))
            asked = texts.filing_asked.format(name=escape_label(name))
            await self._post_reply(
                event, asked, [build_section_block(asked), _build_folder_menu(str(file["id"]), known, texts)]
            )

    async def store_uploaded_file(self, body: Json, action: Json) -> None:
        """Stores a file in the chosen folder, if an administrator chose, and says what happened."""
        user = body["user"]["id"]
        texts = await self._users.get_user_texts(user)
        try:
            async with self._admin_gate.guard_admin_action(user, "file", texts.filing_refused, texts) as act:
                sentence = act.refusal or await self._store_in_chosen_folder(act, user, action, texts)
        except IndexUnavailable:
            sentence = texts.index_away
        channel, ts, blocks = body["channel"]["id"], body["message"]["ts"], [build_section_block(sentence)]
        await self._client.chat_update(channel=channel, ts=ts, text=sentence, blocks=blocks)

    async def _store_in_chosen_folder(self, act: AdminAction, user: str, action: Json, texts: InterfaceTexts) -> str:
        root, act.outcome, folder, name = self._upload_folder.root, "failed", "", ""
        if root is None:
            return texts.filing_failed
        try:
            file_info = (await self._client.files_info(file=action["block_id"])).get("file") or {}
            known = await asyncio.to_thread(list_upload_folders, root)
            chosen = [one for one in known if _folder_key(one) == action["selected_option"]["value"]]
            name = sanitize_file_name(str(file_info.get("name") or ""))
            if not chosen or not name or file_info.get("user") != user:
                return texts.filing_failed
            folder = chosen[0]
            await self._download_into_folder(root, folder, name, file_info)
        except UploadTooLarge:
            return texts.filing_too_large.format(mb=self._upload_folder.max_bytes // 1_000_000)
        except FileExistsError:
            return texts.filing_exists.format(name=escape_label(name), folder=_format_folder(folder, texts))
        except (*SLACK_ERRORS, UploadNotFetched, OSError) as error:
            log.warning("file not filed by=%s error=%s", user, get_error_code(error))
            return texts.filing_failed
        path = f"{folder}/{name}" if folder else name
        act.outcome, act.subject = "done", f"document={make_document_id(path)}"
        return texts.filing_done.format(name=escape_label(name), folder=_format_folder(folder, texts))

    async def _download_into_folder(self, root: Path, folder: str, name: str, file_info: Json) -> None:
        if int(file_info.get("size") or 0) > self._upload_folder.max_bytes:
            raise UploadTooLarge
        url = str(file_info.get("url_private_download") or file_info.get("url_private") or "")
        if not is_slack_file_url(url, self._client.base_url):
            raise UploadNotFetched("the file is not at Slack")
        with open_new_file(root, folder, name) as file:
            await self._download_file(url, file)

    async def _download_file(self, url: str, file: IO[bytes]) -> None:
        """Downloads from an address of Slack; it follows no redirect, as that would send the token elsewhere."""
        written, headers = 0, {"Authorization": f"Bearer {self._client.token}"}
        async with (
            aiohttp.ClientSession(timeout=_DOWNLOAD_TIMEOUT) as session,
            session.get(url, headers=headers, allow_redirects=False, proxy=find_proxy(url)) as answer,
        ):
            if answer.status != 200:
                raise UploadNotFetched(f"status {answer.status}")
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                written += len(chunk)
                if written > self._upload_folder.max_bytes:
                    raise UploadTooLarge
                await asyncio.to_thread(file.write, chunk)

    async def _post_reply(self, event: Json, text: str, blocks: list[Block] | tuple[()]) -> None:
        await self._client.chat_postMessage(
            channel=event["channel"],
            thread_ts=event.get("thread_ts") or event["ts"],
            text=text,
            blocks=list(blocks) or None,
            unfurl_links=False,
            unfurl_media=False,
        )


def is_slack_file_url(url: str, api: str) -> bool:
    """Whether the token may be sent to an address: Slack's file host, or the host of its Web API."""
    wanted, ours = urlsplit(url), urlsplit(api)
    at = (wanted.scheme, wanted.netloc)
    return at in (_SLACK_FILE_HOST, (ours.scheme, ours.netloc))


def _folder_key(folder: str) -> str:
    return hashlib.sha256(folder.encode()).hexdigest()[:32]


def _format_folder(folder: str, texts: InterfaceTexts) -> str:
    return f"`{escape_label(folder)}`" if folder else texts.filing_root


def _build_folder_menu(file_id: str, known: list[str], texts: InterfaceTexts) -> Block:
    options = [{"text": build_plain_text(one[-75:] or texts.filing_root), "value": _folder_key(one)} for one in known]
    sure = {"title": build_plain_text(texts.filing_title), "text": build_plain_text(texts.filing_sure)}
    confirm = {**sure, "confirm": build_plain_text(texts.filing_yes), "deny": build_plain_text(texts.cancel)}
    choose = {
        "type": "static_select",
        "action_id": CHOOSE_FOLDER_ACTION,
        "placeholder": build_plain_text(texts.filing_title),
    }
    return {**build_actions_block({**choose, "options": options, "confirm": confirm}), "block_id": file_id}
