"""Chooses the proxy for a URL. No value of NO_PROXY, however odd, breaks a request.

httpx reads the same variables, but its constructor raises on values such as `NO_PROXY=[::1]`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.wire.address import is_loopback


def proxy_for(url: str, environ: Mapping[str, str]) -> str | ServerError | None:
    """The proxy's URL, None for a direct connection, or what is wrong with the variable that names it.

    This machine is always reached directly, as in curl and Go: no proxy can reach it.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if is_loopback(host):
        return None
    names = [f"{parts.scheme}_proxy", "all_proxy"]
    found = next(((n, v) for n in names if (v := _get(environ, n))), None)
    if found is None or _excepted(_get(environ, "no_proxy"), host, parts.port or _default(parts.scheme)):
        return None
    return _sound(*found)


def _get(environ: Mapping[str, str], name: str) -> str:
    """Lower case first, as in curl; HTTP_PROXY in upper case counts too, since this is no CGI script."""
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _default(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _sound(name: str, value: str) -> str | ServerError:
    if "://" not in value:
        value = f"http://{value}"
    try:
        parts = urlsplit(value)
        valid = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if valid and parts.scheme in ("http", "https"):
        return value
    if valid and parts.scheme.startswith("socks"):
        return ServerError(
            ErrorKind.PROXY,
            f"The variable {name.upper()} names a SOCKS proxy, which tui-chat cannot use.",
            hint="Name an HTTP proxy, or put the endpoint's host into NO_PROXY.",
        )
    return ServerError(
        ErrorKind.PROXY,
        f"The variable {name.upper()} does not hold a proxy's address.",
        hint="Set it to something like http://proxy:3128, or unset it.",
    )


def display(proxy: str) -> str:
    """Host and port of a proxy, without a password."""
    parts = urlsplit(proxy)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _excepted(value: str, host: str, port: int) -> bool:
    return any(_matches(entry, host.lower(), port) for entry in re.split(r"[\s,;]+", value.lower()) if entry)


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    entry = entry.rpartition("://")[2].rstrip("/") if "://" in entry else entry
    entry, wanted = _split_port(entry)
    if wanted is not None and wanted != port:
        return False
    address, network = _address(host), _network(entry)
    if network is not None:
        return address is not None and address.version == network.version and address in network
    name = entry.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith("." + name))


def _split_port(entry: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"\[([^\]]*)\](?::(\d{1,5}))?|([^:/]+):(\d{1,5})", entry)
    if found is None:
        return entry, None
    port = found[2] or found[4]
    return found[1] or found[3] or "", int(port) if port else None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
