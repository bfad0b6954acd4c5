"""Opens Qdrant, server or embedded, and turns its failures into the product's own. Knows no passages."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

import httpx
from pydantic_core import PydanticSerializationError
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from knowledge.core.failures import LOOK_AT_THE_LOG, IndexUnavailable, IndexUnreachable, RequestRefused, SettingsError
from knowledge.runtime.metrics import QDRANT_FAILURES
from knowledge.runtime.privacy import close_files_to_others, keep_files_private, open_private_folder
from qdrant_engine.client import build_client
from qdrant_engine.engine import FolderDamaged, FolderInUse
from qdrant_engine.upgrade import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from knowledge.runtime.settings import Settings

HostResolver: TypeAlias = "Callable[[str], list[str]]"
_TIMEOUT_SECONDS = 5


def resolve_host(host: str) -> list[str]:
    """Every address of a host; none if its name cannot be resolved now."""
    try:
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None)})
    except OSError:
        return []


def is_public_url(url: str, resolve: HostResolver = resolve_host) -> bool:
    """Whether any address of a URL's host is public on the internet."""
    found = resolve(urlsplit(url).hostname or "")
    return any(ipaddress.ip_address(address.partition("%")[0]).is_global for address in found)


def allows_anonymous_access(url: str) -> bool:
    """Whether a Qdrant lists its collections without a key."""
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
    """Refuse a Qdrant on a public address that needs no key. A server that does not answer is not judged.

    Raises:
        SettingsError: it answers without a key.
    """
    if is_public_url(url, resolve) and allows_anonymous_access(url):
        raise SettingsError(
            f"The Qdrant at {urlsplit(url).hostname} is on a public address and answers without a key, to anybody: "
            "give the server a key (QDRANT__SERVICE__API_KEY) and set QDRANT_API_KEY to it, "
            "or let it listen on a private address."
        )


# On this machine, the client would else open a connection for each request. A server closes idle ones after 5 s.
KEPT_CONNECTIONS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=2.0)
EMBEDDED_PASSAGES_LIMIT = 1_000_000  # the most that was measured: docs/scaling.md
_FIRST_VALUES_LIMIT, _LIMIT_GROWTH = 1_000_000, 10  # how many values of a field are asked for, then so many times more
_NOT_FOUND, _CONFLICT = 404, 409
_REFUSED = frozenset({400, 413, 422})
_QDRANT_ERRORS = (ApiException, ResourceExhaustedResponse)  # what a server's failures are raised as


def open_qdrant(settings: Settings) -> QdrantClient:
    """Connect to the server of QDRANT_URL, else open the embedded one at QDRANT_PATH.

    Raises:
        IndexUnavailable: another process holds the embedded one, or the folder cannot be used.
        SettingsError: the server is open to the whole internet.
    """
    if settings.qdrant_url is None:
        return _open_embedded_qdrant(settings.qdrant_path)
    refuse_public_qdrant(settings.qdrant_url)
    key = settings.qdrant_api_key
    with warnings.catch_warnings():
        # The key crosses a private network or the loopback interface; QDRANT_URL decides, not the client.
        warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")
        return QdrantClient(
            url=settings.qdrant_url,
            api_key=key.get_secret_value() if key else None,
            timeout=settings.qdrant_timeout,
            check_compatibility=False,
            limits=KEPT_CONNECTIONS,
        )


def format_embedded_limit(passages: int) -> str:
    """Says what to do when an embedded index has become larger than was ever measured."""
    return (
        f"The embedded index holds {passages} passages, and was measured up to {EMBEDDED_PASSAGES_LIMIT}: "
        "run a Qdrant server, set QDRANT_URL and let the folder be read into it."
    )


@contextlib.contextmanager
def translate_qdrant_errors() -> Iterator[None]:
    """Turn Qdrant's failures into `IndexUnavailable`, with a sentence that says what to do."""
    try:
        with QDRANT_FAILURES.count_exceptions(_QDRANT_ERRORS):
            yield
    except UnexpectedResponse as error:
        if error.status_code in (401, 403):
            raise IndexUnavailable("Qdrant refuses the key: set QDRANT_API_KEY to the server's.") from error
        if error.status_code == _NOT_FOUND:
            raise IndexUnavailable(
                "A collection of the index is missing: the worker makes it at its next pass."
            ) from error
        if error.status_code in _REFUSED:
            raise RequestRefused(str(error.status_code)) from error
        raise IndexUnavailable(f"Qdrant answered {error.status_code}: {LOOK_AT_THE_LOG}") from error
    except ResourceExhaustedResponse as error:
        raise IndexUnreachable("Qdrant has too much to do: it is asked again in a moment.") from error
    except ApiException as error:
        raise IndexUnreachable("Qdrant does not answer: start it, or correct QDRANT_URL.") from error


@contextlib.contextmanager
def translate_write_errors() -> Iterator[None]:
    """Turn failures of a write as `translate_qdrant_errors` does, and refused data into `RequestRefused`."""
    try:
        with translate_qdrant_errors():
            yield
    except PydanticSerializationError as error:  # from None: the client's message quotes the document
        raise RequestRefused(type(error).__name__) from None


def get_collection_info(client: QdrantClient, name: str) -> models.CollectionInfo | None:
    """A collection, by its name or an alias; None if there is none.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    with translate_qdrant_errors():
        try:
            return client.get_collection(name)
        except UnexpectedResponse as error:
            if error.status_code == _NOT_FOUND:
                return None
            raise


def query_batch(
    client: QdrantClient, collection: str, requests: Sequence[models.QueryRequest]
) -> list[models.QueryResponse]:
    """Ask several queries in one request; returns an answer for each.

    The client's own method first copies each vector number by number and looks for texts to embed: 0.5 ms in all.
    """
    batch = models.QueryRequestBatch(searches=[*requests])
    answer = client.http.search_api.query_batch_points(collection_name=collection, query_request_batch=batch)
    return answer.result or []


def count_field_values(
    client: QdrantClient, collection: str, field: str, among: models.Filter | None = None
) -> dict[str, int]:
    """Count the points with each value of a field: all points, or those `among` these.

    A server also returns values without points, with a count of 0 (seen on Qdrant 1.18.3): these are left out.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    limit = _FIRST_VALUES_LIMIT
    while True:
        with translate_qdrant_errors():
            hits = client.facet(collection, field, facet_filter=among, limit=limit, exact=True).hits
        if len(hits) < limit:
            return {str(hit.value): hit.count for hit in hits if hit.count}
        limit *= _LIMIT_GROWTH


def check_write_completed(result: models.UpdateResult) -> None:
    """Check that a write is applied: a success with another status than completed is not.

    Raises:
        IndexUnavailable: Qdrant has not applied the write.
    """
    if result.status != "completed":
        raise IndexUnavailable(f"Qdrant has not applied a write ({result.status.value}): it is tried again.")


def create_missing_collection(client: QdrantClient, name: str, **shape: Any) -> None:
    """Create a missing collection. It is no failure if the other process creates it at the same moment."""
    with translate_qdrant_errors():
        if client.collection_exists(name):
            return
        try:
            client.create_collection(name, **shape)
        except UnexpectedResponse as error:
            if error.status_code != _CONFLICT:
                raise


def _open_embedded_qdrant(path: Path) -> QdrantClient:
    try:
        with open_private_folder(path) as folder:
            close_files_to_others(folder)
            keep_files_private()  # the engine makes files at any time
            return build_client(open_engine(path))
    except FolderInUse:
        raise IndexUnavailable(
            f"Another process holds the embedded index in {path}: stop it, or run a Qdrant server and set QDRANT_URL."
        ) from None
    except FolderDamaged as error:
        raise IndexUnavailable(
            f"The embedded index in {path} is damaged: move it away, and scan the folder again."
        ) from error
    except OSError as error:
        raise IndexUnavailable(
            f"The embedded index in {path} cannot be opened ({error.strerror}): correct QDRANT_PATH or its permissions."
        ) from error
