"""Serves the doubles of Qdrant and Ollama in one process, until standard input closes.

The double of Qdrant can kill a process at the write of a given number, so that every gap between two writes is hit.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from aiohttp import web
from pydantic import TypeAdapter

from playground.qdrant.faults import FaultKind, QdrantFaults
from playground.qdrant.server import EmbeddedEngine, build_qdrant_app
from tests.doubles.ollama import running_ollama
from tests.doubles.ollama_state import Faults as OllamaFaults

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler
    from pydantic import ConfigDict

    from playground.qdrant.faults import QdrantFault
    from tests.doubles.ollama_state import Ollama

# The embedding model refuses every passage with this word: only lexical search finds it.
UNEMBEDDABLE = "unembeddable"
FIRST_MODEL, SECOND_MODEL = "bge-m3", "nomic-embed-text"
EMBEDDINGS = "embeddings"  # how often the model was asked for some
_READS = ("/scroll", "/count", "/facet", "/query", "/points")


class WriteOutcome(StrEnum):
    """What happens to the write at which the trap kills."""

    LOST = "lost"  # not applied
    APPLIED = "applied"  # applied, without an answer
    LATE = "late"  # applied later, when the next worker may already read


@dataclass(frozen=True, slots=True)
class Trap:
    """Kill the process `pid` at write number `at`, counted from 1; with `sleep`, stop it there."""

    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    pid: int
    at: int
    when: WriteOutcome
    delay_ms: int = 0
    sleep: bool = False


class TrapMiddleware:
    """Counts the writes to Qdrant, and kills at the chosen one."""

    def __init__(self) -> None:
        self.trap: Trap | None = None
        self.writes = 0
        self.busy = 0

    def set(self, trap: Trap | None) -> None:
        """Set the trap for the next writes."""
        self.trap, self.writes = trap, 0

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pass a call on, unless the trap is set for it."""
        if not _writes(request):
            return await handler(request)
        self.writes += 1
        self.busy += 1
        try:
            trap = self.trap
            if trap is None or self.writes != trap.at:
                return await handler(request)
            return await self._apply_trap(request, handler, trap)
        except ConnectionResetError:
            return web.Response(status=499)  # the sender was killed
        finally:
            self.busy -= 1

    async def _apply_trap(self, request: web.Request, handler: Handler, trap: Trap) -> web.StreamResponse:
        self.trap = None
        await request.read()
        if trap.when is not WriteOutcome.APPLIED:
            _kill_or_stop(trap)
        if trap.when is WriteOutcome.LATE:
            await asyncio.sleep(trap.delay_ms / 1000)
        response = web.Response(status=500) if trap.when is WriteOutcome.LOST else await handler(request)
        if trap.when is WriteOutcome.APPLIED:
            _kill_or_stop(trap)
        return response


class CountedFaults(QdrantFaults):
    """Counts by kind the faults that calls met: a fault that no call meets proves nothing."""

    def __init__(self) -> None:
        super().__init__(by_http=True)
        self.met: Counter[str] = Counter()

    def take_fault(self, route: str, *, updates: bool) -> QdrantFault | None:
        """Count the fault, unless it only delays the chosen fault by some writes."""
        fault = super().take_fault(route, updates=updates)
        if fault and (fault.kind is not FaultKind.SLOW or fault.delay_ms):
            self.met[f"Qdrant {fault.kind}"] += 1
        return fault


def _writes(request: web.Request) -> bool:
    if request.path.startswith("/_") or request.method == "GET":
        return False
    return request.method != "POST" or not request.path.endswith(_READS)


def _kill_or_stop(trap: Trap) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(trap.pid, signal.SIGSTOP if trap.sleep else signal.SIGKILL)


def _application(engine: EmbeddedEngine, trap_middleware: TrapMiddleware, ollama: Ollama) -> web.Application:
    faults = CountedFaults()

    async def set_trap(request: web.Request) -> web.Response:
        trap_middleware.set(TypeAdapter(Trap | None).validate_json(await request.read()))
        return await show(request)

    async def show(_: web.Request) -> web.Response:
        return web.json_response({"writes": trap_middleware.writes, "busy": trap_middleware.busy})

    async def tell(_: web.Request) -> web.Response:
        return web.json_response({**faults.met, EMBEDDINGS: len(ollama.bodies("/api/embed"))})

    app = build_qdrant_app(engine, faults=faults)
    app.middlewares.append(trap_middleware.middleware)
    app.router.add_put("/_trap", set_trap)
    app.router.add_get("/_trap", show)
    app.router.add_get("/_met", tell)
    return app


async def _serve() -> None:
    engine = EmbeddedEngine(None)
    await engine.open()
    async with running_ollama((FIRST_MODEL, SECOND_MODEL), faults=OllamaFaults(bad_text=UNEMBEDDABLE)) as ollama:
        runner = web.AppRunner(_application(engine, TrapMiddleware(), ollama), shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sys.stdout.write(json.dumps({"qdrant": f"http://127.0.0.1:{runner.addresses[0][1]}", "ollama": ollama.url}))
        sys.stdout.write("\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await runner.cleanup()
    await engine.close()


if __name__ == "__main__":
    asyncio.run(_serve())
