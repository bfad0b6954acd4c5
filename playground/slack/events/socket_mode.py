"""The app's WebSockets: tickets, hello, envelopes, acks and disconnect frames."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from aiohttp import WSMsgType, web

from playground.slack.rules.limits import SOCKETS
from playground.slack.state import sample_company
from playground.slack.web_api.json_values import JsonObject, as_object, as_text

DisconnectReason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


@dataclass(slots=True, eq=False)
class Socket:
    """One connection of the app. A leaving one gets no more envelopes, a silent one gets nothing."""

    number: int
    connection: web.WebSocketResponse
    transport: asyncio.Transport | None
    leaving: bool = False
    silent: bool = False
    sent: int = 0


class SocketPool:
    """All connections of the app. `on_ack` is called for each ack, `on_change` when one opens or closes.

    While `admission` is cleared, a connection waits to be opened.
    """

    def __init__(self, on_ack: Callable[[str, JsonObject | None], None], on_change: Callable[[], None]) -> None:
        self.on_ack = on_ack
        self.on_change = on_change
        self.open: list[Socket] = []
        self.opened = 0
        self.admission = asyncio.Event()
        self.admission.set()
        self._tickets: set[str] = set()

    def issue_ticket(self) -> str:
        """Issue a ticket for one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="This socket address is unknown or was used; ask for another.")
        self._tickets.discard(ticket)
        await self.admission.wait()
        connection = web.WebSocketResponse(autoping=False)
        await connection.prepare(request)
        if len([socket for socket in self.open if not socket.leaving]) >= SOCKETS:
            await connection.send_json(_disconnect("too_many_websockets"))
            await connection.close()
            return connection
        self.opened += 1
        socket = Socket(self.opened, connection, request.transport)
        await connection.send_json(_hello(len(self.open) + 1, request.host))
        await self._serve(socket)
        return connection

    async def _serve(self, socket: Socket) -> None:
        self.open.append(socket)
        self.on_change()
        try:
            async for frame in socket.connection:
                if frame.type is WSMsgType.TEXT:
                    self._read(frame.data)
                elif frame.type is WSMsgType.PING and not socket.silent:
                    await socket.connection.pong(frame.data)
        finally:
            self.open.remove(socket)
            self.on_change()

    def _read(self, data: str) -> None:
        try:
            frame = as_object(json.loads(data))
        except ValueError:
            return  # as Slack does with what it cannot read
        if envelope_id := as_text(frame.get("envelope_id")):
            payload = frame.get("payload")
            self.on_ack(envelope_id, payload if isinstance(payload, dict) else None)

    async def send_envelope(self, envelope: JsonObject) -> Socket | None:
        """Send an envelope to the connection that got the fewest; None if no connection is open."""
        ready = [socket for socket in self.open if not (socket.leaving or socket.silent or socket.connection.closed)]
        if not ready:
            return None
        socket = min(ready, key=lambda candidate: (candidate.sent, candidate.number))
        socket.sent += 1
        try:
            await socket.connection.send_json(envelope)
        except ConnectionError:
            return None
        return socket

    async def disconnect_sockets(
        self, reason: DisconnectReason = "refresh_requested", *, only_first: bool = False
    ) -> int:
        """Ask connections to reconnect, as Slack does; return how many were asked."""
        leaving = self.open[:1] if only_first else list(self.open)
        for socket in leaving:
            socket.leaving = reason != "warning"
            await socket.connection.send_json(_disconnect(reason))
        return len(leaving)

    async def send_frame(self, text: str) -> None:
        """Send every connection a frame, whatever it says."""
        for socket in list(self.open):
            await socket.connection.send_str(text)

    def silence_sockets(self) -> None:
        """Keep the open connections open but silent, as a network does that loses every packet."""
        for socket in self.open:
            socket.silent = True

    def drop_sockets(self) -> int:
        """Cut every connection without a close frame; return how many were cut."""
        cut = list(self.open)
        for socket in cut:
            socket.leaving = True
            if socket.transport:
                socket.transport.abort()
        return len(cut)

    async def close(self) -> None:
        """Close every connection, for the end of the server."""
        await asyncio.gather(*(socket.connection.close(code=1001) for socket in list(self.open)))


def _hello(connections: int, host: str) -> JsonObject:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": sample_company.APP_ID},
        "debug_info": {
            "host": host,
            "started": time.strftime("%Y-%m-%d %H:%M:%S.000"),
            "build_number": 54,
            "approximate_connection_time": 3600,
        },
    }


def _disconnect(reason: DisconnectReason) -> JsonObject:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
