"""Makes a key with which the bot reads the index and writes to its own collections alone.

Qdrant takes such keys where `service.jwt_rbac` is on: tokens that are signed with the server's own key and list what
may be done to which collection. Making a collection is no right of such a key: whoever makes the key makes them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from knowledge.storage.record_repository import Repository
from knowledge.storage.schema import ledger_collection_name, passages_collection_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qdrant_client import QdrantClient

# The collections to which the bot writes, with the fields by which their records are found.
BOT_COLLECTIONS: Mapping[str, Sequence[str]] = {
    "questions": ("state", "holder", "thread_ts"),
    "votes": ("question",),
    "private": (),
    "bindings": (),
    "audit": (),
    "requests": (),
    "holds": (),
    "people": (),
}
_READ_COLLECTIONS = ("troubles", "anchor", "serving")  # `serving` is the alias of the index that answers
_INDEX_VERSIONS = 30  # a claim knows names and no patterns: after so many versions of the index, make a new key


def build_bot_access(prefix: str) -> list[dict[str, str]]:
    """Build the claim of the bot's key: its own collections for reading and writing, the index for reading."""
    numbers = range(1, _INDEX_VERSIONS + 1)
    read = [
        *(f"{prefix}_{name}" for name in _READ_COLLECTIONS),
        *(passages_collection_name(prefix, number) for number in numbers),
        *(ledger_collection_name(prefix, number) for number in numbers),
    ]
    written = (f"{prefix}_{name}" for name in BOT_COLLECTIONS)
    return [
        *({"collection": name, "access": "rw"} for name in written),
        *({"collection": name, "access": "r"} for name in read),
    ]


def sign_access_token(server_key: str, access: Sequence[Mapping[str, str]]) -> str:
    """Sign a claim with the server's key, as a JSON Web Token of HS256, which does not expire."""
    header, claims = _encode_json({"alg": "HS256", "typ": "JWT"}), _encode_json({"access": list(access)})
    signature = hmac.digest(server_key.encode(), f"{header}.{claims}".encode(), hashlib.sha256)
    return f"{header}.{claims}.{_encode_bytes(signature)}"


def create_bot_collections(client: QdrantClient, prefix: str) -> None:
    """Make the collections to which the bot writes, those that are missing.

    Raises:
        IndexUnavailable: Qdrant failed, or the key may not make collections.
    """
    for name, indexed_fields in BOT_COLLECTIONS.items():
        Repository(client, f"{prefix}_{name}", dict, indexed_fields).prepare_collection()


def _encode_json(value: object) -> str:
    return _encode_bytes(json.dumps(value, separators=(",", ":")).encode())


def _encode_bytes(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
