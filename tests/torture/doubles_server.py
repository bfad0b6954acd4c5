"""What stands outside the worker and survives its kills: Qdrant's stand-in and Ollama's double, in one process.

`python -m tests.torture.outside` serves both until its standard input closes. The stand-in also springs a trap: it
kills a process at the write of a given number, so that every gap between two writes can be hit.
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

# A passage that holds this word is refused by the embedding model, always: it is found by words alone.
UNEMBEDDABLE = "unembeddable"
FIRST_MODEL, SECOND_MODEL = "bge-m3", "nomic-embed-text"
EMBEDDINGS = "embeddings"  # how often the model was asked for some
_READS = ("/scroll", "/count", "/facet", "/query", "/points")


class When(StrEnum):
    """What becomes of the write at which the trap springs."""

    LOST = "lost"  # it never arrives
    APPLIED = "applied"  # it is applied, and nobody hears of it
    LATE = "late"  # it is applied after a while, when the next worker may already look


@dataclass(frozen=True, slots=True)
class Trap:
    """Kill the process `pid` at its write number `at`, counted from 1; or put it to sleep there."""

    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}

    pid: int
    at: int
    when: When
    delay_ms: int = 0
    sleep: bool = False


class Snare:
    """Counts the writes to Qdrant, and springs the trap at the chosen one."""

    def __init__(self) -> None:
        self.trap: Trap | None = None
        self.writes = 0
        self.busy = 0

    def set(self, trap: Trap | None) -> None:
        """Wait for the writes that come from now on."""
        self.trap, self.writes = trap, 0

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a call through, or not."""
        if not _writes(request):
            return await handler(request)
        self.writes += 1
        self.busy += 1
        try:
            trap = self.trap
            if trap is None or self.writes != trap.at:
                return await handler(request)
            return await self._sprung(request, handler, trap)
        except ConnectionResetError:
            return web.Response(status=499)  # who was killed while sending hears nothing
        finally:
            self.busy -= 1

    async def _sprung(self, request: web.Request, handler: Handler, trap: Trap) -> web.StreamResponse:
        self.trap = None
        await request.read()
        if trap.when is not When.APPLIED:
            _strike(trap)
        if trap.when is When.LATE:
            await asyncio.sleep(trap.delay_ms / 1000)
        response = web.Response(status=500) if trap.when is When.LOST else await handler(request)
        if trap.when is When.APPLIED:
            _strike(trap)
        return response


class CountedFaults(QdrantFaults):
    """Counts the faults that calls have met, by kind: one that is set and never met proves nothing."""

    def __init__(self) -> None:
        super().__init__(by_http=True)
        self.met: Counter[str] = Counter()

    def take(self, route: str, *, updates: bool) -> QdrantFault | None:
        """Count what the call meets, unless it only counts writes down to the one that is meant."""
        fault = super().take_fault(route, updates=updates)
        if fault and (fault.kind is not FaultKind.SLOW or fault.delay_ms):
            self.met[f"Qdrant {fault.kind}"] += 1
        return fault


def _writes(request: web.Request) -> bool:
    if request.path.startswith("/_") or request.method == "GET":
        return False
    return request.method != "POST" or not request.path.endswith(_READS)


def _strike(trap: Trap) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(trap.pid, signal.SIGSTOP if trap.sleep else signal.SIGKILL)


def _application(engine: EmbeddedEngine, snare: Snare, ollama: Ollama) -> web.Application:
    faults = CountedFaults()

    async def set_trap(request: web.Request) -> web.Response:
        snare.set(TypeAdapter(Trap | None).validate_json(await request.read()))
        return await show(request)

    async def show(_: web.Request) -> web.Response:
        return web.json_response({"writes": snare.writes, "busy": snare.busy})

    async def tell(_: web.Request) -> web.Response:
        return web.json_response({**faults.met, EMBEDDINGS: len(ollama.bodies("/api/embed"))})

    app = build_qdrant_app(engine, faults=faults)
    app.middlewares.append(snare.middleware)
    app.router.add_put("/_trap", set_trap)
    app.router.add_get("/_trap", show)
    app.router.add_get("/_met", tell)
    return app


async def _serve() -> None:
    engine = EmbeddedEngine(None)
    await engine.open()
    async with running_ollama((FIRST_MODEL, SECOND_MODEL), faults=OllamaFaults(bad_text=UNEMBEDDABLE)) as ollama:
        runner = web.AppRunner(_application(engine, Snare(), ollama), shutdown_timeout=1)
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
