"""Judges a key as Qdrant does with `jwt_rbac`: the server's own, or a token that lists rights to collections.

After the table in Qdrant's own tests of access: a token for collections makes, changes and drops none, moves no alias,
and sees in lists only what it may read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_READING = frozenset({"", "scroll", "search", "query", "count", "facet", "batch", "groups", "exists", "aliases"})


@dataclass(frozen=True, slots=True)
class KeyRights:
    """What a key may do: `levels` has "r" or "rw" for each collection; None: everything."""

    levels: Mapping[str, str] | None = None

    def may_read(self, collection: str) -> bool:
        """Say whether a collection, by its name or an alias, may be read."""
        return self.levels is None or collection in self.levels

    def find_refusal(self, method: str, path: str) -> str | None:
        """Say why a request is refused; None: it is not."""
        if self.levels is None:
            return None
        parts = path.strip("/").split("/")
        if parts[0] != "collections" or parts[1:] == ["aliases"]:
            return None if method == "GET" else "Global manage access is required"
        if len(parts) == 1:
            return None
        collection, action = parts[1], parts[2:]
        if not self.may_read(collection):
            return f"Access to collection {collection} is required"
        if not action and method != "GET":
            return "Global manage access is required"
        if _is_reading(method, action) or self.levels[collection] == "rw":
            return None
        return f"Write access to collection {collection} is required"


def judge_key(given: str, server_key: str) -> KeyRights | None:
    """Judge the key of a request; None: it is not valid."""
    if hmac.compare_digest(given.encode(), server_key.encode()):
        return KeyRights()
    try:
        header, claims, signature = given.split(".")
        signed = hmac.digest(server_key.encode(), f"{header}.{claims}".encode(), hashlib.sha256)
        if _decode_json(header)["alg"] != "HS256" or not hmac.compare_digest(_decode(signature), signed):
            return None
        access: Any = _decode_json(claims)["access"]
        return KeyRights({one["collection"]: one["access"] for one in access})
    except (ValueError, KeyError, TypeError):
        return None


def _is_reading(method: str, action: list[str]) -> bool:
    """Say whether a request within a collection only reads."""
    if method == "GET":
        return True
    if method != "POST" or not action:
        return False
    if action == ["points", "batch"]:  # a batch of updates
        return False
    return action == ["points"] or action == ["facet"] or action[-1] in _READING


def _decode_json(text: str) -> Any:
    return json.loads(_decode(text))


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
