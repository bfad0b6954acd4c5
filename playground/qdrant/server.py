"""Serve Qdrant's engine over Qdrant's REST routes, so that two processes can share it.

A stand-in for a Qdrant server, for the demo and the tests: not for production, since it has one thread and the demo's
care. It checks the key, fails on demand and runs the calls in turn. What is acknowledged outlives the process.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from qdrant_client.http import models as m

from playground.qdrant.access_tokens import KeyRights, judge_key
from playground.qdrant.faults import FaultKind, QdrantFault, QdrantFaults
from qdrant_engine.calls import Answer, Call, format_validation_error, refusal_answer, success_answer
from qdrant_engine.engine import FolderInUse
from qdrant_engine.routes import ROUTES, Route, answer_call
from qdrant_engine.upgrade import open_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from aiohttp.typedefs import Handler, Middleware

    from qdrant_engine.engine import Engine

T = TypeVar("T")

LARGEST_BODY = 32 * 1024 * 1024
OPEN_TO_ALL = ("/", "/healthz", "/livez", "/readyz")
_RIGHTS = web.RequestKey("rights", KeyRights)  # of the key of a request
log = logging.getLogger(__name__)


class EmbeddedEngine:
    """The engine in one thread of its own, from opening to closing; calls run in turn."""

    def __init__(self, path: Path | None) -> None:
        """Prepare an engine on the folder `path`, or in memory; `open` opens it."""
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="qdrant")
        self._engine: Engine | None = None

    async def open(self) -> None:
        """Load what is on disk; RuntimeError if another process holds the folder."""
        try:
            self._engine = await self._run(open_engine, self._path)
        except FolderInUse:
            raise RuntimeError(
                f"Another process holds the Qdrant folder {self._path}: stop it, or name another folder."
            ) from None

    async def answer(self, call: Call) -> Answer:
        """Carry out a call, in the engine's thread."""
        if self._engine is None:
            raise RuntimeError("The engine is not open: await EmbeddedEngine.open() first.")
        return await self._run(answer_call, self._engine, call)

    async def close(self) -> None:
        """Finish what runs, then free the folder."""
        if self._engine is not None:
            await self._run(self._engine.close)
        self._thread.shutdown()

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


@dataclass(frozen=True, slots=True)
class QdrantServer:
    """A running stand-in: its address and its faults."""

    url: str
    faults: QdrantFaults


@asynccontextmanager
async def serve_qdrant(
    path: Path | None, port: int = 0, api_key: str | None = None, faults: QdrantFaults | None = None
) -> AsyncIterator[QdrantServer]:
    """Serve the folder `path`, or memory, on the loopback address for the block; port 0 takes a free port.

    Raises:
        RuntimeError: another process holds the folder.
    """
    faults = faults or QdrantFaults()
    engine = EmbeddedEngine(path)
    try:
        await engine.open()
        runner = web.AppRunner(build_qdrant_app(engine, api_key, faults), shutdown_timeout=5)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield QdrantServer(f"http://127.0.0.1:{runner.addresses[0][1]}", faults)
        finally:
            await runner.cleanup()
    finally:
        await engine.close()


def build_qdrant_app(
    engine: EmbeddedEngine, api_key: str | None = None, faults: QdrantFaults | None = None
) -> web.Application:
    """Make the application over an open engine; the caller decides where it listens."""
    faults = faults or QdrantFaults()
    app = web.Application(middlewares=[_translate_errors, _guard(api_key)], client_max_size=LARGEST_BODY)
    app.router.add_get("/", _version)
    for path in ("/healthz", "/livez", "/readyz"):
        app.router.add_get(path, _healthy)
    if faults.by_http:
        _open_control(app, faults)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _build_handler(engine, route, faults))
    return app


def _build_handler(engine: EmbeddedEngine, route: Route, faults: QdrantFaults) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        rights: KeyRights = request.get(_RIGHTS, KeyRights())
        call = Call(request.method, request.url.raw_path_qs, await request.read(), rights.may_read)
        fault = faults.take_fault(f"{request.method} {request.path}", updates=route.updates)
        if fault is not None and fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault is None or fault.kind is FaultKind.SLOW:
            return _json(await engine.answer(call))
        if fault.applies:
            await engine.answer(call)
        return _fail(request, call, fault)

    return handle


def _fail(request: web.Request, call: Call, fault: QdrantFault) -> web.StreamResponse:
    if fault.kind is FaultKind.CUT and request.transport is not None:
        request.transport.abort()
    if fault.kind is not FaultKind.WAIT_TIMEOUT:
        return _error(fault.status, "Service internal error: a fault was asked for")
    late = m.UpdateResult(operation_id=0, status=m.UpdateStatus.WAIT_TIMEOUT)
    several = call.parse_body(m.UpdateOperations).operations if request.path.endswith("/batch") else None
    return _json(success_answer(late if several is None else [late] * len(several)))


def _json(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, content_type="application/json")


def _error(status: int, sentence: str) -> web.Response:
    return _json(refusal_answer(status, sentence))


@web.middleware
async def _translate_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what aiohttp refuses as Qdrant does; what nobody foresaw is logged and becomes a 500."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        return _error(refusal.status, refusal.reason)
    except ValidationError as error:
        return _error(400, format_validation_error(error))
    except Exception:  # as a server answers: with 500, and the next call is served
        log.exception("method=%s path=%s status=500", request.method, request.path)
        return _error(500, "Service internal error: see the log of the stand-in")


def _guard(api_key: str | None) -> Middleware:
    """Ask for the key as Qdrant does: as text and not as JSON, and not on the pages for probes."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if api_key is None or request.path in OPEN_TO_ALL:
            return await handler(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        given = request.headers.get("api-key", bearer)
        if not given:
            return web.Response(status=401, text="Must provide an API key or an Authorization bearer token")
        rights = judge_key(given, api_key)
        if rights is None:
            return web.Response(status=401, text="Invalid API key or JWT")
        if refusal := rights.find_refusal(request.method, request.path):
            return _error(403, f"Forbidden: {refusal}")
        request[_RIGHTS] = rights
        return await handler(request)

    return guard


async def _version(_: web.Request) -> web.Response:
    # The client's check wants to hear a version near its own.
    info = m.VersionInfo(title="qdrant stand-in over qdrant-edge-py", version=version("qdrant-client"))
    return web.Response(body=to_json(info), content_type="application/json")


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="healthz check passed")


def _open_control(app: web.Application, faults: QdrantFaults) -> None:
    async def add(request: web.Request) -> web.Response:
        faults.add_fault(TypeAdapter(QdrantFault).validate_json(await request.read()))
        return await show(request)

    async def show(_: web.Request) -> web.Response:
        return web.Response(
            body=to_json({"waiting": faults.waiting, "taken": faults.taken}), content_type="application/json"
        )

    async def clear(request: web.Request) -> web.Response:
        faults.clear_faults()
        return await show(request)

    app.router.add_post("/_faults", add)
    app.router.add_get("/_faults", show)
    app.router.add_delete("/_faults", clear)
