"""The tuner: all settings on the last line, adjustable without leaving the conversation."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.core.setting_wording import NOT_SENT
from tui_chat.core.settings import Settings
from tui_chat.core.symbols import Sign
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.state import UiState
from tui_chat.ui.widget_messages import TunerCleared, TunerClosed, TunerTurned

NAMES = (("temperature", "temperature"), ("top_p", "top p"), ("max_tokens", "max tokens"))

KEYS = (("←→", "choose"), ("del", "not sent"), ("↑↓", "turn"), ("esc", "close"))
"""As many of the last ones as there is room for."""


class SettingTuner(Widget, can_focus=True):
    """`‹ temperature 0.7 ›  top p not sent  max tokens 1024`."""

    DEFAULT_CSS = """
    SettingTuner { height: 1; background: $primary-muted; color: $foreground; padding: 0 1; }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("left", "choose(-1)", show=False),
        Binding("right,tab", "choose(1)", show=False),
        Binding("up", "turn(1)", show=False),
        Binding("down", "turn(-1)", show=False),
        Binding("delete,backspace", "clear", show=False),
        Binding("escape,enter,ctrl+t", "close", show=False),
    ]

    settings: reactive[Settings] = reactive(Settings(), layout=False)
    chosen: reactive[int] = reactive(0, layout=False)

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)

    def _show(self, state: UiState) -> None:
        self.settings = state.settings

    def render(self) -> Content:
        line = Content("")
        for index, (name, label) in enumerate(NAMES):
            value = getattr(self.settings, name)
            shown = NOT_SENT if value is None else f"{value:g}"
            here = index == self.chosen
            left, right = (f"{Sign.OLDER} ", f" {Sign.NEWER}") if here else ("  ", "  ")
            style = "bold reverse" if here else ""
            line = Content.assemble(line, (f"{left}{label} {shown}{right}", style), " ")
        line = line.rstrip()
        room = self.content_size.width - line.cell_length - 2
        hints = (key_hints(KEYS[first:], "  ") for first in range(len(KEYS)))
        line = Content("  ").join([line, *[hint for hint in hints if hint.cell_length <= room][:1]])
        return line.truncate(max(self.content_size.width, 1), ellipsis=True)

    @property
    def _knob(self) -> str:
        return NAMES[self.chosen][0]

    def action_choose(self, steps: int) -> None:
        self.chosen = (self.chosen + steps) % len(NAMES)

    def action_turn(self, steps: int) -> None:
        self.post_message(TunerTurned(self._knob, steps))

    def action_clear(self) -> None:
        self.post_message(TunerCleared(self._knob))

    def action_close(self) -> None:
        self.post_message(TunerClosed())

    def on_blur(self) -> None:
        self.post_message(TunerClosed())
