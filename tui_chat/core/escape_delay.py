"""How long an escape character waits for the rest of an escape sequence before it counts as the escape key."""

from __future__ import annotations

from collections.abc import Mapping

ESCAPE_MS = 10, 5000
"""The allowed range. Below it a key is split even on a fast line; above it the escape key feels dead."""

LOCAL_S, SSH_S = 0.1, 0.5
_SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")


def escape_s(set_ms: object, env: Mapping[str, str]) -> float:
    """Seconds until a lone escape character counts as the key. `set_ms` is the setting; an invalid value is ignored."""
    low, high = ESCAPE_MS
    if isinstance(set_ms, int) and low <= set_ms <= high:
        return set_ms / 1000
    return SSH_S if any(env.get(name) for name in _SSH) else LOCAL_S
