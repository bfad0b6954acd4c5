"""Opens Qdrant, server or embedded, and turns its failures into ours. Knows no passages."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING

from knowledge.errors import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qdrant_client import QdrantClient

    from knowledge.settings import Settings


def open_qdrant(settings: Settings) -> QdrantClient:
    """Connect to the server of QDRANT_URL, else open the embedded one at QDRANT_PATH.

    Raises:
        IndexUnavailable: another process holds the embedded one, or the folder cannot be used.
    """
    from qdrant_client import QdrantClient

    if settings.qdrant_url is None:
        return _embedded(settings.qdrant_path)
    key = settings.qdrant_api_key
    with warnings.catch_warnings():
        # The key crosses a private network or the loopback interface; QDRANT_URL decides, not the client.
        warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")
        return QdrantClient(
            url=settings.qdrant_url,
            api_key=key.get_secret_value() if key else None,
            timeout=settings.qdrant_timeout,
            check_compatibility=False,
        )


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Let Qdrant's failures out as `IndexUnavailable`, with a sentence that says what to do."""
    from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except UnexpectedResponse as error:
        if error.status_code in (401, 403):
            raise IndexUnavailable("Qdrant refuses the key: set QDRANT_API_KEY to the server's.") from error
        raise IndexUnavailable(f"Qdrant answered {error.status_code}: look at the server's log.") from error
    except (ResponseHandlingException, ApiException) as error:
        raise IndexUnavailable("Qdrant does not answer: start it, or correct QDRANT_URL.") from error


def _embedded(path: Path) -> QdrantClient:
    from qdrant_client import QdrantClient

    try:
        path.mkdir(parents=True, exist_ok=True)
        return QdrantClient(path=str(path), force_disable_check_same_thread=True)
    except RuntimeError as error:
        if "already accessed" not in str(error):
            raise
        raise IndexUnavailable(
            f"Another process holds the embedded index in {path}: stop it, or run a Qdrant server and set QDRANT_URL."
        ) from error
    except OSError as error:
        raise IndexUnavailable(
            f"The embedded index in {path} cannot be opened ({error.strerror}): correct QDRANT_PATH or its permissions."
        ) from error
