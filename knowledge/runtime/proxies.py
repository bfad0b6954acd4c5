"""Says which addresses are this machine's own, and keeps every client of this process from asking a proxy for them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from knowledge.core.failures import SettingsError

_LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
_HTTP_SCHEMES = ("http", "https")  # what our HTTP libraries speak with a proxy


def is_loopback_url(url: str) -> bool:
    """Whether an address is on the loopback interface, which no proxy leads to."""
    host = urlsplit(url).hostname or ""
    return host in _LOOPBACK_HOSTS or host.startswith("127.")


def configure_proxies(*urls: str | None) -> None:
    """Make the environment one in which HTTP libraries reach these addresses, or say why they cannot.

    This machine is added to NO_PROXY, and what stands there is kept. Those of `urls` that are here are named one by
    one, because 127.0.0.2 is in no list of names. A SOCKS proxy that leads to none of `urls` is left out of this
    process's environment: httpx fails at its sight, whatever it is asked for.

    Raises:
        SettingsError: one of `urls` is behind a SOCKS proxy.
    """
    given = [url for url in urls if url]
    _add_loopback_to_no_proxy(given)
    proxies = getproxies_environment()
    foreign = {scheme for scheme in (*_HTTP_SCHEMES, "all") if _is_unsupported_proxy(proxies.get(scheme, ""))}
    for url in given:
        _check_not_proxied(foreign, url, proxies)
    for name in [name for name in os.environ if name.lower().removesuffix("_proxy") in foreign]:
        del os.environ[name]


def _add_loopback_to_no_proxy(urls: list[str]) -> None:
    # The lower case wins where both are set, as in urllib.
    standing = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
    if standing.strip() == "*":
        return
    names = [name.strip() for name in standing.split(",") if name.strip()]
    hosts = [urlsplit(url).hostname or "" for url in urls if is_loopback_url(url)]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*names, *_LOOPBACK_HOSTS, *hosts]))


def _is_unsupported_proxy(proxy: str) -> bool:
    spoken = (*_HTTP_SCHEMES, "socks5", "socks5h") if find_spec("socksio") else _HTTP_SCHEMES
    return "://" in proxy and urlsplit(proxy).scheme not in spoken


def _check_not_proxied(unsupported: set[str], url: str, proxies: dict[str, str]) -> None:
    address = urlsplit(url)
    leading = address.scheme if address.scheme in proxies else "all"
    if leading in unsupported and not proxy_bypass(address.hostname or ""):
        raise SettingsError(
            f"{leading.upper()}_PROXY is no HTTP proxy, and {address.hostname} would be asked by it: "
            f"add {address.hostname} to NO_PROXY, or name an HTTP proxy."
        )
