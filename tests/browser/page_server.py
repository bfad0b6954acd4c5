"""A fake server with the routes of the playground's page, under a strict policy of content, and the page on it."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web
from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Locator, Page


STATIC = Path(__file__).parents[2] / "playground" / "slack" / "page" / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws:;"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
MEMBER, ADMIN, STRANGER, BOT = "UMEMBER", "UADMIN", "USTRANGER", "UBOT"
Json: TypeAlias = dict[str, object]


def person(user: str, name: str, *, admin: bool = False, bot: bool = False) -> Json:
    names = {"id": user, "name": name.lower(), "real_name": name, "locale": "fr-FR", "title": ""}
    return {**names, "is_admin": admin, "is_bot": bot, "is_guest": False}


def channel(place: str, name: str, kind: str, *members: str) -> Json:
    return {"id": place, "name": name, "kind": kind, "members": [*members, BOT], "topic": "A topic"}


def message(ts: str, text: str, *, user: str = ADMIN, place: str = "CGEN", **more: object) -> Json:
    plain = {"markdown": False, "edited": False, "ephemeral": False, "streaming": False}
    counts = {"reply_count": 0, "reply_users": []}
    names = {"user": user, "username": user, "is_bot": user == BOT}
    return {"ts": ts, "channel": place, "text": text, **names, **plain, **counts, **more}


def document(path: str, state: str, **more: object) -> Json:
    facts = {"pages": 2, "passages": 3, "reason": None, "title": None}
    return {"path": path, "size": 1200, "modified": "2025-01-01T00:00:00Z", "state": state, **facts, **more}


@dataclass
class PageServer:
    """What the fake serves and what it was asked; tests change the first and read the second."""

    messages: list[Json] = field(default_factory=list)
    folder: list[Json] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    guests: set[str] = field(default_factory=lambda: {STRANGER})
    connected: bool = True
    away: bool = False
    started_anew: bool = False  # since the page was loaded: its token is another start's
    errors: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, Json]] = field(default_factory=list)
    sockets: dict[str, list[web.WebSocketResponse]] = field(default_factory=dict)
    url: str = ""

    def forget(self) -> None:
        """Back to the beginning, for the next test."""
        for kept in (self.messages, self.folder, self.removed, self.errors, self.asked, self.sockets):
            kept.clear()
        self.connected, self.away, self.started_anew = True, False, False
        self.guests = {STRANGER}

    def bodies(self, route: str) -> list[Json]:
        return [body for name, body in self.asked if name == route]

    async def sent(self, route: str) -> list[Json]:
        """What the page has sent there, once it has sent something."""
        async with asyncio.timeout(5):
            while not self.bodies(route):  # noqa: ASYNC110 (a page sets no event here)
                await asyncio.sleep(0.01)
        return self.bodies(route)

    async def tell(self, user: str = MEMBER, **event: object) -> None:
        for socket in self.sockets.get(user, []):
            await socket.send_json(event)

    async def show(self, shown: Json) -> None:
        self.messages = [m for m in self.messages if m["ts"] != shown["ts"]] + [shown]
        await self.tell(type="message", message=shown)

    async def state(self, request: web.Request) -> web.Response:
        del request
        if self.started_anew:
            raise web.HTTPForbidden
        people = [
            person(MEMBER, "Camille"),
            person(ADMIN, "Nadia", admin=True),
            person(STRANGER, "Zora"),
            person(BOT, "Souffleur", bot=True),
        ]
        people = [{**one, "is_guest": one["id"] in self.guests} for one in people]
        places = [
            channel("CGEN", "general", "public", MEMBER, ADMIN, STRANGER),
            channel("CBOARD", "board", "private", ADMIN),
            channel("DMEMBER", "souffleur", "im", MEMBER),
            channel("DADMIN", "souffleur", "im", ADMIN),
        ]
        ask = {"command": "/ask", "description": "Ask the documents", "usage_hint": "question"}
        about = {"name": "Ask about this", "callback_id": "about"}
        bot = {"user_id": BOT, "name": "souffleur", "connected": self.connected}
        team = {"id": "T1", "name": "Maison"}
        return web.json_response(
            {
                "team": team,
                "bot": bot,
                "users": people,
                "channels": places,
                "commands": [ask],
                "shortcuts": [about],
                "version": "0",
            }
        )

    async def list_messages(self, request: web.Request) -> web.Response:
        place, thread = request.query["channel"], request.query.get("thread_ts")
        here = [m for m in self.messages if m["channel"] == place]
        if thread:
            return web.json_response({"messages": [m for m in here if thread in (m["ts"], m.get("thread_ts"))]})
        return web.json_response({"messages": [m for m in here if not m.get("thread_ts")]})

    async def act(self, request: web.Request) -> web.Response:
        route, body = request.match_info["route"], await request.json()
        self.asked.append((route, body))
        if route == "view_submit" and self.errors:
            return web.json_response({"ok": False, "errors": self.errors})
        if route != "post":
            return web.json_response({"ok": True})
        if body["text"] == "refuse this":
            return web.json_response({"ok": False, "error": "That was refused; try another."})
        if str(body["text"]).startswith("/"):
            return web.json_response({"ok": True})
        ts = f"1700000100.{len(self.asked):06d}"
        await self.show(message(ts, body["text"], user=body["as"], place=body["channel"]))
        return web.json_response({"ok": True, "ts": ts})

    async def home(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"view": None})

    async def list_folder(self, request: web.Request) -> web.Response:
        del request
        places = {"worker": {"alive": True}, "embedding": None, "error": None}
        return web.json_response({"name": "documents", "files": self.folder, "removed": self.removed, **places})

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        names = [part.filename for part in form.getall("file") if isinstance(part, web.FileField)]
        self.folder += [document(name, "waiting") for name in names]
        return web.json_response({"ok": True, "paths": names})

    async def delete(self, request: web.Request) -> web.Response:
        self.folder = [file for file in self.folder if file["path"] != request.query["path"]]
        return web.json_response({"ok": True})

    async def events(self, request: web.Request) -> web.WebSocketResponse:
        if self.away:
            raise web.HTTPServiceUnavailable
        if self.started_anew:
            raise web.HTTPForbidden
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        mine = self.sockets.setdefault(request.query["as"], [])
        mine.append(socket)
        async for _ in socket:
            pass
        mine.remove(socket)
        return socket

    async def static(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / request.match_info["path"], headers={"Cache-Control": "max-age=60"})

    async def index(self, request: web.Request) -> web.FileResponse:
        del request
        self.started_anew = False
        return web.FileResponse(STATIC / "index.html", headers={"Content-Security-Policy": CSP})

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self.index),
                web.get("/static/{path:.+}", self.static),
                web.get("/playground/state", self.state),
                web.get("/playground/messages", self.list_messages),
                web.get("/playground/home", self.home),
                web.get("/playground/events", self.events),
                web.get("/playground/folder", self.list_folder),
                web.post("/playground/folder", self.upload),
                web.post("/playground/folder/delete", self.delete),
                web.post("/playground/{route}", self.act),
            ]
        )
        return app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[PageServer]:
        runner = web.AppRunner(self.app(), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            for socket in [one for many in self.sockets.values() for one in many]:
                await socket.close()
            await runner.cleanup()


def modal(view_id: str = "V1") -> Json:
    """A modal with one field, as the bot might open it."""
    words, send = ({"type": "plain_text", "text": text} for text in ("What was wrong?", "Send"))
    element = {"type": "plain_text_input", "action_id": "words", "multiline": True}
    block = {"type": "input", "block_id": "why", "label": words, "element": element}
    return {"id": view_id, "type": "modal", "title": words, "submit": send, "blocks": [block]}


async def opened(page: Page, server: PageServer, path: str = "/") -> Page:
    """The page, once its first list of messages stands and it hears events."""
    await page.goto(server.url + path)
    await expect(page.get_by_test_id("bot-status")).to_have_attribute("data-connected", re.compile("true|false"))
    await expect(page.locator(".intro, .message").first).to_be_visible()
    return page


def text_of(page: Page, ts: str) -> Locator:
    return page.locator(f'[data-testid="message-list"] [data-ts="{ts}"] [data-testid="message-text"]')
