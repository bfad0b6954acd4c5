"""Connects the bot to Slack, writes its heartbeat, and stops it in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.api.client import find_proxy
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.tokens import check_one_workspace, check_token_call, check_tokens
from bot.slack.app import SlackBot
from bot.slack.questions.recovery import RecordCleanup
from knowledge.core.failures import IndexUnavailable
from knowledge.runtime.heartbeat import HEARTBEAT_SECONDS, Heartbeat
from knowledge.runtime.metrics import READY

log = logging.getLogger(__name__)
_RETRY_SECONDS = 5.0
_WATCH_SECONDS = 30.0
_BEAT_SECONDS = HEARTBEAT_SECONDS
_TOKEN_CHECK_SECONDS = 60.0  # between two checks of the tokens while nothing is suspicious
_CHECK_TIMEOUT_SECONDS = 10.0  # however long Slack asks to wait: the heartbeat goes on
_PING_SECONDS = 3.0  # a silent connection is noticed within four of these
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_TIMEOUT = aiohttp.ClientTimeout(total=30)


class SlackSocketHandler(AsyncSocketModeHandler):
    """Bolt's socket. Slack sends an event again when the socket closes before its acknowledgement."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as Bolt
        """Have Bolt handle an envelope; a socket that closed meanwhile is no failure."""
        try:
            await super().handle(client, req)
        except ConnectionError as error:
            log.info("not acknowledged type=%s error=%s", req.type, type(error).__name__)


async def serve_slack_bot(
    bot: SlackBot,
    heartbeat: Heartbeat | None = None,
    *,
    watch_seconds: float = _WATCH_SECONDS,
) -> None:
    """Run until cancelled, SIGTERM or SIGINT; then take no more events, and finish the answers in progress."""
    check_tokens(bot.settings)
    with _cancel_on_signals():
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            bot.client.session = session
            try:
                async with (
                    _run_question_upkeep(bot),
                    _open_socket(bot, heartbeat) as socket,
                    _run_in_background(bot.deletion_alert.watch_deletion_holds(watch_seconds)),
                ):
                    bot.people.directory.member_list.start_reading()
                    bot.running_tasks.start_task(bot.questions.catch_up.catch_up_questions())
                    await _run_until_refused(bot, socket, heartbeat)
            finally:
                await bot.people.directory.member_list.stop_reading()
                if heartbeat:
                    heartbeat.remove_heartbeat()
                log.info("stopped")


@contextlib.asynccontextmanager
async def _open_socket(bot: SlackBot, heartbeat: Heartbeat | None) -> AsyncIterator[SocketModeClient]:
    """Open the socket, and close it at the end, so that Slack sends later events again."""
    settings, client = bot.settings, bot.client
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    socket = SlackSocketHandler(bot.app, app_token, web_client=client, ping_interval=_PING_SECONDS).client
    socket.proxy = find_proxy(settings.slack_api_url)

    async def check_both_tokens() -> None:
        check_one_workspace(await check_token_call("SLACK_BOT_TOKEN", client.auth_test()))
        socket.wss_uri = await check_token_call("SLACK_APP_TOKEN", socket.issue_new_wss_url())

    try:
        while not await _is_reachable(check_both_tokens):
            _send_heartbeat(heartbeat, slack=False, index=bot.questions.renewal.has_renewed_lately())
            await asyncio.sleep(_RETRY_SECONDS)
        await socket.connect()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated
        log.info("connected")
        yield socket
    finally:
        await socket.close()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated


async def _run_until_refused(bot: SlackBot, socket: SocketModeClient, heartbeat: Heartbeat | None) -> None:
    """Write the heartbeat until Slack refuses a token, which ends in a SettingsError."""
    checked_at = time.monotonic()

    async def check_tokens_again() -> None:
        async with asyncio.timeout(_CHECK_TIMEOUT_SECONDS):
            await check_token_call("SLACK_BOT_TOKEN", bot.client.auth_test())
            if not await socket.is_connected():
                await check_token_call("SLACK_APP_TOKEN", socket.issue_new_wss_url())

    while True:
        is_connected = await socket.is_connected()
        _send_heartbeat(heartbeat, slack=is_connected, index=bot.questions.renewal.has_renewed_lately())
        is_suspicious = await bot.token_suspicion.wait_for_suspicion(_BEAT_SECONDS)
        if is_suspicious or not is_connected or time.monotonic() - checked_at > _TOKEN_CHECK_SECONDS:
            await _is_reachable(check_tokens_again)
            checked_at = time.monotonic()


@contextlib.asynccontextmanager
async def _run_question_upkeep(bot: SlackBot) -> AsyncIterator[None]:
    """Keep the question log up to date until the last answer in progress has ended."""
    stores, questions = bot.stores, bot.questions
    cleanup = RecordCleanup(stores.question_log, stores.vote_store, stores.shared_answers, stores.audit_log)
    async with _run_in_background(
        questions.renewal.run_renewal(), questions.recovery.run_recovery(), cleanup.run_cleanup()
    ):
        try:
            yield
        finally:
            await bot.running_tasks.finish_tasks(bot.settings.shutdown_grace)
            with contextlib.suppress(IndexUnavailable):
                await questions.intake.record_pending_outcomes()


@contextlib.asynccontextmanager
async def _run_in_background(*loops: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run endless loops as tasks; they are cancelled at the end."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _is_reachable(check: Callable[[], Awaitable[None]]) -> bool:
    """Whether Slack can be reached."""
    try:
        await check()
    except SLACK_ERRORS as error:
        log.warning("Slack cannot be reached (%s), trying again", get_error_code(error))
        return False
    return True


def _send_heartbeat(heartbeat: Heartbeat | None, *, slack: bool, index: bool) -> None:
    """Say that the bot is alive, and whether it can answer: it is ready where both its neighbours are there."""
    READY.set(slack and index)
    if heartbeat:
        try:
            heartbeat.write_heartbeat(ready=slack and index, slack=slack, index=index)
        except OSError as error:
            log.warning("the sign of life cannot be written: %s", error.strerror)


@contextlib.contextmanager
def _cancel_on_signals() -> Iterator[None]:
    """Cancel what runs inside at SIGTERM or SIGINT; a second signal does not wait."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    received: list[int] = []

    def cancel(number: int) -> None:
        received.append(number)
        if task:
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, cancel, number)
    try:
        yield
    except asyncio.CancelledError:
        if not received:
            raise
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
