"""Says which addresses are this machine's own, and keeps every client of this process from asking a proxy for them."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

_NAMES = ("localhost", "127.0.0.1", "::1")


def is_here(url: str) -> bool:
    """Whether an address is on the loopback interface, which no proxy leads to."""
    host = urlsplit(url).hostname or ""
    return host in _NAMES or host.startswith("127.")


def spare_this_machine(*urls: str | None) -> None:
    """Add this machine to NO_PROXY, and keep what stands there: HTTP libraries would ask the proxy for it otherwise.

    Those of `urls` that are here are named one by one, because 127.0.0.2 is in no list of names.
    """
    # The lower case wins where both are set, as in urllib.
    standing = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
    if standing.strip() == "*":
        return
    names = [name.strip() for name in standing.split(",") if name.strip()]
    hosts = [urlsplit(url).hostname or "" for url in urls if url and is_here(url)]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*names, *_NAMES, *hosts]))
