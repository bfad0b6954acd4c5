"""Run an asynchronous server in a thread, for tests that are not asynchronous themselves."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractAsyncContextManager

T = TypeVar("T")


@contextmanager
def in_thread(serving: Callable[[], AbstractAsyncContextManager[T]], limit: float = 30) -> Iterator[T]:
    """Enter `serving()` on a loop of its own and leave it after the block, each within `limit` seconds."""
    ready: Future[tuple[T, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        over = asyncio.Event()
        async with serving() as server:
            ready.set_result((server, asyncio.get_running_loop(), over))
            await over.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    server, loop, over = ready.result(limit)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(limit)
