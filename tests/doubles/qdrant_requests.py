"""Notes what a client asks of Qdrant, and lets something happen just before."""

from __future__ import annotations

from collections.abc import Callable

from httpx import Request, Response
from qdrant_client import QdrantClient
from qdrant_client.qdrant_remote import QdrantRemote


class Requests:
    """What a client asks from now on; `before` is called before a request whose path ends so is sent."""

    def __init__(self, client: QdrantClient) -> None:
        self.sent: list[str] = []
        self.before: dict[str, Callable[[], object]] = {}
        remote = client._client
        assert isinstance(remote, QdrantRemote)
        remote.openapi_client.client.add_middleware(self._note)

    def _note(self, request: Request, send: Callable[[Request], Response]) -> Response:
        path = request.url.path.removeprefix("/collections/")
        act = self.before.pop(path.rpartition("/")[2], None)
        if act is not None:
            act()
        self.sent.append(f"{request.method} {path}")
        return send(request)

    def take(self) -> list[str]:
        sent, self.sent = self.sent, []
        return sent
