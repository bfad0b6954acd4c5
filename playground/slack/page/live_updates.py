"""The page's WebSockets: sends each open page the changes that its person may see."""

import asyncio
import json
from collections import deque

from aiohttp import web

from playground.slack.page.documents_folder import DocumentsFolder
from playground.slack.page.json_views import build_update_frames
from playground.slack.people.user_actions import UserActions
from playground.slack.rules.errors import UserActionError
from playground.slack.state.changes import Change
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.json_values import JsonObject

_CLIENT_GONE = 499  # nobody reads it


class _OpenPage:
    """One open page; frames wait here until its socket takes them."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.frames: deque[JsonObject] = deque()
        self.more = asyncio.Event()

    def queue_frames(self, frames: list[JsonObject]) -> None:
        if frames:
            self.frames.extend(frames)
            self.more.set()

    async def send_to(self, connection: web.WebSocketResponse) -> None:
        """Send what waits, in order, until the connection closes."""
        while not connection.closed:
            await self.more.wait()
            self.more.clear()
            while self.frames:
                await connection.send_str(json.dumps(self.frames.popleft(), ensure_ascii=False))


class LiveUpdates:
    """All open pages. The folder is read every `poll` seconds while a page is open."""

    def __init__(
        self, workspace: Workspace, user_actions: UserActions, folder: DocumentsFolder | None, poll: float
    ) -> None:
        self.workspace = workspace
        self.user_actions = user_actions
        self.folder = folder
        self.poll = poll
        self._watchers: dict[_OpenPage, web.WebSocketResponse] = {}
        self._polling: asyncio.Task[None] | None = None
        workspace.listeners.append(self._hear)

    def _hear(self, change: Change) -> None:
        for watcher in self._watchers:
            watcher.queue_frames(build_update_frames(change, watcher.user, self.workspace))

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one page until it closes."""
        try:
            user = self.user_actions.user(request.query.get("as", ""))
        except UserActionError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        await self._start_polling()
        connection = web.WebSocketResponse(heartbeat=20)
        try:
            await connection.prepare(request)
        except ConnectionResetError:  # the page was closed or loaded anew while this waited
            return web.Response(status=_CLIENT_GONE)
        await self._serve(_OpenPage(user.id), connection)
        return connection

    async def _serve(self, watcher: _OpenPage, connection: web.WebSocketResponse) -> None:
        self._watchers[watcher] = connection
        self._tell_of_work(watcher)
        sending = asyncio.create_task(watcher.send_to(connection))
        try:
            async for _ in connection:
                pass  # the page only listens
        finally:
            del self._watchers[watcher]
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _tell_of_work(self, watcher: _OpenPage) -> None:
        """Send a new page the work that the app began before."""
        going_on: list[Change] = [*self.workspace.statuses.values()]
        going_on += (one for one in self.workspace.sessions.values() if one.status == "processing")
        for change in going_on:
            watcher.queue_frames(build_update_frames(change, watcher.user, self.workspace))

    async def _start_polling(self) -> None:
        if self.folder is None or (self._polling and not self._polling.done()):
            return
        # Looked at before the page is connected, so that no later change goes unseen.
        seen = await self.folder.fingerprint()
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll(self.folder, seen))

    async def _poll(self, folder: DocumentsFolder, seen: int) -> None:
        await asyncio.sleep(self.poll)
        while self._watchers:
            found = await folder.fingerprint()
            if found != seen:
                seen = found
                self.folder_changed()
            await asyncio.sleep(self.poll)

    def folder_changed(self) -> None:
        """Ask every page to fetch the folder anew."""
        for watcher in self._watchers:
            watcher.queue_frames([{"type": "folder"}])

    async def close(self) -> None:
        """Close every page's socket, for the end of the server."""
        if self._polling:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
        await asyncio.gather(*(connection.close(code=1001) for connection in tuple(self._watchers.values())))
