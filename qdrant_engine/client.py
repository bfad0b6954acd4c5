"""Open a qdrant-client whose calls this process answers itself, by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from qdrant_client import QdrantClient

from qdrant_engine.calls import Call
from qdrant_engine.routes import answer_call

if TYPE_CHECKING:
    from qdrant_engine.engine import Engine

_URL = "http://embedded"  # no host: nothing is connected to


class EngineTransport(httpx.BaseTransport):
    """Answers a client's requests from the engine, without a socket."""

    def __init__(self, engine: Engine, *, closes_engine: bool) -> None:
        """Answer from an open engine."""
        self.engine = engine
        self._closes_engine = closes_engine

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.raw_path.decode("ascii")
        answer = answer_call(self.engine, Call(request.method, path, request.read()))
        return httpx.Response(answer.status, headers={"Content-Type": "application/json"}, content=answer.body)

    def close(self) -> None:
        """Close the engine with its client, if it belongs to it."""
        if self._closes_engine:
            self.engine.close()


def build_client(engine: Engine, *, closes_engine: bool = True) -> QdrantClient:
    """A client of an open engine; the engine closes with it unless told otherwise."""
    transport = EngineTransport(engine, closes_engine=closes_engine)
    return QdrantClient(url=_URL, port=None, check_compatibility=False, transport=transport)
