"""Decides whether a Qdrant stands open on the internet. Nothing that holds documents may, so it is never opened."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from knowledge.core.failures import IndexUnavailable, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

HostResolver: TypeAlias = "Callable[[str], list[str]]"
_TIMEOUT_SECONDS = 5  # seconds


def resolve_host(host: str) -> list[str]:
    """Every address of a host; none where its name cannot be found now."""
    try:
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None)})
    except OSError:
        return []


def is_public_url(url: str, resolve: HostResolver = resolve_host) -> bool:
    """Whether any address of a URL's host can be reached from the whole internet."""
    found = resolve(urlsplit(url).hostname or "")
    return any(ipaddress.ip_address(address.partition("%")[0]).is_global for address in found)


def allows_anonymous_access(url: str) -> bool:
    """Whether a Qdrant tells its collections to whoever asks, without a key."""
    from qdrant_client import QdrantClient

    from knowledge.storage.client import translate_qdrant_errors

    client = QdrantClient(url=url, timeout=_TIMEOUT_SECONDS, check_compatibility=False)
    try:
        with translate_qdrant_errors():
            client.get_collections()
    except IndexUnavailable:
        return False
    finally:
        client.close()
    return True


def refuse_public_qdrant(url: str, resolve: HostResolver = resolve_host) -> None:
    """See that a Qdrant on a public address asks for a key. One that is away is not judged.

    Raises:
        SettingsError: it answers anybody.
    """
    if is_public_url(url, resolve) and allows_anonymous_access(url):
        raise SettingsError(
            f"The Qdrant at {urlsplit(url).hostname} is on a public address and answers without a key, to anybody: "
            "give the server a key (QDRANT__SERVICE__API_KEY) and set QDRANT_API_KEY to it, "
            "or let it listen on a private address."
        )
