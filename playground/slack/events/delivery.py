"""Send events, commands and interactions to the app in envelopes; wait for acks and send events again."""

import asyncio
import itertools
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from playground.slack.events.change_events import AppEvent
from playground.slack.events.socket_mode import SocketPool
from playground.slack.state import sample_company
from playground.slack.web_api.json_values import JsonObject

log = logging.getLogger(__name__)

_REMEMBERED = 5_000


class NotDelivered(Exception):
    """The app did not acknowledge a command or an interaction; the message is Slack's code."""


@dataclass(slots=True)
class SentEnvelope:
    """One envelope as it was sent, for tests; `socket` is None where no socket was open.

    `at` and `acked_at` are in seconds of the monotonic clock.
    """

    kind: str
    payload: JsonObject
    attempt: int = 0
    reason: str = ""
    socket: int | None = None
    acked: bool = False
    late: bool = False
    at: float = 0.0
    acked_at: float = 0.0


@dataclass(slots=True)
class _Waiting:
    sent: SentEnvelope
    answer: asyncio.Future[JsonObject | None]


@dataclass(slots=True)
class DeliveryFaults:
    """Faults that tests ask for: events to send twice, acks to lose."""

    events_twice: int = 0
    acks_lost: int = 0


@dataclass(slots=True)
class EnvelopeDelivery:
    """Sends envelopes through the sockets. Times are in seconds.

    An event that is not acked within `ack_limit` goes out again after each of `retry_delays`, with its retry number.
    """

    team_id: str
    bot_user_id: str
    ack_limit: float
    retry_delays: tuple[float, ...]
    on_progress: Callable[[], None]
    enterprise_id: str | None = None
    losses: DeliveryFaults = field(default_factory=DeliveryFaults)
    sent: deque[SentEnvelope] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    sockets: SocketPool | None = None
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _tasks: set[asyncio.Task[object]] = field(default_factory=set)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def deliver_event(self, event: AppEvent) -> None:
        """Deliver an event in the background until it is acknowledged or given up."""
        payload = self._payload(event)
        self._run(self._deliver(payload))
        if self.losses.events_twice > 0:
            self.losses.events_twice -= 1
            self._run(self._attempt(payload, 1, "timeout"))

    def _run(self, work: Coroutine[object, object, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _payload(self, event: AppEvent) -> JsonObject:
        authorization: JsonObject = {
            "enterprise_id": self.enterprise_id,
            "team_id": self.team_id,
            "user_id": self.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "playground",
            "team_id": self.team_id,
            "context_team_id": self.team_id,
            "context_enterprise_id": self.enterprise_id,
            "api_app_id": sample_company.APP_ID,
            "event": event.body,
            "type": "event_callback",
            "event_id": f"Ev{next(self._numbers):08d}",
            "event_time": int(time.time()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{secrets.token_hex(8)}",
        }

    async def _deliver(self, payload: JsonObject) -> None:
        reason = ""
        for attempt, delay in enumerate((0.0, *self.retry_delays)):
            if attempt:
                await asyncio.sleep(delay)
            if await self._attempt(payload, attempt, reason):
                return
            reason = "timeout"
        log.warning("event given up event_id=%s attempts=%d", payload["event_id"], len(self.retry_delays) + 1)

    async def _attempt(self, payload: JsonObject, attempt: int, reason: str) -> bool:
        sent = SentEnvelope("events_api", payload, attempt, reason)
        extra: JsonObject = {
            "accepts_response_payload": False,
            "retry_attempt": attempt,
            "retry_reason": reason,
        }
        try:
            await self._send(sent, extra)
        except NotDelivered:
            return False
        return True

    async def request_ack(self, kind: str, payload: JsonObject) -> JsonObject | None:
        """Deliver a command (`slash_commands`) or an interaction (`interactive`) once; return the ack's payload.

        Raises:
            NotDelivered: no socket was open, or the ack did not come in time. A later ack is dropped.
        """
        return await self._send(SentEnvelope(kind, payload), {"accepts_response_payload": True})

    async def _send(self, sent: SentEnvelope, extra: JsonObject) -> JsonObject | None:
        envelope_id = secrets.token_hex(16)
        waiting = _Waiting(sent, asyncio.get_running_loop().create_future())
        self._waiting[envelope_id] = waiting
        self.sent.append(sent)
        envelope: JsonObject = {
            "envelope_id": envelope_id,
            "type": sent.kind,
            "payload": sent.payload,
            **extra,
        }
        sent.at = time.monotonic()
        socket = await self.sockets.send_envelope(envelope) if self.sockets else None
        sent.socket = socket.number if socket else None
        self.on_progress()
        if socket is None:
            del self._waiting[envelope_id]
            raise NotDelivered("dispatch_failed")
        try:
            return await asyncio.wait_for(waiting.answer, self.ack_limit)
        except TimeoutError:
            raise NotDelivered("operation_timeout") from None

    def accept_ack(self, envelope_id: str, payload: JsonObject | None) -> None:
        """Accept an ack; a late or second one changes nothing."""
        waiting = self._waiting.get(envelope_id)
        if waiting is None:
            return
        if self.losses.acks_lost > 0:
            self.losses.acks_lost -= 1
            return
        del self._waiting[envelope_id]
        if waiting.answer.done():
            waiting.sent.late = True
        else:
            waiting.sent.acked = True
            waiting.sent.acked_at = time.monotonic()
            waiting.answer.set_result(payload)
        self.on_progress()

    async def close(self) -> None:
        """Cancel all deliveries when the server ends."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
