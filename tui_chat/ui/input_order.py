"""Keeps keys and pastes in order: each is handled before the next one.

Textual forwards a key to what has the focus when it comes, while the command of the key before may still be at work:
text typed right behind ctrl+n stayed in the old conversation, behind ctrl+o it missed the window that was opening.
Here a key that may be a command is followed by a marker that takes the same way through the message queues, and
whatever comes before the marker is back waits. Keys that only type are never held up by this. Before the app has begun,
commands wait until it has, and everything behind them too, instead of being lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import TextArea

ROUNDS = 2
"""How often the marker goes round: the first comes behind the key, the second behind what the key has posted."""

LONGEST_S = 5.0
"""Seconds after which a marker is given up: keys keep working, whatever hangs."""

GONE_S = 0.05
"""Seconds between looks at whether the widget is still there: the marker goes down with it."""

EDITING = frozenset({"backspace", "delete", "left", "right", "home", "end"})
"""Keys that, like text, do nothing but edit the prompt."""

MOVING = EDITING | {"up", "down"}
"""Keys that take the same way as each other and change no focus: among themselves they keep their order."""

LEAVING = frozenset({"ctrl+q", "ctrl+c"})
"""Keys that act before the app has begun: at once, or where others wait already, when pressed a second time."""


_Target = tuple[Widget | None, Screen[Any]]


class Settled(Message):
    """A marker. It is back when it has bubbled up to the app, which then sets `passed`."""

    def __init__(self, passed: asyncio.Event) -> None:
        super().__init__()
        self.passed = passed


class Beginning(Protocol):
    """Something that takes commands once it has begun."""

    @property
    def begun(self) -> bool: ...

    async def until_begun(self) -> None: ...


class InputOrder:
    """Hands key and paste events on. `hand_on` is Textual's own handling of one; `chat` is what commands wait for."""

    def __init__(
        self,
        app: App[int],
        hand_on: Callable[[events.Event], Awaitable[None]],
        chat: Callable[[], Beginning | None],
    ) -> None:
        self._app = app
        self._hand_on = hand_on
        self._chat = chat
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._task: asyncio.Task[None] | None = None

    async def take(self, event: events.Key | events.Paste) -> None:
        """Deal with an event now, or behind those that wait."""
        if not self._app.screen_stack:
            return  # the app is at its end
        if self._task is None and not self._holds(event):
            wait = self._may_command(event)
            target = self._app.focused, self._app.screen
            await self._hand_on(event)
            if wait:
                self._task = asyncio.create_task(self._work(target))
        elif not self._has_begun() and self._is_second(event):
            await self._hand_on(event)
        else:
            self._waiting.append(event)
            if self._task is None:
                self._task = asyncio.create_task(self._work(None))

    async def drained(self) -> None:
        """Wait until all that has come was dealt with."""
        while self._task is not None:
            await asyncio.wait([self._task])

    @property
    def typed_ahead(self) -> str:
        """The text among the keys and pastes that wait; a command between two texts is a new line."""
        return "".join(map(_text_of, self._waiting))

    def _has_begun(self) -> bool:
        chat = self._chat()
        return chat is None or chat.begun

    async def _until_begun(self) -> None:
        if (chat := self._chat()) is not None:
            await chat.until_begun()

    def _holds(self, event: events.Key | events.Paste) -> bool:
        """Whether this has to wait until the app has begun."""
        if self._has_begun() or isinstance(event, events.Paste) or event.key in LEAVING:
            return False
        return self._may_command(event) and event.key not in EDITING

    def _is_second(self, event: events.Key | events.Paste) -> bool:
        """Whether the user insists on leaving."""
        return (
            isinstance(event, events.Key)
            and event.key in LEAVING
            and any(isinstance(other, events.Key) and other.key == event.key for other in self._waiting)
        )

    def _may_command(self, event: events.Key | events.Paste) -> bool:
        """Whether this can do more than type: open something, send, move the focus."""
        if not _is_typed_into(self._app.focused):
            return True
        if isinstance(event, events.Paste):
            return False
        return not event.is_printable or event.character == "?"

    def _keeps_order(self, event: events.Key | events.Paste) -> bool:
        """Whether the next event is behind this one anyway. A key held down would otherwise lag on a slow machine."""
        if not self._waiting or not self._app.screen_stack or not _is_typed_into(self._app.focused):
            return False
        return all(isinstance(one, events.Key) and one.key in MOVING for one in (event, self._waiting[0]))

    async def _work(self, target: _Target | None) -> None:
        """Deal with what waits, once the key that went to `target` is done."""
        try:
            if target is not None:
                await self._settle(*target)
            while self._waiting and self._app.screen_stack:
                if self._holds(self._waiting[0]):
                    await self._until_begun()
                    continue  # the app may be over by now
                event = self._waiting.popleft()
                wait, target = self._may_command(event), (self._app.focused, self._app.screen)
                await self._hand_on(event)
                if wait and not self._keeps_order(event):
                    await self._settle(*target)
        except Exception as error:  # a command failed here, and not in a message queue of Textual's
            self._app._handle_exception(error)
        finally:
            self._task = None

    async def _settle(self, focused: Widget | None, screen: Screen[Any]) -> None:
        """Wait until the last key has been dealt with, and what it opened can take the next."""
        for _ in range(ROUNDS):
            await self._pass_through(focused or screen)
        if self._app.screen_stack and self._app.screen is not screen:
            await self._pass_through(self._app.screen)

    async def _pass_through(self, widget: Widget) -> None:
        """Wait until a marker has gone the way of a key to this widget, or the widget is gone."""
        passed = asyncio.Event()
        if not widget.post_message(Settled(passed)):
            return
        end = asyncio.get_running_loop().time() + LONGEST_S
        while self._is_there(widget) and asyncio.get_running_loop().time() < end:
            with suppress(TimeoutError):
                async with asyncio.timeout(GONE_S):
                    await passed.wait()
                    return

    def _is_there(self, widget: Widget) -> bool:
        return widget.is_running and (widget.is_attached or widget in self._app.screen_stack)


def _text_of(event: events.Key | events.Paste) -> str:
    if isinstance(event, events.Paste):
        return event.text
    return event.character or "" if event.is_printable else "\n"


def _is_typed_into(focused: Widget | None) -> bool:
    if isinstance(focused, TextArea):
        return True
    from textual.widgets import Input  # not before the first frame: that has the prompt alone

    return isinstance(focused, Input)
