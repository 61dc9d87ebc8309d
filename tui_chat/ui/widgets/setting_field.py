"""One setting on one line: turned by arrow keys, wheel and mouse, or typed. It says what was done to it and shows what
it is told; what a value may be is none of its business."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.core.words import NOT_SENT

_UP, _DOWN = "▸", "◂"
_ARROWS = f" {_DOWN} {_UP}"


class Knob(Widget, can_focus=True):
    """`label … value ◂ ▸`. `value` None is shown as *not sent*. `complaint` takes the value's place when it is set."""

    DEFAULT_CSS = """
    Knob { height: 1; width: 1fr; color: $foreground; }
    Knob:focus { background: $primary-muted; }
    Knob:focus:ansi { background: transparent; text-style: reverse; }
    Knob:hover { background: $boost; }
    """

    value: reactive[str | None] = reactive[str | None](None, layout=False)
    complaint: reactive[str] = reactive("", layout=False)
    typed: reactive[str | None] = reactive[str | None](None, layout=False)
    """What is being typed; None while nothing is."""

    @dataclass
    class Turned(Message):
        """Turned by so many steps, up if positive."""

        name: str
        steps: int

    @dataclass
    class Typed(Message):
        """This text was typed and confirmed."""

        name: str
        text: str

    @dataclass
    class Cleared(Message):
        """It is not to be sent."""

        name: str

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name=name, id=f"knob-{name}")
        self._setting = name
        self._label = label

    def render(self) -> Content:
        width = max(self.content_size.width, 1)
        label = Content.assemble((self._label, "$text-muted"))
        if self.complaint:
            return Content.assemble((self.complaint, "$text-error")).truncate(width, ellipsis=True)
        arrows = Content.assemble((_ARROWS, "$text-accent" if self.has_focus else "$text-disabled"))
        value = self._value()
        gap = width - label.cell_length - value.cell_length - arrows.cell_length
        return Content.assemble(label, " " * max(gap, 1), value, arrows)

    def _value(self) -> Content:
        if self.typed is not None:
            return Content.assemble((self.typed, "bold"), ("▏", "$accent"))
        if self.value is None:
            return Content.assemble((NOT_SENT, "italic $text-muted"))
        return Content.assemble((self.value, "bold"))

    def on_key(self, event: events.Key) -> None:
        if self._typing(event) or self._turning(event.key):
            event.stop()
            event.prevent_default()

    def _turning(self, key: str) -> bool:
        match key:
            case "up" | "right":
                self._turn(1)
            case "down" | "left":
                self._turn(-1)
            case "delete" | "backspace":
                self._clear()
            case _:
                return False
        return True

    def _typing(self, event: events.Key) -> bool:
        """Keys of the small line editor; it begins with a digit, a dot or a minus sign."""
        character = event.character or ""
        if self.typed is None:
            if not (character and character in "0123456789.-"):
                return False
            self.complaint = ""
            self.typed = character
            return True
        match event.key:
            case "enter":
                text, self.typed = self.typed, None
                self.post_message(self.Typed(self._setting, text))
            case "escape":
                self.typed = None
            case "backspace":
                self.typed = self.typed[:-1] or None
            case _ if event.is_printable and len(self.typed) < 12:
                self.typed += character
            case _:
                return False
        return True

    def _turn(self, steps: int) -> None:
        self.complaint = ""
        self.typed = None
        self.post_message(self.Turned(self._setting, steps))

    def _clear(self) -> None:
        self.complaint = ""
        self.post_message(self.Cleared(self._setting))

    def on_blur(self) -> None:
        """What was typed counts, as if it had been confirmed: leaving a field must not lose it."""
        if self.typed is not None:
            text, self.typed = self.typed, None
            self.post_message(self.Typed(self._setting, text))

    def on_click(self, event: events.Click) -> None:
        from_right = self.content_size.width - event.x
        if from_right == 1:
            self._turn(1)
        elif from_right == 3:
            self._turn(-1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        if self.has_focus:
            event.stop()
            self._turn(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        if self.has_focus:
            event.stop()
            self._turn(-1)
