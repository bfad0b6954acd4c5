"""Slack's Web API over HTTP: reads a call, checks token, scope, rate and arguments, runs the method, answers."""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from playground.slack.rules.errors import SlackError
from playground.slack.rules.faults import SlackFaults
from playground.slack.rules.limits import check_scope
from playground.slack.rules.rates import CallRates
from playground.slack.rules.refusals import check_refusal
from playground.slack.web_api.arguments import Arguments, read_arguments
from playground.slack.web_api.json_values import JsonObject, as_text
from playground.slack.web_api.methods import Method, Methods

OPEN_CONNECTION = "apps.connections.open"
_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call that an app made and what it was answered; the token is not kept.

    `at` is when it came, in seconds of the monotonic clock.
    """

    method: str
    arguments: JsonObject
    answer: JsonObject
    status: int
    at: float = 0.0

    @property
    def error(self) -> str:
        """The code it was refused with; empty if it was carried out."""
        return as_text(self.answer.get("error"))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two tokens of the app."""

    bot: str
    app: str

    def check(self, given: str, method: str) -> None:
        """Refuse a call without the token that its method needs."""
        if not given:
            raise SlackError("not_authed")
        if given not in (self.bot, self.app):
            raise SlackError("invalid_auth")
        if (given == self.app) != (method == OPEN_CONNECTION):
            raise SlackError("not_allowed_token_type")


class WebApi:
    """Answers calls, and remembers them for tests."""

    def __init__(
        self,
        methods: Methods,
        tokens: Tokens,
        scopes: frozenset[str] | None,
        rates: CallRates,
        faults: SlackFaults,
        now: Callable[[], float],
        on_call: Callable[[], None],
    ) -> None:
        self.methods = methods
        self.tokens = tokens
        self.scopes = scopes
        self.rates = rates
        self.faults = faults
        self.now = now
        self.on_call = on_call
        self.calls: deque[ApiCall] = deque(maxlen=_REMEMBERED)

    async def handle(self, request: web.Request) -> web.Response:
        """Serve `/api/<method>`."""
        name, at = request.match_info["method"], self.now()
        arguments = Arguments({})
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.scopes or ())), "X-Slack-Req-Id": f"{id(request):x}"}
        status = 200
        try:
            arguments = await read_arguments(request)
            method = self._admitted(name, _token(request, arguments))
            status, answer = await self._run(name, method, arguments, headers)
        except SlackError as error:
            answer = error.answer()
        shown = {key: value for key, value in arguments.values.items() if key != "token"}
        self.calls.append(ApiCall(name, shown, answer, status, at))
        self.on_call()
        return web.json_response(answer, status=status, headers=headers)

    def _admitted(self, name: str, token: str) -> Method:
        method = self.methods.get(name)
        if method is None or name in self.faults.unavailable:
            raise UnknownMethod(name)
        self.tokens.check(token, name)
        if token in self.faults.revoked:
            raise SlackError("token_revoked")
        check_scope(name, self.scopes)
        return method

    async def _run(
        self, name: str, method: Method, arguments: Arguments, headers: dict[str, str]
    ) -> tuple[int, JsonObject]:
        fault = self.faults.take_fault(name)
        if fault:
            await asyncio.sleep(fault.after)
            if fault.retry_after is not None:
                headers["Retry-After"] = str(fault.retry_after)
            if fault.error:
                return fault.status, {"ok": False, "error": fault.error}
        wait = self.rates.wait_needed(name, arguments.text("channel"), self.now())
        if wait > 0:
            headers["Retry-After"] = str(math.ceil(wait))
            return 429, {"ok": False, "error": "ratelimited"}
        arguments.require(method.required)
        try:
            return 200, method.run(arguments)
        except SlackError as error:
            check_refusal(name, error.code)
            raise


class UnknownMethod(SlackError):
    """`unknown_method`, with the name that was asked for."""

    def __init__(self, name: str) -> None:
        super().__init__("unknown_method")
        self.name = name

    def answer(self) -> JsonObject:
        """The body of the response."""
        return {**super().answer(), "req_method": self.name}


def _token(request: web.Request, arguments: Arguments) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme == "Bearer" else arguments.text("token")
