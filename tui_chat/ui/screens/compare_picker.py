"""Chooses what to compare: the thing that varies and its values, or some of the existing answers."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_chat.core.comparison import FEWEST, VERSIONS, Variant, Versions
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.controllers.compare import Offered
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.version_row import label_cells, version_row

NAME = 20
"""Cells of what differs."""

LISTED = 6
"""Answers that are listed; the older ones have their numbers."""

WIDEST = 100
"""Cells of the window where the terminal is wide enough."""

AROUND = 7
"""Cells of the window beside its list: border, padding, and the bar that scrolls the list."""

SETTING_KEYS = (("↑↓", "what differs"), ("enter", "start"), ("esc", "close"))
ALL_KEYS = (("↑↓", "what differs"), ("enter", "compare"), ("esc", "close"))
VERSION_KEYS = (("↑↓", "move"), ("space", "tick"), ("enter", "compare"), ("esc", "close"))

DECORATION = str.maketrans("", "", "*`#")
"""What the beginning of an answer does without."""


class ValueLine(Input):
    """Textual 8.2.8 binds no key that an input types: the picker is asked about space here."""

    def on_key(self, event: events.Key) -> None:
        if event.key == "space" and isinstance(self.screen, ComparePicker) and self.screen.take_space():
            event.stop()
            event.prevent_default()


class ComparePicker(Modal[Sequence[Variant] | Versions | None]):
    """The line for the values has the focus all the time: what is typed replaces what was proposed. Up and down choose
    what differs, or one of the versions that are there, which space ticks."""

    DEFAULT_CSS = """
    ComparePicker {
        align: center middle;
        & > Vertical { width: 100; max-width: 96%; height: auto; max-height: 100%; border: round $primary;
                       border-title-color: $text-accent; border-title-style: bold; border-subtitle-color: $text-muted;
                       background: $surface; padding: 1 2; }
        & Static { width: 1fr; height: auto; }
        & #prompt { height: 1; text-wrap: nowrap; text-overflow: ellipsis; margin-bottom: 1; color: $text-muted; }
        & OptionList { border: none; padding: 0; background: $surface;
                       scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #line { height: 1; margin-top: 1; }
        & #label { width: 19; }
        & #values { width: 1fr; height: 1; border: none; padding: 0 1; background: $boost; }
        & #said { margin-top: 1; min-height: 1; color: $text-muted; }
        & #said.-wrong { color: $text-error; }
        &.-low > Vertical { padding: 0 2; }
        &.-low #prompt, &.-low #line, &.-low #said { margin: 0; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape", "dismiss(None)", "Close", show=False),
        Binding("up", "choose(-1)", "What differs", show=False, priority=True),
        Binding("down", "choose(1)", "What differs", show=False, priority=True),
    ]
    AUTO_FOCUS = "#values"

    def __init__(self, offer: Offered) -> None:
        super().__init__()
        self._offer = offer
        self._values = dict(offer.names)
        self._rows: list[tuple[str, int]] = [(name, 0) for name in self._values]
        """What can be chosen: a name, and the number of a version or 0."""
        count = len(offer.versions)
        if count:
            self._values = {VERSIONS: offer.newest, **self._values}
            listed = range(max(count - LISTED, 0), count + 1)
            self._rows = [(VERSIONS, number) for number in (0, *listed[1:])] + self._rows
        self._typing = False
        """The line was typed in since the row was chosen."""

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Compare answers"
            prompt = " ".join(safe_line(self._offer.prompt[:500]).split())
            yield Static(Content(prompt).truncate(400, ellipsis=True), id="prompt")
            names = OptionList(*(Option(self._line(*row)) for row in self._rows), markup=False)
            names.can_focus = False
            yield names
            with Horizontal(id="line"):
                yield Static("values", id="label")
                yield ValueLine(id="values", select_on_focus=False)
            yield Static(id="said")

    def on_mount(self) -> None:
        # What is there costs nothing: it comes first. Else the temperature.
        first = VERSIONS if self._offer.versions else "temperature"
        self._list.highlighted = self._rows.index((first, 0))

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _input(self) -> Input:
        return self.query_one("#values", Input)

    @property
    def _row(self) -> tuple[str, int]:
        return self._rows[self._list.highlighted or 0]

    # Choosing

    def action_choose(self, by: int) -> None:
        names = self._list
        names.highlighted = ((names.highlighted or 0) + by) % len(self._rows)

    @on(OptionList.OptionHighlighted)
    def _chosen(self) -> None:
        name, number = self._row
        self._put(self._values[name])
        self.query_one("#label", Static).update("ticked versions" if name == VERSIONS else "values")
        keys = VERSION_KEYS if number else ALL_KEYS if name == VERSIONS else SETTING_KEYS
        self.query_one(Vertical).border_subtitle = key_hints(keys)
        self._explain()

    def _put(self, value: str) -> None:
        """Propose a value: it is selected, so that the first letter typed replaces it."""
        self._typing = False
        self._input.value = value
        self._input.select_all()

    def take_space(self) -> bool:
        """Tick the version under the cursor, or take it out. False in a line that is being typed: it is a space."""
        if (number := self._row[1]) and not self._typing:
            self._tick(number)
            return True
        if self._input.selection.start != self._input.selection.end:
            self._input.action_end()  # one more value behind those that are proposed
        return False

    def _tick(self, number: int) -> None:
        ticked = {*self._numbers} ^ {number}
        typed = " ".join(self._offer.versions[number - 1].name for number in sorted(ticked))
        if (problem := self._read(typed).problem) and len(ticked) > FEWEST:
            self._say(Content(safe_line(problem)), wrong=True)
            return
        self._values[VERSIONS] = typed
        self._put(typed)
        self._explain()

    def _read(self, typed: str) -> Versions:
        read = self._offer.read(f"{VERSIONS} {typed}")
        return read if isinstance(read, Versions) else Versions()

    @property
    def _numbers(self) -> tuple[int, ...]:
        """The versions that are ticked or typed."""
        return self._read(self._values.get(VERSIONS, "")).numbers

    @on(Input.Submitted)
    def _start(self) -> None:
        read = self._offer.read(f"{self._row[0]} {self._input.value}")
        match read:
            case Versions(problem="") | tuple():
                self.dismiss(read)
            case Versions(problem=problem) | str(problem):
                self._say(Content(safe_line(problem)), wrong=True)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        """A click chooses; a request is not sent by it."""
        if number := self._row[1]:
            self._tick(number)

    @on(Input.Changed)
    def _typed(self) -> None:
        name, value = self._row[0], self._input.value
        if value != self._values[name]:
            self._typing = True
            self._values[name] = value
            self._explain()

    # What is said

    def _explain(self) -> None:
        """What the values may be, or what is wrong with those that are typed; the rows say what is chosen."""
        name, number = self._row
        for index, row in enumerate(self._rows):
            if row[0] == name:
                self._list.replace_option_prompt_at_index(index, self._line(*row))
        if name != VERSIONS:
            self._say(Content(safe_line(f"{name}: two to four values, {self._offer.expected(name)}")))
            return
        read, names = self._read(self._values[VERSIONS]), [version.name for version in self._offer.versions]
        if read.problem:
            self._say(Content(safe_line(read.problem)), wrong=len(read.numbers) >= FEWEST)
        else:
            older = names[:-LISTED]
            more = f"; {older[0]} to {older[-1]} are older, type their numbers" if older else ""
            which = ", ".join(names[each - 1] for each in read.numbers) or "the newest"
            how = "space ticks two to four" if number else "go down and tick others with space, or type their numbers"
            self._say(Content(f"enter compares {which}; {how}{more}"))

    def _line(self, name: str, number: int) -> Content:
        if number:
            return self._version(number)
        said = "   ticked below; nothing is sent" if name == VERSIONS else ""
        return Content.assemble(f"{name:<{NAME}}", (f"{safe_line(self._values[name])}{said}", "dim"))

    def _version(self, number: int) -> Content:
        """One of the answers that are there; those that are typed are marked."""
        versions, is_ticked = self._offer.versions, number in self._numbers
        shown, heads = versions[number - 1], [safe_line(each.head) for each in versions]
        begins = " ".join(safe_line(shown.text[:200].translate(DECORATION)).split())
        which = shown.number.rjust(max(len(each.number) for each in versions))
        before = f" {which}  "
        width = max(min(WIDEST, self.app.size.width * 96 // 100) - AROUND - 3 - len(before), 1)
        rows = version_row(heads[number - 1], begins, width, label_cells(heads, width))
        made = [Content.assemble(label, (f"   {text}" if text else "", "dim")) for label, text in rows]
        tick = (Sign.SELECTED if is_ticked else " ", "$text-accent")
        return Content.assemble("  ", tick, before, Content("\n" + " " * (3 + len(before))).join(made))

    def _say(self, text: Content, *, wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.update(text)
        said.set_class(wrong, "-wrong")

    def on_resize(self, event: events.Resize) -> None:
        low = event.size.height < 26
        self.set_class(low, "-low")
        # Not its own: where max-height is reached, Textual 8.2.8 makes the box as high as all rows.
        rows = [self._line(*row) for row in self._rows]
        for index, row in enumerate(rows):
            self._list.replace_option_prompt_at_index(index, row)
        height = sum(row.plain.count("\n") + 1 for row in rows)
        self._list.styles.height = max(min(height, event.size.height - (8 if low else 12)), 3)
        self._explain()
