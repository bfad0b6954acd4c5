"""Serve qdrant-client's embedded engine over Qdrant's REST routes, so that two processes can share it.

A stand-in for a Qdrant server, for the demo and the tests: not for production, and slow from 20,000 points
on. It checks the key, translates errors and runs the calls in turn. The engine commits each point to SQLite before it
returns: what is acknowledged is on disk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from qdrant_client import QdrantClient
from qdrant_client.common.client_warnings import SEEN_MESSAGES
from qdrant_client.http import models as m

from playground.qdrant.access_tokens import KeyRights, judge_key
from playground.qdrant.facet_values import FacetValues
from playground.qdrant.faults import FaultKind, QdrantFault, QdrantFaults
from playground.qdrant.routes import ROUTES, NotFound, QdrantCall, Route, answer_call, set_update_status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from aiohttp.typedefs import Handler, Middleware

T = TypeVar("T")

LARGEST_BODY = 32 * 1024 * 1024
OPEN_TO_ALL = ("/", "/healthz", "/livez", "/readyz")
# What the engine would warn of once: a caller over HTTP can do nothing about it, and a server says nothing.
SILENCED = (
    "create-local-payload-indexes",
    "delete-local-payload-indexes",
    "large-local-collection",
    "local_query_points_search_params_ignored",
)
_RIGHTS = web.RequestKey("rights", KeyRights)  # of the key of a request
log = logging.getLogger(__name__)


class EmbeddedEngine:
    """The embedded engine in one thread of its own, from opening to closing; calls run in turn."""

    def __init__(self, path: Path | None) -> None:
        """Prepare an engine on the folder `path`, or in memory; `open` opens it."""
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="qdrant")
        self._client: QdrantClient | None = None

    async def open(self) -> None:
        """Load what is on disk; RuntimeError if another process holds the folder."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    async def run(self, work: Callable[[QdrantClient], T]) -> T:
        """Return what `work` makes of the engine, in the engine's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._with_client, work)

    async def close(self) -> None:
        """Finish what runs, then free the folder."""
        if self._client is not None:
            await self.run(QdrantClient.close)
        self._thread.shutdown()

    def _load(self) -> None:
        SEEN_MESSAGES.update(SILENCED)
        self._client = _open_client(self._path)

    def _with_client(self, work: Callable[[QdrantClient], T]) -> T:
        if self._client is None:
            raise RuntimeError("The engine is not open: await Engine.open() first.")
        return work(self._client)


def _open_client(path: Path | None) -> QdrantClient:
    if path is None:
        return QdrantClient(":memory:")
    try:
        return QdrantClient(path=str(path))
    except RuntimeError as error:
        if "already accessed" not in str(error):
            raise
    # Raised outside the handler: the engine's own error would keep its lock file open.
    raise RuntimeError(f"Another process holds the Qdrant folder {path}: stop it, or name another folder.")


@dataclass(frozen=True, slots=True)
class QdrantServer:
    """A running stand-in: its address and its faults."""

    url: str
    faults: QdrantFaults


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
    values = FacetValues()
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _build_handler(engine, route, faults, values))
    return app


@asynccontextmanager
async def serve_qdrant(
    path: Path | None, port: int = 0, api_key: str | None = None, faults: QdrantFaults | None = None
) -> AsyncIterator[QdrantServer]:
    """Serve the folder `path`, or memory, on the loopback address for the block; port 0 takes a free port."""
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


def _build_handler(engine: EmbeddedEngine, route: Route, faults: QdrantFaults, values: FacetValues) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        rights: KeyRights = request.get(_RIGHTS, KeyRights())
        call = QdrantCall(request.match_info, await request.read(), values, rights.may_read)
        fault = faults.take_fault(f"{request.method} {request.path}", updates=route.updates)
        if fault is not None and fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault is None or fault.kind is FaultKind.SLOW:
            return await _answer(engine, route, call, _choose_update_status(request))
        return await _answer_with_fault(request, engine, route, call, fault)

    return handle


def _choose_update_status(request: web.Request) -> m.UpdateStatus:
    """Choose the status of a finished update: `acknowledged` for a call that does not wait."""
    waits = request.query.get("wait", "false") == "true"
    return m.UpdateStatus.COMPLETED if waits else m.UpdateStatus.ACKNOWLEDGED


async def _answer(engine: EmbeddedEngine, route: Route, call: QdrantCall, status: m.UpdateStatus) -> web.Response:
    def work(client: QdrantClient) -> bytes:
        started = time.perf_counter()
        result = answer_call(route, client, call)
        return _body(set_update_status(result, status) if route.updates else result, started)

    return _json(await engine.run(work))


async def _answer_with_fault(
    request: web.Request, engine: EmbeddedEngine, route: Route, call: QdrantCall, fault: QdrantFault
) -> web.StreamResponse:
    if fault.applies:
        await _answer(engine, route, call, m.UpdateStatus.COMPLETED)
    if fault.kind is FaultKind.CUT and request.transport is not None:
        request.transport.abort()
    if fault.kind is not FaultKind.WAIT_TIMEOUT:
        return _error(fault.status, "Service internal error: a fault was asked for")
    late = m.UpdateResult(operation_id=0, status=m.UpdateStatus.WAIT_TIMEOUT)
    several = call.parse_body(m.UpdateOperations).operations if route.path.endswith("/batch") else None
    return _json(_body(late if several is None else [late] * len(several), time.perf_counter()))


def _body(result: object, started: float) -> bytes:
    return to_json({"result": result, "status": "ok", "time": time.perf_counter() - started})


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def _error(status: int, sentence: str) -> web.Response:
    return web.json_response({"status": {"error": sentence}, "time": 0.0}, status=status)


@web.middleware
async def _translate_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what the engine raises into Qdrant's errors; what nobody foresaw is logged and becomes a 500."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        return _error(refusal.status, refusal.reason)
    except NotFound as missing:
        return _error(404, f"Not found: {missing}")
    except KeyError as point:
        return _error(404, f"Not found: No point with id {point} found")
    except ValidationError as error:
        return _error(400, _format_error(error))
    except NotImplementedError as error:
        return _error(501, f"Not in this stand-in: {error}")
    except (ValueError, TypeError) as error:
        return _response_from_error(str(error))
    except Exception:  # as a server answers: with 500, and the next call is served
        log.exception("method=%s path=%s status=500", request.method, request.path)
        return _error(500, "Service internal error: see the log of the stand-in")


def _format_error(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"Format error in JSON body: {'.'.join(map(str, first['loc']))}: {first['msg']}"


def _response_from_error(sentence: str) -> web.Response:
    """The engine raises one kind of error where Qdrant has three statuses: the sentence tells them apart."""
    if sentence.startswith("Collection ") and sentence.endswith(" not found"):
        return _error(404, f"Not found: {sentence}")
    status = 409 if sentence.endswith(" already exists") else 400
    return _error(status, sentence if sentence.startswith("Wrong input") else f"Wrong input: {sentence}")


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
    # The engine's version is that of the client it ships in, which is what the client's check wants to hear.
    info = m.VersionInfo(title="qdrant stand-in over the embedded engine", version=version("qdrant-client"))
    return _json(to_json(info))


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="healthz check passed")


def _open_control(app: web.Application, faults: QdrantFaults) -> None:
    async def add(request: web.Request) -> web.Response:
        faults.add_fault(TypeAdapter(QdrantFault).validate_json(await request.read()))
        return await show(request)

    async def show(_: web.Request) -> web.Response:
        return _json(to_json({"waiting": faults.waiting, "taken": faults.taken}))

    async def clear(request: web.Request) -> web.Response:
        faults.clear_faults()
        return await show(request)

    app.router.add_post("/_faults", add)
    app.router.add_get("/_faults", show)
    app.router.add_delete("/_faults", clear)
