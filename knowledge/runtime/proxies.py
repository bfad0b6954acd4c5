"""Keeps the HTTP clients of this process from using a proxy for addresses of this machine."""

from __future__ import annotations

import os
from importlib.util import find_spec
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from knowledge.core.failures import SettingsError

_LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
_HTTP_SCHEMES = ("http", "https")  # the proxy schemes that the HTTP libraries support


def is_loopback_url(url: str) -> bool:
    """Whether an address is on the loopback interface."""
    host = urlsplit(url).hostname or ""
    return host in _LOOPBACK_HOSTS or host.startswith("127.")


def configure_proxies(*urls: str | None) -> None:
    """Change this process's environment so that HTTP libraries can reach these addresses.

    This machine is added to NO_PROXY, and so is each loopback address of `urls` (127.0.0.2, for instance). A SOCKS
    proxy that none of `urls` needs is removed: httpx fails if the environment names one at all.

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
    # If both are set, the lower case one counts, as in urllib.
    present = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
    if present.strip() == "*":
        return
    names = [name.strip() for name in present.split(",") if name.strip()]
    hosts = [urlsplit(url).hostname or "" for url in urls if is_loopback_url(url)]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*names, *_LOOPBACK_HOSTS, *hosts]))


def _is_unsupported_proxy(proxy: str) -> bool:
    supported = (*_HTTP_SCHEMES, "socks5", "socks5h") if find_spec("socksio") else _HTTP_SCHEMES
    return "://" in proxy and urlsplit(proxy).scheme not in supported


def _check_not_proxied(unsupported: set[str], url: str, proxies: dict[str, str]) -> None:
    address = urlsplit(url)
    scheme = address.scheme if address.scheme in proxies else "all"
    if scheme in unsupported and not proxy_bypass(address.hostname or ""):
        raise SettingsError(
            f"{scheme.upper()}_PROXY is no HTTP proxy, and {address.hostname} would be asked by it: "
            f"add {address.hostname} to NO_PROXY, or name an HTTP proxy."
        )
