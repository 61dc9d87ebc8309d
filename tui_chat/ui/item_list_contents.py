"""The contents and actions of a list of the user's own items: presets, endpoints, system prompts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One line: a name and what it is in short. `about` are lines that are shown while it is pointed at. Texts may be
    foreign."""

    name: str
    detail: str = ""
    about: str = ""
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class ItemAction:
    """A key's action on the item under the cursor, or on none."""

    id: str
    key: str
    word: str
    needs_item: bool = True


@dataclass(frozen=True, slots=True)
class ItemListContents:
    """The first action is what enter and a click do. `empty` is said where there is no item; `said` once, about what
    was done last. `point_at` is the name of the item to begin at."""

    title: str
    items: Sequence[Item]
    actions: Sequence[ItemAction]
    empty: str = ""
    said: str = ""
    point_at: str = ""


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An action, and the name of the item that it is for; "" for none."""

    action: str
    name: str = ""


class ItemDialogs(Protocol):
    async def items(self, contents: ItemListContents) -> ItemChoice | None:
        """The action chosen for an item; None for nothing."""
        ...
