"""One setting on one line: a bar, and a value that is turned, typed, clicked or dragged. It says what was done to it,
and shows what it is given; what a value may be is decided elsewhere."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.setting_wording import NOT_SENT
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.keybar_keys import Place

LABEL = 18
"""Cells of the longest label and the space behind it."""

LEAST_BAR = 4
GREATEST_BAR = 12
VALUE = len(NOT_SENT)
LONGEST_NUMBER, LONGEST_TEXT = 12, 2000


class SettingField(Widget, can_focus=True):
    """`◆ label  ━━━━──── value`. `value` None is shown as *not sent*, `complaint` in the row's place when it is set.

    `share` is where the value lies, 0 to 1; None draws no bar. `changed` marks a value that differs from the default.
    `warning` is said of the value for as long as it is there.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    SettingField { height: 1; width: 1fr; color: $foreground; }
    SettingField:focus { background: $primary-muted; }
    SettingField:focus:ansi { background: transparent; text-style: reverse; }
    SettingField:hover { background: $boost; }
    SettingField:focus:hover { background: $primary-muted; }
    """

    value: reactive[str | None] = reactive[str | None](None, layout=False)
    share: reactive[float | None] = reactive[float | None](None, layout=False)
    changed: reactive[bool] = reactive(False, layout=False)
    complaint: reactive[str] = reactive("", layout=False)
    warning: reactive[str] = reactive("", layout=False)
    typed: reactive[str | None] = reactive[str | None](None, layout=False)
    """The text being typed; None while nothing is."""
    cursor: reactive[int] = reactive(0, layout=False)
    """Where the next character goes in it."""

    @dataclass
    class Turned(Message):
        """Turned by so many steps, up if positive."""

        name: str
        steps: int

    @dataclass
    class Placed(Message):
        """The bar was clicked or dragged to this share of its length, 0 to 1."""

        name: str
        share: float

    @dataclass
    class Typed(Message):
        """This text was typed and confirmed."""

        name: str
        text: str

    @dataclass
    class Cleared(Message):
        """It is not to be sent."""

        name: str

    @dataclass
    class Left(Message):
        """Another row is wanted: the one below if positive, else the one above."""

        name: str
        rows: int

    def __init__(
        self, name: str, label: str, *, has_bar: bool = True, is_text: bool = False, is_word: bool = False
    ) -> None:
        super().__init__(name=name, id=f"setting-{name}")
        self._setting = name
        self._label = label
        self._has_bar = has_bar
        self.is_text = is_text
        self._takes_letters = is_text or is_word
        self._held = False
        self._refused = ""

    def render(self) -> Content:
        width = max(self.content_size.width, 1)
        if said := self.complaint or (self.warning if self.typed is None else ""):
            style = "$text-error" if self.complaint else "$text-warning"
            return Content.assemble((f"{Sign.ATTENTION} ", "bold $text-warning"), (said, style)).truncate(
                width, ellipsis=True
            )
        mark = (f"{Sign.CHANGED} " if self.changed else "  ", "$text-accent")
        room = max(width - len(mark[0]) - VALUE - 1, 1)
        short = self._label.replace("Frequency", "Freq.").replace("Presence", "Pres.")
        name = self._label if len(self._label) <= room else short
        name = name.ljust(LABEL)[:room] if len(name) <= room else f"{name[: room - 1]}…"
        label = Content.assemble(mark, (name, "$text-muted" if not self.has_focus else "bold"))
        value = self._value(width - label.cell_length)
        bar = self._drawn(self._bar.stop - self._bar.start)
        gap = width - label.cell_length - bar.cell_length - value.cell_length
        return Content.assemble(label, bar, " " * max(gap, 1), value)

    @property
    def place(self) -> Place:
        """Which keys act here."""
        if self.typed is not None:
            return "setting typed"
        return "setting text" if self.is_text else "setting word" if self._takes_letters else "setting"

    @property
    def _bar(self) -> range:
        """The cells of the bar; empty where there is none, or no room for one."""
        start = LABEL + 2
        room = min(self.content_size.width - start - VALUE - 1, GREATEST_BAR)
        return range(start, start + room) if self._has_bar and room >= LEAST_BAR else range(start, start)

    def _drawn(self, cells: int) -> Content:
        if not cells:
            return Content("")
        if self.share is None:
            return Content.assemble(("·" * cells, "$text-disabled"))
        full = round(self.share * cells)
        return Content.assemble(("━" * full, "$accent"), ("─" * (cells - full), "$text-disabled"))

    def _value(self, room: int) -> Content:
        if self.typed is not None:
            before, behind = self.typed[: self.cursor], self.typed[self.cursor :]
            fits = max(room - 2, 1)
            before = before[-max(fits - min(len(behind), fits // 3), 1) :]
            return Content.assemble((before, "bold"), ("▏", "$accent"), (behind[: fits - len(before)], "bold"))
        if self.value is None:
            return Content.assemble((NOT_SENT, "italic $text-muted"))
        return Content.assemble((self.value, "bold")).truncate(max(room - 1, 1), ellipsis=True)

    def on_key(self, event: events.Key) -> None:
        if self._typing(event) or self._turning(event.key):
            event.stop()
            event.prevent_default()

    def _turning(self, key: str) -> bool:
        match key:
            case "right" | "left" if not self.is_text:
                self._turn(1 if key == "right" else -1)
            case "enter" if text := self._refused if self.complaint else self.value if self.is_text else None:
                self.complaint = ""
                self._edit(text)
            case "up" | "down":
                self.confirm()
                self.post_message(self.Left(self._setting, 1 if key == "down" else -1))
            case "delete" | "backspace":
                self.complaint = ""
                self.post_message(self.Cleared(self._setting))
            case _:
                return False
        return True

    def _typing(self, event: events.Key) -> bool:
        """Keys of the small line editor; a number begins with a digit, a dot or a minus sign."""
        character = event.character or ""
        if self.typed is None:
            begins = event.is_printable if self._takes_letters else bool(character) and character in "0123456789.-"
            if not begins:
                return False
            self.complaint = ""
            self._edit(character)
            return True
        match event.key:
            case "enter":
                self.confirm()
            case "escape":
                self.typed = None
            case "left" | "right":
                self.cursor = min(max(self.cursor + (1 if event.key == "right" else -1), 0), len(self.typed))
            case "home" | "end":
                self.cursor = 0 if event.key == "home" else len(self.typed)
            case "backspace":
                self._edit("", before=1)
            case "delete":
                self._edit("", behind=1)
            case _ if event.is_printable:
                self._edit(character)
            case _:
                return False
        return True

    def _edit(self, text: str, before: int = 0, behind: int = 0) -> None:
        """Put a text at the cursor, in the place of so many characters at its sides. Nothing left: nothing is typed."""
        old, at = self.typed or "", self.cursor if self.typed is not None else 0
        start = max(at - before, 0)
        new = old[:start] + text + old[at + behind :]
        if len(new) <= (LONGEST_TEXT if self._takes_letters else LONGEST_NUMBER):
            self.typed, self.cursor = new or None, start + len(text)

    def on_paste(self, event: events.Paste) -> None:
        """A value from elsewhere, as one line."""
        event.stop()
        event.prevent_default()
        self.complaint = ""
        self._edit(" ".join(event.text.split()))

    def refuse(self, text: str, problem: str) -> None:
        """Say in the row what is wrong with what was typed. Enter takes it up again."""
        self._refused = text
        self.complaint = problem if self.is_text else f"{safe_line(text)}: {problem}"

    def confirm(self) -> None:
        """Apply the typed text: leaving a field must not lose it."""
        if self.typed is not None:
            text, self.typed = self.typed, None
            self.post_message(self.Typed(self._setting, text))

    def _turn(self, steps: int) -> None:
        self.complaint = ""
        self.typed = None
        self.post_message(self.Turned(self._setting, steps))

    def on_blur(self) -> None:
        self.confirm()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if int(event.x) in self._bar:
            self._held = True
            self.capture_mouse()
            self._place(int(event.x))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held:
            self._place(int(event.x))

    def on_mouse_up(self) -> None:
        if self._held:
            self._held = False
            self.release_mouse()

    def _place(self, x: int) -> None:
        self.complaint = ""
        self.typed = None
        bar = self._bar
        self.post_message(self.Placed(self._setting, (x - bar.start) / max(len(bar) - 1, 1)))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseScrollUp | events.MouseScrollDown, steps: int) -> None:
        """Only where it has the focus: a pane that is scrolled must not turn what comes under the mouse."""
        if self.has_focus and not self.is_text:
            event.stop()
            self._turn(steps)
