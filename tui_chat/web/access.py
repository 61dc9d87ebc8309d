"""Access control: every rule about which requests are served.

The address holds a random token, which is exchanged for a cookie at once, so it is in no history of pages that are
visited later. A foreign page can send requests to this machine, and with a name of its own that leads here
(DNS rebinding) even read the answers: so the host that is asked for and the origin of the page are checked as well.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Access:
    """`host` and `port` are listened on. `token` is part of the address; `pass_` is the cookie's value."""

    host: str
    port: int
    token: str = field(default_factory=_secret, repr=False)
    pass_: str = field(default_factory=_secret, repr=False)

    @property
    def cookie(self) -> str:
        """Its name. Cookies of one host are shared by all its ports."""
        return f"tui-chat-{self.port}"

    @property
    def address(self) -> str:
        host = socket.gethostname() if self.host in EVERYWHERE else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}/?token={self.token}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_local(self.host)

    def opens(self, token: str) -> bool:
        return secrets.compare_digest(token.encode("utf-8", "surrogateescape"), self.token.encode())

    def knows(self, cookies: Mapping[str, str]) -> bool:
        given = cookies.get(self.cookie, "")
        return secrets.compare_digest(given.encode("utf-8", "surrogateescape"), self.pass_.encode())

    def refusal(self, host: str, origin: str | None, *, websocket: bool) -> str | None:
        """Why a request is refused, whatever its token or cookie; None if it is not."""
        name = _name(host)
        if name is None or not self._may_be(name):
            return "This address is not the one that tui-chat serves."
        if origin is None:
            return "A websocket needs an origin." if websocket else None
        if origin not in (f"http://{host}", f"https://{host}"):
            return "Another page tried to open tui-chat."
        return None

    def _may_be(self, name: str) -> bool:
        if name == self.host or (self.is_local and name in LOCAL):
            return True
        if self.host not in EVERYWHERE:
            return False
        return name in LOCAL or name == socket.gethostname().lower() or _is_number(name)


def is_local(host: str) -> bool:
    """Whether this names this machine alone."""
    if host in LOCAL:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str | None:
    """The name in a Host header; None for nonsense."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    plain = parts.hostname is not None and not (parts.path or parts.query or parts.username)
    return parts.hostname if plain else None


def _is_number(name: str) -> bool:
    """An address and no name: a foreign name cannot lead here."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
