"""The base class of modals. A modal closes once.

Two keys can arrive in one write, as may the two halves of a double click: the second finds a screen that was closed
already. Textual then takes the screen below off the stack, or ends the app where that is the last one. Each modal could
ask for itself before it closes, and the next one would forget to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import time
from typing import Any, cast

from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen, ScreenResultType

from tui_chat.ui.key_hints import fitting_hints
from tui_chat.ui.textual_fixes.layout_changes import LayoutCompositor
from tui_chat.ui.widgets.keybar import KeyBar


class KeyedBox(Vertical):
    """A box with its keys in the lower border, as many as there is room for."""

    def __init__(self, keys: Sequence[tuple[str, str]], *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._keys = keys

    def on_resize(self) -> None:
        self.border_subtitle = fitting_hints(self._keys, self.outer_size.width - 6)


class Modal(ModalScreen[ScreenResultType]):
    """A screen on top of the chat that closes with a result, and does nothing while it is not the one on top.

    `closed` can be awaited for the result.
    """

    keys: Sequence[tuple[str, str]] = (("esc", "close"),)
    """What the last line of the screen below shows meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LayoutCompositor()
        self.created_at = time()
        self.closed: asyncio.Future[ScreenResultType | None] = asyncio.get_running_loop().create_future()

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        if not self.is_active:
            return AwaitComplete()
        if not self.closed.done():  # the waiter may be gone
            self.closed.set_result(result)
        if not self.is_mounted:
            return AwaitComplete(self._dismiss_mounted(result))
        return super().dismiss(result)

    async def _dismiss_mounted(self, result: ScreenResultType | None) -> None:
        """Close it once it is there: removed while it is mounted, its `on_mount` would find its widgets gone."""
        mounted = cast("asyncio.Event", self._mounted_event)  # a property that mypy cannot read
        await mounted.wait()
        if self.is_active:
            super().dismiss(result)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # An action would look for widgets that are gone, or open a second question on top of the first.
        return super().check_action(action, parameters) if self.is_active else False


def show_keys(modal: Modal[Any], keys: Sequence[tuple[str, str]]) -> None:
    """Other keys act now: name them in the last line."""
    if tuple(modal.keys) != tuple(keys):
        modal.keys = keys
        if modal.is_active:
            for screen in modal.app.screen_stack:
                for bar in screen.query(KeyBar):
                    bar.covered(keys)
