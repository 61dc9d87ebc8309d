"""Turns what `[ui]` of the configuration says of vim keys, motion, notifications, mouse and thinking, and saves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Jobs
from tui_chat.ui.saved_choices import SavedChoices

OFF_ON: Mapping[object, str] = {False: "off", True: "on"}


@dataclass(frozen=True, slots=True)
class Switch:
    """`field` is the context's name for it. `values` are turned through in this order, each with its word; any other
    value counts as the last one."""

    field: str
    said: str
    values: Mapping[object, str]


SWITCHES: dict[str, Switch] = {
    "vim": Switch("vim", "vim keys", OFF_ON),
    "reduced_motion": Switch("reduced_motion", "reduced motion", OFF_ON),
    "notify": Switch("notify", "notifications", {"off": "off", "auto": "on"}),
    "mouse": Switch("mouse", "mouse", OFF_ON),
    "show_reasoning": Switch("reasoning", "thoughts", {"collapsed": "folded", "open": "open", "hidden": "hidden"}),
}
"""By their keys below `[ui]`."""


@dataclass(eq=False)
class SwitchesController:
    """`apply` has the screen as the context says; `flash` shows a text for a moment."""

    _context: AppContext
    _choices: SavedChoices
    _apply: Callable[[], object]
    _flash: Callable[[str], object]
    _jobs: Jobs

    def turn(self, name: str) -> None:
        """To the next value, now and for the next start."""
        switch, context = SWITCHES[name], self._context
        values, now = list(switch.values), getattr(context, switch.field)
        value = values[((values.index(now) if now in values else -1) + 1) % len(values)]
        setattr(context, switch.field, value)
        self._apply()
        self._jobs.run(self._choices.write(lambda saved: saved.ui(**{name: value})))
        self._flash(f"{switch.said}: {switch.values[value]}")
