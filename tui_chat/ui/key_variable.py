"""The environment variable for a key that was typed for one run, which the next start reads."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.recognize_api_keys import looks_like_key, pasted_keys

LONGEST = 60
_OURS = "TUI_CHAT_"
_OTHER = lazy_pattern(r"[^A-Z0-9]+")


def typed_key(text: str) -> str:
    """The key in what was typed or pasted for it, which may be a line that sets it."""
    found = pasted_keys(text) if any(map(str.isspace, text.strip())) or "=" in text else ()
    return next(iter(found), text.strip())


def key_variable(name: str, taken: Collection[str] = ()) -> str:
    """The variable for an endpoint of this name. None that is `taken`: the key there belongs to another server."""
    stem = _OTHER.sub("_", name.upper()).strip("_")[:LONGEST].strip("_") or "ENDPOINT"
    if looks_like_key(f"{_OURS}{stem}_KEY"):
        stem = "ENDPOINT"
    numbered = (f"{_OURS}{stem}{'' if number == 1 else f'_{number}'}_KEY" for number in count(1))
    return next(variable for variable in numbered if variable not in taken)


def missing_key_words(variable: str) -> str:
    """Why a key is asked for while this variable, which should hold it, is not set."""
    if variable.startswith(_OURS):  # it was proposed for a key that was typed
        return f"The key that was typed was kept until tui-chat ended, and {variable} is not set."
    return f"The variable {variable} should hold its key, and is not set."
