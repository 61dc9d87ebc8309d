"""Recognizes an endpoint that is described a second time: the same address, and the same model or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui_chat.core.endpoint import EndpointConfig
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
