"""The files.* methods: an app asks for an address, sends a file there, and then shares it."""

import mimetypes
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from aiohttp import web

from playground.slack.rules.errors import SlackError
from playground.slack.rules.message_content import check_blocks
from playground.slack.state.records import Channel, File, Message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_text
from playground.slack.web_api.methods import Method, Methods, joined_channel
from playground.slack.web_api.methods_chat import lasting_parent
from playground.slack.web_api.rendering import file_json

_MOST_ALT_TEXT = 1_000
_MOST_CHANNELS = 100
_LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """An address that was given out, and the file that is to come there."""

    file_id: str
    name: str
    alt_txt: str
    content: bytes | None = None


class FileMethods:
    """Takes files of the app and shares them; `origin` is the address of this Slack."""

    def __init__(self, workspace: Workspace, origin: Callable[[], str]) -> None:
        self.workspace = workspace
        self.origin = origin
        self._uploads: dict[str, Upload] = {}

    def methods(self) -> Methods:
        """By name."""
        return {
            "files.completeUploadExternal": Method(self.complete_upload, ("files",)),
            "files.getUploadURLExternal": Method(self.issue_address, ("filename", "length")),
            "files.info": Method(self.describe, ("file",)),
        }

    def issue_address(self, arguments: Arguments) -> JsonObject:
        """files.getUploadURLExternal."""
        if not arguments.text("length").isdecimal():
            raise SlackError("invalid_arguments", ["must be an integer [json-pointer:/length]"])
        if not int(arguments.text("length")):
            raise SlackError("missing_argument")
        if len(arguments.text("alt_txt")) > _MOST_ALT_TEXT:
            raise SlackError("alt_txt_too_large")
        file_id = f"F{len(self.workspace.files) + len(self._uploads) + 1:04d}"
        ticket = secrets.token_urlsafe(16)
        self._uploads[ticket] = Upload(file_id, arguments.text("filename"), arguments.text("alt_txt"))
        return {"ok": True, "upload_url": f"{self.origin()}/upload/v1/{ticket}", "file_id": file_id}

    async def receive(self, request: web.Request) -> web.Response:
        """Takes a file at an address that was given out; nobody sees it before it is shared."""
        ticket = request.match_info["ticket"]
        upload = self._uploads.get(ticket)
        if upload is None:
            raise web.HTTPNotFound(text="No file is awaited at this address.")
        content = bytearray()
        async for part in request.content.iter_chunked(1 << 16):
            content += part
            if len(content) > _LARGEST:
                raise web.HTTPRequestEntityTooLarge(_LARGEST, len(content))
        self._uploads[ticket] = replace(upload, content=bytes(content))
        return web.Response(text=f"OK - {len(content)}")

    def complete_upload(self, arguments: Arguments) -> JsonObject:
        """files.completeUploadExternal: without a conversation the files stay the app's own."""
        channels = list(self._wanted_channels(arguments))
        thread_ts = arguments.optional("thread_ts")
        for channel in channels if thread_ts else ():
            lasting_parent(self.workspace, channel, thread_ts or "")
        comment = arguments.text("initial_comment")
        blocks = () if comment else check_blocks(arguments.objects("blocks") or [])
        files = [self._finish(one, channels) for one in arguments.objects("files") or []]
        for channel in channels:
            self.workspace.post(
                Message(
                    channel.id,
                    self.workspace.next_ts(),
                    self.workspace.bot.id,
                    comment,
                    thread_ts,
                    bot_id=self.workspace.bot_id,
                    subtype="file_share",
                    blocks=blocks,
                    files=tuple(files),
                )
            )
        return {"ok": True, "files": [{"id": file.id, "title": file.title} for file in files]}

    def _wanted_channels(self, arguments: Arguments) -> Iterator[Channel]:
        names = [arguments.text("channel_id"), *arguments.text("channels").split(",")]
        wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
        if len(wanted) > _MOST_CHANNELS:
            raise SlackError("channels_limit_exceeded")
        for name in wanted:
            yield joined_channel(self.workspace, name)

    def _finish(self, wanted: JsonObject, channels: Sequence[Channel]) -> File:
        """A file that has come, shared in conversations."""
        file_id = as_text(wanted.get("id"))
        ticket = next((key for key, one in self._uploads.items() if one.file_id == file_id), "")
        upload = self._uploads.get(ticket)
        if upload is None or upload.content is None:
            raise SlackError("file_not_found")
        url = f"{self.origin()}/files-pri/{file_id}/{quote(upload.name.rpartition('/')[2])}"
        file = File(
            file_id,
            upload.name,
            mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
            self.workspace.bot.id,
            url,
            upload.content,
            title=as_text(wanted.get("title")) or upload.name,
            alt_txt=upload.alt_txt,
            channels=tuple(channel.id for channel in channels),
        )
        self.workspace.files[file_id] = file
        return file

    def describe(self, arguments: Arguments) -> JsonObject:
        """files.info."""
        file = self.workspace.files.get(arguments.text("file"))
        if file is None:
            raise SlackError("file_not_found")
        return {"ok": True, "file": file_json(file)}
