"""A client of Qdrant that dies at a chosen write: before it is applied, or after it and before anybody hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import QdrantClient

WRITES = frozenset({"upsert", "delete", "set_payload", "update_vectors", "create_vector_name"})


class Crash(Exception):
    """The process is gone."""


class _Crashing:
    def __init__(self, client: QdrantClient, at: int, writes: frozenset[str], *, applied: bool) -> None:
        self._writes = writes
        self._client = client
        self._left = at
        self._applied = applied

    def __getattr__(self, name: str) -> object:
        call: Callable[..., object] = getattr(self._client, name)
        if name not in self._writes:
            return call

        def write(*arguments: object, **options: object) -> object:
            self._left -= 1
            if self._left > 0:
                return call(*arguments, **options)
            if self._applied and self._left == 0:
                call(*arguments, **options)
            raise Crash(name)

        return write


def crashing(client: QdrantClient, at: int, *, applied: bool, writes: frozenset[str] = WRITES) -> QdrantClient:
    """The same store through a process that dies at its write number `at`, counted from 1."""
    return cast("QdrantClient", _Crashing(client, at, writes, applied=applied))
