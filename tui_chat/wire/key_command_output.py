"""Parses the output of a key command: the key alone, or JSON with a token in it.

Sources: `az account get-access-token` (accessToken, expires_on in Unix time, expiresOn in local time), `azd auth token`
(token, expiresOn with a zone), OAuth 2.0 (access_token, expires_in), Kubernetes' ExecCredential (status.token,
status.expirationTimestamp).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from tui_chat.core.quick_dataclass import dataclass

_TOKENS = ("accessToken", "access_token", "token", "apiKey", "api_key", "key", "key1")
_ENDS = ("expires_on", "expiresOn", "expirationTimestamp", "expires_at", "expiresAt")
_INNER = ("status", "data", "credential")
SHOWN = 6
"""Field names that are quoted if none is known."""


@dataclass(frozen=True, slots=True)
class PrintedKey:
    """A key, and its expiry in Unix time if the command printed one."""

    key: str = field(repr=False)
    expires: float | None = None


def printed_key(text: str, now: float) -> PrintedKey | str:
    """The key in a command's output, or why there is none, as the end of a sentence that begins with the command."""
    text = text.strip()
    if text[:1] not in ("{", "[", '"'):
        return _alone(text)
    try:
        value, _ = json.JSONDecoder().raw_decode(text)  # some commands print it twice
    except (ValueError, RecursionError):
        return _alone(text)  # a key may begin with anything
    if isinstance(value, str):
        return PrintedKey(value.strip()) if value.strip() else "printed an empty text"
    found = _in_object(value, now) if isinstance(value, Mapping) else None
    if found is not None:
        return found
    names = ", ".join(list(value)[:SHOWN]) if isinstance(value, Mapping) else ""
    return f"printed JSON without a token in it ({f'its fields: {names}' if names else 'no object'})"


def _alone(text: str) -> PrintedKey | str:
    """The key on a line of its own, also if it was printed twice."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    return (
        PrintedKey(lines[0])
        if len(lines) == 1
        else f"printed {len(lines)} different lines, of which none is known to be the key"
    )


def _in_object(value: Mapping[str, Any], now: float) -> PrintedKey | None:
    for table in (value, *(inner for name in _INNER if isinstance(inner := value.get(name), Mapping))):
        token = next((found for name in _TOKENS if isinstance(found := table.get(name), str) and found.strip()), None)
        if token is not None:
            return PrintedKey(token.strip(), _end(table, now))
    return None


def _end(table: Mapping[str, Any], now: float) -> float | None:
    for name in _ENDS:
        if (end := _moment(table.get(name))) is not None:
            return end
    lasts = table.get("expires_in")
    return now + float(lasts) if isinstance(lasts, (int, str)) and str(lasts).isdigit() else None


def _moment(value: object) -> float | None:
    """The Unix time of a number or date; one without a zone is local, as az prints it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        return None
    if value.isdigit():
        return float(value)
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
