"""Converts a turn to a library row and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from tui_chat.core import serialize
from tui_chat.core.conversation import Node
from tui_chat.core.message import Citation, Outcome, Role, ServerError, Timing, Turn, Usage
from tui_chat.core.settings import Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.core.verdict import Source, Verdict
from tui_chat.store.value_repair import ROLES, SOURCES, UNSOUND, mended, parsed

T = TypeVar("T")

COLUMNS = (
    "role",
    "text",
    "reasoning",
    "refusal",
    "created",
    "outcome",
    "finish_reason",
    "verdicts",
    "not_run",
    "usage",
    "settings",
    "model",
    "endpoint",
    "request_id",
    "error",
    "timing",
    "sent",
    "withdrawn",
    "citations",
)

PLACE = ("conversation", "id", "parent", "name")
"""The columns for a turn's place in the tree, and for the name of the branch it begins."""

_TEXT, _MAYBE_TEXT, _FLAG = frozenset({str}), frozenset({str, type(None)}), frozenset({int, type(None)})
_TYPES = (*[_TEXT] * 5, *[_MAYBE_TEXT] * 11, _FLAG, _FLAG, _MAYBE_TEXT)
_FLAGS = frozenset({None, 0, 1})


INSERT_TURN = f"INSERT INTO turns ({', '.join((*PLACE, *COLUMNS))}) VALUES ({', '.join('?' * len((*PLACE, *COLUMNS)))})"


def node_row(conversation_id: str, node: Node) -> tuple[object, ...]:
    """Values for PLACE and COLUMNS."""
    place = (conversation_id, repair_surrogates(node.id), serialize.jsonable(node.parent))
    return (*place, repair_surrogates(node.name) or None, *to_row(node.turn))


def to_row(turn: Turn) -> tuple[object, ...]:
    """Values for COLUMNS. Lone surrogates become U+FFFD, everything else is unchanged."""
    return (
        turn.role,
        repair_surrogates(turn.text),
        repair_surrogates(turn.reasoning),
        repair_surrogates(turn.refusal),
        moment(turn.created),
        turn.outcome,
        serialize.jsonable(turn.finish_reason),
        packed([serialize.from_verdict(v) for v in turn.verdicts]) if turn.verdicts else None,
        turn.not_run,
        None if turn.usage is None else packed(serialize.from_usage(turn.usage)),
        None if turn.settings is None else packed(serialize.from_settings(turn.settings)),
        serialize.jsonable(turn.model),
        serialize.jsonable(turn.endpoint),
        serialize.jsonable(turn.request_id),
        None if turn.error is None else packed(serialize.from_error(turn.error)),
        None if turn.timing is None else packed(serialize.from_timing(turn.timing)),
        None if turn.sent is None else int(turn.sent),
        1 if turn.withdrawn else None,
        packed([serialize.from_citation(c) for c in turn.citations]) if turn.citations else None,
    )


class RowReader:
    """Converts rows to turns. Remembers the meaning of packed columns: in a long conversation most are equal."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}
        self._sound_types: set[tuple[type, ...]] = set()
        self.wrong: list[str] = []
        """Problems with the values of the last row."""

    def turn(self, row: tuple[Any, ...], *, pieces: tuple[str, str] = ("", "")) -> Turn:
        """The turn in a row of COLUMNS. `pieces` are text and reasoning that arrived after the row was written.

        Never raises: invalid values are replaced, and named in `wrong`.
        """
        self.wrong = []
        try:
            if self._has_sound_types(row):
                return self._turn(row, pieces)
        except UNSOUND:
            pass
        row, self.wrong = mended(row)
        return self._turn(row, pieces)

    def _has_sound_types(self, row: tuple[Any, ...]) -> bool:
        """Whether each column has a valid type. Most rows have the same types, which are checked once."""
        types = tuple(map(type, row[: len(COLUMNS)]))
        if types not in self._sound_types:
            if not all(found in may for found, may in zip(types, _TYPES, strict=True)):
                return False
            self._sound_types.add(types)
        return row[0] in ROLES and row[8] in SOURCES and row[16] in _FLAGS and row[17] in _FLAGS

    def _turn(self, row: tuple[Any, ...], pieces: tuple[str, str]) -> Turn:
        """Raises UNSOUND errors."""
        created = datetime.fromisoformat(row[4])
        if created.tzinfo is None or not 1 < created.year < 9999:
            raise ValueError(row[4])
        sent = row[16]
        return Turn(
            cast(Role, row[0]),
            row[1] + pieces[0],
            created,
            row[2] + pieces[1],
            row[3],
            None if row[5] is None else Outcome(row[5]),
            row[6],
            () if row[7] is None else self._unpacked("verdicts", row[7], _verdicts),
            cast("Source | None", row[8]),
            None if row[9] is None else self._unpacked("usage", row[9], _usage),
            None if row[10] is None else self._unpacked("settings", row[10], settings_of),
            row[11],
            row[12],
            row[13],
            None if row[14] is None else self._unpacked("error", row[14], _error),
            None if row[15] is None else self._unpacked("timing", row[15], _timing),
            None if sent is None else bool(sent),
            bool(row[17]),
            () if row[18] is None else self._unpacked("citations", row[18], _citations),
        )

    def _unpacked(self, name: str, value: str, read: Callable[[str], T]) -> T:
        key = (name, value)
        if key not in self._known:
            self._known[key] = read(value)
        return cast(T, self._known[key])


def moment(when: datetime) -> str:
    """A moment as text with its offset. One without a zone is taken as UTC: rejecting it would lose the turn."""
    return (when if when.tzinfo is not None else when.replace(tzinfo=UTC)).isoformat()


def packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def settings_of(value: str) -> Settings:
    return serialize.to_settings(parsed(value))


def _verdicts(value: str) -> tuple[Verdict, ...]:
    return tuple(serialize.to_verdict(item) for item in _items(value))


def _citations(value: str) -> tuple[Citation, ...]:
    return tuple(serialize.to_citation(item) for item in _items(value))


def _items(value: str) -> list[Any]:
    items = parsed(value)
    if not isinstance(items, list):
        raise TypeError(items)
    return items


def _usage(value: str) -> Usage:
    return serialize.to_usage(parsed(value))


def _error(value: str) -> ServerError:
    return serialize.to_error(parsed(value))


def _timing(value: str) -> Timing:
    return serialize.to_timing(parsed(value))
