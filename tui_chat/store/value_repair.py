"""Replaces invalid values of a library by the nearest valid ones, and reports them.

A row may hold anything: a flipped bit on the disk, another program's edit, an outcome of a newer version. One such
value must not cost the whole conversation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from tui_chat.core import serialize
from tui_chat.core import settings as knobs
from tui_chat.core.message import Outcome
from tui_chat.core.serialize import ShapeError
from tui_chat.core.settings import Settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ROLES = frozenset({"system", "user", "assistant"})
SOURCES = frozenset({None, "prompt", "answer"})
UNSOUND = (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError)
"""Errors raised while reading a value of an unexpected kind."""

MAX_ID = 200

Mender = Callable[[Any], Any]


def as_text(value: object) -> str:
    match value:
        case str():
            return value
        case bytes():
            return value.decode("utf-8", "replace")
        case None:
            return ""
        case _:
            return str(value)


def is_id(value: object) -> bool:
    """Whether this can be the id of a turn or a conversation, also in file names."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_ID and value.isprintable()


def as_moment(value: object) -> datetime | None:
    """A stored moment; None if there is none, or if it is out of range."""
    try:
        found = datetime.fromisoformat(as_text(value))
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    # At the ends of the calendar the change to local time has nowhere to go.
    return found if 1 < found.year < 9999 else None


def as_updated(value: object) -> datetime | None:
    """The microseconds since 1970 of `conversations.updated`."""
    if not isinstance(value, int):
        return None
    try:
        found = EPOCH + timedelta(microseconds=value)
    except OverflowError:
        return None
    return found if EPOCH.year <= found.year < 9999 else None


def as_settings(value: object) -> tuple[Settings, bool]:
    """Stored settings as far as they are valid, and whether all of them are."""
    try:
        settings, problems = knobs.from_mapping(serialize.table(parsed(as_text(value)), "settings"))
    except UNSOUND:
        return Settings(), False
    return settings, not problems and isinstance(value, str)


def parsed(value: str) -> Any:
    """Parse JSON without Python's extra constants. Raises ValueError, RecursionError."""
    return json.loads(value, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _maybe_text(value: object) -> str | None:
    return None if value is None else as_text(value)


def _role(value: object) -> str:
    """An unknown role is shown and exported, but as a system turn it is never sent."""
    return value if isinstance(value, str) and value in ROLES else "system"


def _moment(value: object) -> str:
    found = as_moment(value)
    if found is None:
        return EPOCH.isoformat()
    text = as_text(value)
    return text if datetime.fromisoformat(text).tzinfo is not None else found.isoformat()


def _outcome(value: object) -> str | None:
    """An unknown outcome means only that it is not known to be complete."""
    known = value is None or (isinstance(value, str) and value in set(Outcome))
    return as_text(value) if known and value is not None else (None if value is None else Outcome.INCOMPLETE.value)


def _source(value: object) -> str | None:
    return value if isinstance(value, str) and value in SOURCES else None


def _flag(value: object) -> int | None:
    return value if isinstance(value, int) and value in (0, 1) else None


def _packed(read: Callable[[object], object]) -> Mender:
    def mend(value: object) -> str | None:
        if value is None:
            return None
        text = as_text(value)
        try:
            read(parsed(text))
        except UNSOUND:
            return None
        return text

    return mend


def _listed(read: Callable[[object], object]) -> Mender:
    """The valid items of a list."""

    def mend(value: object) -> str | None:
        if value is None:
            return None
        try:
            items = parsed(as_text(value))
            kept = [item for item in items if _reads(read, item)] if isinstance(items, list) else []
            return as_text(value) if kept == items else json.dumps(kept) if kept else None
        except UNSOUND:
            return None

    return mend


def _settings(value: object) -> str | None:
    if value is None:
        return None
    settings, whole = as_settings(value)
    return as_text(value) if whole else json.dumps(serialize.from_settings(settings))


def _reads(read: Callable[[object], object], value: object) -> bool:
    try:
        read(value)
    except ShapeError:
        return False
    return True


MENDERS: dict[str, Mender] = {
    "role": _role,
    "text": as_text,
    "reasoning": as_text,
    "refusal": as_text,
    "created": _moment,
    "outcome": _outcome,
    "finish_reason": _maybe_text,
    "verdicts": _listed(serialize.to_verdict),
    "not_run": _source,
    "usage": _packed(serialize.to_usage),
    "settings": _settings,
    "model": _maybe_text,
    "endpoint": _maybe_text,
    "request_id": _maybe_text,
    "error": _packed(serialize.to_error),
    "timing": _packed(serialize.to_timing),
    "sent": _flag,
    "withdrawn": _flag,
    "citations": _listed(serialize.to_citation),
}
"""By column of `turns`; each returns a valid value unchanged."""


def mended(row: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[str]]:
    """A valid row instead of this one (its first columns, in the order of MENDERS), and what was wrong with it."""
    values = [mend(value) for mend, value in zip(MENDERS.values(), row, strict=False)]
    return tuple(values), list(_differences(row, values))


def _differences(row: tuple[Any, ...], values: list[Any]) -> Iterator[str]:
    for name, before, after in zip(MENDERS, row, values, strict=False):
        if type(before) is not type(after) or before != after:
            yield f"{name} was {serialize.shown(before)}"
