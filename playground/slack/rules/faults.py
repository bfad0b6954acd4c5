"""The faults that a test or the page asks for: failing calls, lost acks, cut sockets."""

from collections import defaultdict, deque
from dataclasses import dataclass

from playground.slack.events.change_events import AppEvent
from playground.slack.events.delivery import EnvelopeDelivery
from playground.slack.events.socket_mode import DisconnectReason, SocketPool
from playground.slack.state import sample_company
from playground.slack.web_api.json_values import JsonObject

NONSENSE = ("", "no JSON", "[]", "17", "{}", '{"type": "events_api"}', '{"envelope_id": "e", "payload": {}}')
STREAMING = ("chat.startStream", "chat.appendStream", "chat.stopStream")


@dataclass(frozen=True, slots=True)
class SlackFault:
    """What happens to one call. It is carried out `after` seconds, unless there is an `error`."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    after: float = 0.0


class SlackFaults:
    """The faults that wait for calls; `unavailable` methods stay unknown until they are removed.

    `revoked` tokens are refused for good.
    """

    def __init__(self, sockets: SocketPool, delivery: EnvelopeDelivery) -> None:
        self._sockets = sockets
        self._delivery = delivery
        self._calls: defaultdict[str, deque[SlackFault]] = defaultdict(deque)
        self.unavailable: set[str] = set()
        self.revoked: set[str] = set()

    def fail(self, method: str, error: str, times: int = 1) -> None:
        """The next calls of a method answer an error."""
        self._calls[method].extend([SlackFault(error)] * times)

    def limit(self, method: str, retry_after: int = 1, times: int = 1) -> None:
        """The next calls of a method answer 429; `retry_after` is in seconds."""
        self._calls[method].extend([SlackFault("ratelimited", 429, retry_after)] * times)

    def crash(self, method: str, status: int = 500, times: int = 1) -> None:
        """The next calls of a method answer a server error."""
        self._calls[method].extend([SlackFault("internal_error", status)] * times)

    def delay(self, method: str, seconds: float, times: int = 1) -> None:
        """The next calls of a method take longer."""
        self._calls[method].extend([SlackFault(after=seconds)] * times)

    def no_streaming(self) -> None:
        """The streaming methods are unknown from now on."""
        self.unavailable.update(STREAMING)

    def send_events_twice(self, times: int = 1) -> None:
        """The next events come twice, the second time as a retry."""
        self._delivery.losses.events_twice += times

    def lose_acks(self, times: int = 1) -> None:
        """The next acks never arrive."""
        self._delivery.losses.acks_lost += times

    def revoke(self, token: str, *, told: bool = False) -> None:
        """Refuse a token from now on; `told` sends the app an event about it."""
        self.revoked.add(token)
        if told:
            body: JsonObject = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [sample_company.BOT_USER_ID]}}
            self._delivery.deliver_event(AppEvent("tokens_revoked", body))

    async def send_nonsense(self) -> None:
        """Every socket gets frames that are no envelopes."""
        for frame in NONSENSE:
            await self._sockets.send_frame(frame)

    def silence_sockets(self) -> None:
        """The open sockets stay open, answer no ping and carry nothing any more."""
        self._sockets.silence_sockets()

    def drop_sockets(self) -> int:
        """Cut every socket without a word."""
        return self._sockets.drop_sockets()

    async def disconnect(self, reason: DisconnectReason = "refresh_requested", *, only_first: bool = False) -> int:
        """Ask the app to reconnect, as Slack does when it moves connections."""
        return await self._sockets.disconnect_sockets(reason, only_first=only_first)

    def take_fault(self, method: str) -> SlackFault | None:
        """Return the fault for this call, if there is one."""
        waiting = self._calls.get(method)
        return waiting.popleft() if waiting else None
