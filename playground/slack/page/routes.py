"""The routes of the page: state, messages, actions. documents_folder.py and live_updates.py have the others."""

import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web
from aiohttp.typedefs import Handler, Middleware

from playground.slack.page.json_views import build_page_state, message_for_page
from playground.slack.people.block_actions import BlockActions
from playground.slack.people.user_actions import UserActions
from playground.slack.rules.errors import UserActionError
from playground.slack.rules.message_content import IMAGE_TYPES
from playground.slack.state.records import Channel, Message, User, View
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.json_values import JsonObject, as_object, as_text
from playground.slack.web_api.rendering import view_json

STATIC = Path(__file__).parent / "static"
PAGE_TOKEN_HEADER = "X-Playground-Token"  # noqa: S105 (a header's name)
_TOKEN_PLACE = '<meta name="playground-token" content="'  # noqa: S105 (where the page reads its token)
_LARGEST_SHARED = 50_000_000
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self' ws:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Act: TypeAlias = Callable[[User, JsonObject], Awaitable[JsonObject]]


_OWN_SITE = ("same-origin", "none")  # "none": typed, a bookmark, or a link from another program


@web.middleware
async def require_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests of other sites: a foreign Host (DNS rebinding), a foreign Origin, or what the browser says."""
    origin = request.headers.get("Origin")
    if _hostname(request.host) not in _LOOPBACK:
        raise web.HTTPForbidden(text="This local Slack answers to 127.0.0.1 and localhost only.")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="This local Slack takes requests from its own page only.")
    if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITE:
        raise web.HTTPForbidden(text="This local Slack takes requests from its own page only.")
    return await handler(request)


def require_page_token(token: str) -> Middleware:
    """Build the check that requests below /playground/ have the page's token, which only the page itself was told."""

    @web.middleware
    async def check_token(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get(PAGE_TOKEN_HEADER) or request.query.get("token", "")  # a WebSocket has no headers
        if request.path.startswith("/playground/") and not secrets.compare_digest(given.encode(), token.encode()):
            raise web.HTTPForbidden(text="The page is from an earlier start of the playground; load it again.")
        return await handler(request)

    return check_token


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


class PageRoutes:
    """Serves the page and carries out the actions of its person."""

    def __init__(
        self,
        workspace: Workspace,
        user_actions: UserActions,
        block_actions: BlockActions,
        connected: Callable[[], bool],
        version: str,
        token: str,
    ) -> None:
        self.workspace = workspace
        self.user_actions = user_actions
        self.block_actions = block_actions
        self.connected = connected
        self.version = version
        self.token = token

    def routes(self) -> list[web.AbstractRouteDef]:
        """The page's routes."""
        posts = {
            "post": self._post,
            "edit": self._edit,
            "delete": self._delete,
            "action": self._action,
            "shortcut": self._shortcut,
            "stop": self._stop,
            "view_submit": self._submit,
            "view_close": self._close,
            "open_home": self._open_home,
        }
        return [
            web.get("/", self.index),
            web.get("/archives/{channel}/{message}", self.archive),
            web.get("/static/{path:.+}", self.static),
            web.get("/playground/state", self.state),
            web.get("/playground/messages", self.messages),
            web.get("/playground/home", self.home),
            web.get("/playground/pictures/{id}", self.picture),
            web.post("/playground/share", self.share),
            *(web.post(f"/playground/{name}", self._acting(act)) for name, act in posts.items()),
        ]

    async def index(self, request: web.Request) -> web.StreamResponse:
        """Return the page, with the token that its requests need."""
        del request
        page = (STATIC / "index.html").read_text(encoding="utf-8").replace(_TOKEN_PLACE, _TOKEN_PLACE + self.token)
        return web.Response(text=page, content_type="text/html", headers=_PAGE_HEADERS)

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Return a script, a style or an image of the page."""
        return _static_file(request.match_info["path"])

    async def archive(self, request: web.Request) -> web.StreamResponse:
        """A permalink opens the page."""
        del request
        raise web.HTTPFound("/")

    async def state(self, request: web.Request) -> web.Response:
        """Team, people, channels, commands, shortcuts."""
        del request
        manifest = self.user_actions.manifest
        return web.json_response(build_page_state(self.workspace, manifest, self.connected(), self.version))

    async def messages(self, request: web.Request) -> web.Response:
        """A channel's top-level messages, or a thread."""
        user, channel = self._place(request.query.get("as", ""), request.query.get("channel", ""))
        thread_ts = request.query.get("thread_ts")
        seen = [m for m in self.workspace.every_message() if m.channel == channel.id]
        seen = [m for m in seen if m.ephemeral_to in (None, user.id)]
        if thread_ts:
            seen = [m for m in seen if thread_ts in (m.ts, m.thread_ts)]
        else:
            seen = [m for m in seen if not m.is_reply]
        return web.json_response({"messages": [message_for_page(m, self.workspace) for m in seen]})

    async def home(self, request: web.Request) -> web.Response:
        """The home tab that the app published for a person."""
        try:
            user = self.user_actions.user(request.query.get("as", ""))
        except UserActionError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        view = self.workspace.home(user.id)
        return web.json_response({"view": view_json(view, self.workspace) if view else None})

    async def picture(self, request: web.Request) -> web.Response:
        """A shared picture, in which no script can run."""
        file = self.workspace.files.get(request.match_info["id"])
        if file is None or file.mimetype not in IMAGE_TYPES:
            raise web.HTTPNotFound(text="There is no such picture.")
        return web.Response(body=file.content, content_type=file.mimetype, headers=_PAGE_HEADERS)

    async def share(self, request: web.Request) -> web.Response:
        """Post files, each as a message."""
        user, channel = self._place(request.query.get("as", ""), request.query.get("channel", ""))
        if not request.content_type.startswith("multipart/"):
            return web.json_response({"ok": False, "error": "Send files as multipart/form-data."}, status=400)
        sent = []
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file" and part.filename:
                content = await _read_upload(part)
                if content is None:
                    return web.json_response({"ok": False, "error": f"{part.filename} is too large to be sent here."})
                sent.append(self.user_actions.share_file(user, channel, "", part.filename, content).ts)
        return web.json_response({"ok": bool(sent), "ts": sent})

    def _place(self, user: str, channel: str) -> tuple[User, Channel]:
        try:
            person = self.user_actions.user(user)
            return person, self.user_actions.channel(person, channel)
        except UserActionError as error:
            raise web.HTTPBadRequest(text=str(error)) from error

    def _acting(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                body = as_object(json.loads(await request.text()))
                answer = await act(self.user_actions.user(as_text(body.get("as"))), body)
            except UserActionError as error:
                return web.json_response({"ok": False, "error": str(error)})
            except ValueError:
                return web.json_response({"ok": False, "error": "The page sent something unreadable."}, status=400)
            return web.json_response({"ok": True, **answer})

        return handle

    def _channel(self, user: User, body: JsonObject) -> Channel:
        return self.user_actions.channel(user, as_text(body.get("channel")))

    async def _post(self, user: User, body: JsonObject) -> JsonObject:
        channel, thread_ts = self._channel(user, body), as_text(body.get("thread_ts")) or None
        message = await self.user_actions.send_text(user, channel, as_text(body.get("text")), thread_ts)
        return {"ts": message.ts} if message else {}

    async def _edit(self, user: User, body: JsonObject) -> JsonObject:
        self.user_actions.edit_message(
            user, self._channel(user, body), as_text(body.get("ts")), as_text(body.get("text"))
        )
        return {}

    async def _delete(self, user: User, body: JsonObject) -> JsonObject:
        self.user_actions.delete_message(user, self._channel(user, body), as_text(body.get("ts")))
        return {}

    async def _action(self, user: User, body: JsonObject) -> JsonObject:
        action = as_object(body.get("action"))
        if body.get("view_id"):
            await self.block_actions.press_in_view(user, self._view(user, body), action)
        else:
            channel = self._channel(user, body)
            await self.block_actions.press_in_message(user, channel, self._message(channel, body), action)
        return {}

    async def _shortcut(self, user: User, body: JsonObject) -> JsonObject:
        channel = self._channel(user, body)
        await self.block_actions.choose_shortcut(
            user, channel, self._message(channel, body), as_text(body.get("callback_id"))
        )
        return {}

    async def _stop(self, user: User, body: JsonObject) -> JsonObject:
        self.user_actions.press_stop(user, self._channel(user, body), as_text(body.get("thread_ts")))
        return {}

    def _message(self, channel: Channel, body: JsonObject) -> Message:
        message = self.workspace.message(channel.id, as_text(body.get("ts")))
        if message is None:
            raise UserActionError("That message is not there any more.")
        return message

    def _view(self, user: User, body: JsonObject) -> View:
        view = self.workspace.views.get(as_text(body.get("view_id")))
        if view is None or view.user != user.id:
            raise UserActionError("That window is not open any more.")
        return view

    async def _submit(self, user: User, body: JsonObject) -> JsonObject:
        errors = await self.block_actions.submit_modal(user, self._view(user, body), as_object(body.get("values")))
        return {"ok": False, "errors": errors} if errors else {}

    async def _close(self, user: User, body: JsonObject) -> JsonObject:
        await self.block_actions.close_modal(user, self._view(user, body))
        return {}

    async def _open_home(self, user: User, body: JsonObject) -> JsonObject:
        self.user_actions.open_home(user, as_text(body.get("tab")))
        return {}


async def _read_upload(part: BodyPartReader) -> bytes | None:
    """A file's content; None where it is larger than the local Slack keeps in memory."""
    content = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        content += chunk
        if len(content) > _LARGEST_SHARED:
            return None
    return bytes(content)


def _static_file(path: str) -> web.FileResponse:
    wanted = (STATIC / path).resolve()
    if not wanted.is_relative_to(STATIC.resolve()) or not wanted.is_file():
        raise web.HTTPNotFound(text="The playground has no such file.")
    return web.FileResponse(wanted, headers=_PAGE_HEADERS)
