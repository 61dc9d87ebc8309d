"""Recognizes an endpoint that is described a second time: the same address, and the same model or none. Of another one
that is much like it, says what differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.render.sanitize import safe_line
from tui_chat.wire.address import parse


def known_endpoint(url: str, model: str, known: Iterable[EndpointConfig]) -> EndpointConfig | None:
    """The one that this describes; None for a new one."""
    address = parse(url)
    if isinstance(address, str):
        return None
    for each in known:
        other = parse(each.url)
        same = not isinstance(other, str) and (other.url, other.userinfo) == (address.url, address.userinfo)
        if same and model.strip() in ("", each.model or ""):
            return each
    return None


def difference(url: str, model: str, known: EndpointConfig) -> str:
    """What tells an endpoint from a known one, in a sentence."""
    one, other, name = parse(url), parse(known.url), safe_line(known.name)
    if isinstance(one, str) or isinstance(other, str):
        return ""
    if (one.url, one.userinfo) == (other.url, other.userinfo):
        has = f"the model {safe_line(known.model)}" if known.model else "names no model"
        return f"{name} has the same address and {has}; this one has {safe_line(model)}."
    where, there = urlsplit(one.url), urlsplit(other.url)
    if where.netloc.rpartition("@")[2] != there.netloc.rpartition("@")[2]:
        return f"{name} is at another server, {safe_line(there.hostname or '')}."
    if where.path != there.path:
        return f"{name} is at the same server, at {safe_line(there.path)}, this one at {safe_line(where.path)}."
    return f"{name} has another address at the same server."


def joined(known: EndpointConfig, described: EndpointConfig, *, keyed: bool) -> EndpointConfig:
    """The known endpoint with what was described anew; `keyed`: where its key comes from was, too."""
    key = described if keyed else known
    return replace(
        known,
        api_key_env=key.api_key_env,
        api_key_command=key.api_key_command,
        api_key_keyring=key.api_key_keyring,
        auth=described.auth or known.auth,
        headers={**known.headers, **described.headers},
        body={**known.body, **described.body},
        price=described.price or known.price,
    )
