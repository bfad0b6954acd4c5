"""Build the local Slack from its parts and serve it, for the demo and for tests."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from aiohttp import web

from playground.slack.events.change_events import AppEvent, build_events
from playground.slack.events.delivery import EnvelopeDelivery, SentEnvelope
from playground.slack.events.response_urls import ResponseUrls
from playground.slack.events.socket_mode import SocketPool
from playground.slack.page.documents_folder import DocumentsFolder, FolderRoutes
from playground.slack.page.live_updates import LiveUpdates
from playground.slack.page.routes import PAGE_TOKEN_HEADER, PageRoutes, require_loopback, require_page_token
from playground.slack.people.block_actions import BlockActions
from playground.slack.people.simulated_user import SimulatedUser
from playground.slack.people.user_actions import UserActions
from playground.slack.rules.faults import SlackFaults
from playground.slack.rules.manifest import read_manifest
from playground.slack.rules.rates import CallRates
from playground.slack.state import sample_company
from playground.slack.state.changes import BotConnected, Change, ChangeNotifier
from playground.slack.state.records import Message, View
from playground.slack.state.settings import PlaygroundSlack
from playground.slack.state.streams import OpenStreams
from playground.slack.state.trigger_ids import TriggerIds
from playground.slack.state.workspace import build_workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods import Method, Methods
from playground.slack.web_api.methods_agent import AgentMethods, FunctionMethods
from playground.slack.web_api.methods_chat import ChatMethods
from playground.slack.web_api.methods_conversations import ConversationMethods, PinMethods
from playground.slack.web_api.methods_files import FileMethods
from playground.slack.web_api.methods_streams import StreamMethods
from playground.slack.web_api.methods_views import ViewMethods
from playground.slack.web_api.methods_workspace import PeopleMethods, WorkspaceMethods
from playground.slack.web_api.server import OPEN_CONNECTION, ApiCall, Tokens, WebApi

T = TypeVar("T")
LIMIT_S = 30.0  # what waits longer waits in vain, on a busy machine too


class LocalSlack:
    """One local Slack with all its parts. `url` holds once it is served."""

    def __init__(self, settings: PlaygroundSlack) -> None:
        self.settings = settings
        self.bot_token = settings.bot_token
        self.app_token = settings.app_token
        self.url = f"http://{settings.host}:{settings.port}"
        self.manifest = read_manifest(settings.manifest)
        self.workspace = build_workspace(settings.company, settings.grid)
        self._notifier = ChangeNotifier()
        self._connected = False
        self._build_delivery()
        self._build_methods()
        self._build_page()
        self.workspace.listeners.append(self._hear)

    def _build_delivery(self) -> None:
        settings = self.settings
        self.delivery = EnvelopeDelivery(
            self.workspace.team_id,
            self.workspace.bot.id,
            settings.ack_limit,
            settings.retry_delays,
            self._notifier.notify_waiters,
            self.workspace.enterprise_id,
        )
        self.sockets = SocketPool(self.delivery.accept_ack, self._sockets_changed)
        self.delivery.sockets = self.sockets
        self.faults = SlackFaults(self.sockets, self.delivery)

    def _build_methods(self) -> None:
        workspace, settings = self.workspace, self.settings
        self.streams = OpenStreams(settings.stream_life)
        self.triggers = TriggerIds(settings.trigger_life)
        self.chat = ChatMethods(workspace, self.streams, time.monotonic, self._origin, unfurls=settings.unfurls)
        self.functions = FunctionMethods()
        self.files = FileMethods(workspace, self._origin)
        self.view_methods = ViewMethods(workspace, self.triggers, time.monotonic)
        methods: Methods = {
            **self.chat.methods(),
            **self.view_methods.methods(),
            **StreamMethods(workspace, self.streams, self.manifest, time.monotonic).methods(),
            **ConversationMethods(workspace).methods(),
            **PeopleMethods(workspace, self._origin).methods(),
            **AgentMethods(workspace, settings.status_life, self.manifest).methods(),
            **self.files.methods(),
            **self.functions.methods(),
            **PinMethods(workspace, self._origin).methods(),
            **WorkspaceMethods(workspace).methods(),
            OPEN_CONNECTION: Method(self._open_connection),
        }
        self.api = WebApi(
            methods,
            Tokens(self.bot_token, self.app_token),
            self.manifest.scopes,
            CallRates(settings.rate_factor),
            self.faults,
            time.monotonic,
            self._notifier.notify_waiters,
        )

    def _build_page(self) -> None:
        settings, workspace = self.settings, self.workspace
        self.responses = ResponseUrls(workspace, self.chat, time.monotonic, self._origin)
        self.user_actions = UserActions(
            workspace,
            self.delivery,
            self.responses,
            self.triggers,
            self.streams,
            self.manifest,
            time.monotonic,
            self._origin,
        )
        self.block_actions = BlockActions(
            workspace,
            self.delivery,
            self.responses,
            self.triggers,
            self.view_methods,
            self.manifest,
            time.monotonic,
        )
        documents = settings.documents
        self.folder = DocumentsFolder(documents, settings.ledger, settings.upload_limit) if documents else None
        self.live_updates = LiveUpdates(workspace, self.user_actions, self.folder, settings.folder_poll)
        self.page = PageRoutes(
            workspace,
            self.user_actions,
            self.block_actions,
            lambda: self._connected,
            settings.version,
            settings.page_token,
        )

    def _origin(self) -> str:
        return self.url

    def _open_connection(self, arguments: Arguments) -> JsonObject:
        del arguments
        address = self.url.replace("http://", "ws://", 1)
        return {
            "ok": True,
            "url": f"{address}/link/?ticket={self.sockets.issue_ticket()}&app_id={sample_company.APP_ID}",
        }

    def _hear(self, change: Change) -> None:
        for event in build_events(change, self.workspace):
            if self.manifest.hears(event.subscription):
                self.delivery.deliver_event(event)
        self._notifier.notify_waiters()

    def _sockets_changed(self) -> None:
        if self._connected != bool(self.sockets.open):
            self._connected = bool(self.sockets.open)
            self.workspace.notify_listeners(BotConnected(self._connected))
        self._notifier.notify_waiters()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return every route of this Slack."""
        return [
            web.route("*", "/api/{method}", self.api.handle),
            web.get("/link/", self.sockets.connect),
            web.post("/response/{name}", self.responses.handle_post),
            web.get("/files-pri/{id}/{name}", self._shared_file),
            web.post("/upload/v1/{ticket}", self.files.receive),
            web.get("/playground/events", self.live_updates.connect),
            *self.page.routes(),
            *FolderRoutes(self.folder, self.live_updates.folder_changed).routes(),
        ]

    async def _shared_file(self, request: web.Request) -> web.Response:
        file = self.workspace.files.get(request.match_info["id"])
        if file is None or request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            raise web.HTTPNotFound(text="There is no such file, or the token does not open it.")
        return web.Response(body=file.content, content_type=file.mimetype)

    async def close(self, app: web.Application | None = None) -> None:
        """End all running work."""
        del app
        await self.delivery.close()
        await self.live_updates.close()
        await self.sockets.close()

    # For tests and the demo's starter

    @property
    def api_url(self) -> str:
        """The base address for an app's client (`SLACK_API_URL`)."""
        return f"{self.url}/api/"

    @property
    def page_headers(self) -> dict[str, str]:
        """The headers with which a test calls the page's routes."""
        return {PAGE_TOKEN_HEADER: self.settings.page_token}

    @property
    def calls(self) -> list[ApiCall]:
        """The Web API calls so far, oldest first."""
        return list(self.api.calls)

    @property
    def sent(self) -> list[SentEnvelope]:
        """The envelopes so far, oldest first."""
        return list(self.delivery.sent)

    @property
    def messages(self) -> list[Message]:
        """All messages, ephemeral ones included, oldest first."""
        return list(self.workspace.every_message())

    @property
    def views(self) -> list[View]:
        """The open modals and the published home tabs."""
        return list(self.workspace.views.values())

    def person(self, name: str) -> SimulatedUser:
        """Return a member of the workspace for a test to act as."""
        return SimulatedUser(name, self.user_actions, self.block_actions)

    def run_step(self, callback_id: str, inputs: JsonObject) -> str:
        """Run a step of the app, as a workflow does; gives the execution's id."""
        execution = self.functions.begin_execution(callback_id)
        about: JsonObject = {"id": "Fn0001", "callback_id": callback_id, "type": "app", "app_id": sample_company.APP_ID}
        body: JsonObject = {
            "type": "function_executed",
            "function": about,
            "inputs": inputs,
            "function_execution_id": execution,
            "workflow_execution_id": f"Wx{execution.removeprefix('Fx')}",
            "event_ts": self.workspace.next_ts(),
            "bot_access_token": self.bot_token,
        }
        self.delivery.deliver_event(AppEvent("function_executed", body))
        return execution

    async def wait_for(self, wanted: Callable[[Message], bool], timeout: float = LIMIT_S) -> Message:  # noqa: ASYNC109 (a test's limit)
        """Wait for a message for which `wanted` is true, `timeout` seconds at most."""
        return await self.wait_until(
            lambda: next((m for m in reversed(self.messages) if wanted(m)), None), timeout, "a message"
        )

    async def wait_until(
        self,
        look: Callable[[], T | None],
        timeout: float = LIMIT_S,  # noqa: ASYNC109 (a test's limit)
        what: str = "a condition",
    ) -> T:
        """Wait until `look` returns something, `timeout` seconds at most."""
        return await self._notifier.wait_for(look, timeout, what)

    async def wait_connected(self, sockets: int = 1, timeout: float = LIMIT_S) -> None:  # noqa: ASYNC109 (the same)
        """Wait until the app has so many open sockets."""
        await self.wait_until(lambda: len(self.sockets.open) >= sockets, timeout, f"{sockets} sockets of the app")


SLACK = web.AppKey("slack", LocalSlack)


def build_slack_app(settings: PlaygroundSlack) -> web.Application:
    """Build the web application; its LocalSlack is under the key SLACK."""
    slack = LocalSlack(settings)
    app = web.Application(
        middlewares=[require_loopback, require_page_token(settings.page_token)], client_max_size=4_000_000
    )
    app[SLACK] = slack
    app.add_routes(slack.routes())
    app.on_shutdown.append(slack.close)
    return app


@asynccontextmanager
async def serve_slack(
    settings: PlaygroundSlack | None = None, *, port: int | None = None, **changes: object
) -> AsyncIterator[LocalSlack]:
    """Serve a local Slack for as long as the block lasts; port 0 takes a free one."""
    chosen = settings or PlaygroundSlack()
    if port is not None:
        changes["port"] = port
    app = build_slack_app(replace(chosen, **changes))  # type: ignore[arg-type] # the dataclass checks the names itself
    runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, app[SLACK].settings.host, app[SLACK].settings.port)
    try:
        await site.start()
        host, bound = runner.addresses[0][:2]
        app[SLACK].url = f"http://[{host}]:{bound}" if ":" in host else f"http://{host}:{bound}"
        yield app[SLACK]
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
