"""An empty index on Qdrant's engine that ends with its client."""

from __future__ import annotations

from qdrant_client import QdrantClient

from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine


def open_temporary_qdrant() -> QdrantClient:
    """A client of an engine of its own; nobody else uses it."""
    return build_client(Engine(None))
