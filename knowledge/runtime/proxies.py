"""Says which addresses are this machine's own, and keeps every client of this process from asking a proxy for them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from knowledge.core.failures import SettingsError

_NAMES = ("localhost", "127.0.0.1", "::1")
_SPOKEN = ("http", "https")  # what our HTTP libraries speak with a proxy


def is_here(url: str) -> bool:
    """Whether an address is on the loopback interface, which no proxy leads to."""
    host = urlsplit(url).hostname or ""
    return host in _NAMES or host.startswith("127.")


def arrange_proxies(*urls: str | None) -> None:
    """Make the environment one in which HTTP libraries reach these addresses, or say why they cannot.

    This machine is added to NO_PROXY, and what stands there is kept. Those of `urls` that are here are named one by
    one, because 127.0.0.2 is in no list of names. A SOCKS proxy that leads to none of `urls` is left out of this
    process's environment: httpx fails at its sight, whatever it is asked for.

    Raises:
        SettingsError: one of `urls` is behind a SOCKS proxy.
    """
    given = [url for url in urls if url]
    _spare_this_machine(given)
    proxies = getproxies_environment()
    foreign = {scheme for scheme in (*_SPOKEN, "all") if _is_foreign(proxies.get(scheme, ""))}
    for url in given:
        _check_not_behind(foreign, url, proxies)
    for name in [name for name in os.environ if name.lower().removesuffix("_proxy") in foreign]:
        del os.environ[name]


def _spare_this_machine(urls: list[str]) -> None:
    # The lower case wins where both are set, as in urllib.
    standing = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
    if standing.strip() == "*":
        return
    names = [name.strip() for name in standing.split(",") if name.strip()]
    hosts = [urlsplit(url).hostname or "" for url in urls if is_here(url)]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*names, *_NAMES, *hosts]))


def _is_foreign(proxy: str) -> bool:
    spoken = (*_SPOKEN, "socks5", "socks5h") if find_spec("socksio") else _SPOKEN
    return "://" in proxy and urlsplit(proxy).scheme not in spoken


def _check_not_behind(foreign: set[str], url: str, proxies: dict[str, str]) -> None:
    address = urlsplit(url)
    leading = address.scheme if address.scheme in proxies else "all"
    if leading in foreign and not proxy_bypass(address.hostname or ""):
        raise SettingsError(
            f"{leading.upper()}_PROXY is no HTTP proxy, and {address.hostname} would be asked by it: "
            f"add {address.hostname} to NO_PROXY, or name an HTTP proxy."
        )
