"""Problems found in configuration files. A problem never contains a secret."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tui_chat.core import serialize
from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import looks_like_key, mask_keys
from tui_chat.core.request_secrets import is_secret_name

_BESIDE = frozenset({"auth", "api_key_env", "api_key_command", "api_key_keyring"})
"""Keys near which API keys are easily pasted by mistake: their values are shown only if they look like a plain word."""

A_KEY = "what looks like a key"
REPLACE_IT = "expected no key: have your provider replace it, and take it out of the file"
"""The advice for a key in place of a name, or written by an older version."""

_WORD = lazy_pattern(r"[A-Za-z_-]{1,16}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `file` is a path or "environment"; `key` is dotted, or a line if there is no key to name.

    `found` and `expected` are phrases: "found" + `found`, `expected` begins with "expected". `line` counts from 1.
    """

    file: str
    key: str
    found: str
    expected: str
    line: int | None = None

    def __str__(self) -> str:
        line = f" (line {self.line})" if self.line else ""
        return mask_keys(f"{Path(self.file).name}{line}: {self.key}: found {self.found}, {self.expected}")


class ConfigurationError(Exception):
    """A request that this configuration cannot fulfil: `message` says what, `hint` the next step."""

    def __init__(self, message: str, hint: str) -> None:
        self.message = mask_keys(message)
        self.hint = mask_keys(hint)
        super().__init__(f"{self.message} {self.hint}")


def is_key(value: object) -> bool:
    """Whether a configuration value, or one inside it, is shaped like an API key."""
    match value:
        case str():
            return looks_like_key(value)
        case list() | tuple():
            return any(map(is_key, value))
        case dict():
            return any(map(is_key, value.values()))
        case _:
            return False


def shown(key: str, value: object) -> str:
    """The value found at `key`, without any secret."""
    if is_key(value):
        return A_KEY
    name = key.rpartition(".")[2]
    word = name in _BESIDE and isinstance(value, str) and _WORD.fullmatch(value)
    if not word and (is_secret_name(name) or ".headers" in key):
        return "a value that is not shown"
    return serialize.shown(value)


def expected_name(name: str, known: Collection[str], listed: str = "") -> str:
    """What is expected in place of an unknown name: the nearest one, else all known ones, or what lists them."""
    near = nearest(name, known)
    if near is not None:
        return f"expected {near}"
    if listed:
        return f"expected one of those that {listed} lists"
    return f"expected one of {', '.join(known)}" if known else "expected none here"
