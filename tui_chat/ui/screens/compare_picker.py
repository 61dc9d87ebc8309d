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

from tui_chat.core.comparison import VERSIONS, Variant, Versions, newest_two
from tui_chat.core.signs import Sign
from tui_chat.render.safe import safe_line
from tui_chat.ui.controllers.compare import Offered
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.screens.modal import Modal

NAME = 20
"""Cells of what differs."""

LISTED = 6
"""Answers that are listed; the older ones have their numbers."""

HEAD = 40
"""Cells of an answer's label."""

DECORATION = str.maketrans("", "", "*`#")
"""What the beginning of an answer does without."""


class ComparePicker(Modal[Sequence[Variant] | Versions | None]):
    """The line for the values has the focus all the time; up and down choose what differs."""

    DEFAULT_CSS = """
    ComparePicker {
        align: center middle;
        & > Vertical { width: 72; max-width: 96%; height: auto; max-height: 100%; border: round $primary;
                       border-title-color: $text-accent; border-title-style: bold; border-subtitle-color: $text-muted;
                       background: $surface; padding: 1 2; }
        & Static { width: 1fr; height: auto; }
        & #prompt { height: 1; text-wrap: nowrap; text-overflow: ellipsis; margin-bottom: 1; color: $text-muted; }
        & OptionList { height: auto; max-height: 50vh; border: none; padding: 0; background: $surface;
                       scrollbar-size-vertical: 1; }
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
        if offer.versions:
            self._values = {VERSIONS: newest_two(len(offer.versions)), **self._values}
        self._names = list(self._values)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Compare answers"
            box.border_subtitle = key_hints((("↑↓", "what differs"), ("enter", "start"), ("esc", "close")))
            prompt = " ".join(safe_line(self._offer.prompt[:500]).split())
            yield Static(Content(prompt).truncate(400, ellipsis=True), id="prompt")
            names = OptionList(*(Option(self._line(name), id=name) for name in self._names), markup=False)
            names.can_focus = False
            yield names
            with Horizontal(id="line"):
                yield Static("values", id="label")
                yield Input(id="values", select_on_focus=False)
            yield Static(id="said")

    def on_mount(self) -> None:
        # What is there costs nothing: it comes first. Else the temperature.
        first = VERSIONS if self._offer.versions else "temperature"
        self._list.highlighted = self._names.index(first)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _input(self) -> Input:
        return self.query_one("#values", Input)

    @property
    def _wanted(self) -> str:
        return self._names[self._list.highlighted or 0]

    def _line(self, name: str) -> Content:
        said = "   nothing is sent" if name == VERSIONS else ""
        return Content.assemble(f"{name:<{NAME}}", (f"{safe_line(self._values[name])}{said}", "dim"))

    def action_choose(self, by: int) -> None:
        names = self._list
        names.highlighted = ((names.highlighted or 0) + by) % len(self._names)

    @on(OptionList.OptionHighlighted)
    def _chosen(self) -> None:
        name = self._wanted
        self._input.value = self._values[name]
        self._input.cursor_position = len(self._input.value)
        self.query_one("#label", Static).update("numbers" if name == VERSIONS else "values")
        self._explain()

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _start(self) -> None:
        read = self._offer.read(f"{self._wanted} {self._input.value}")
        if isinstance(read, str):
            self._say(Content(safe_line(read)), wrong=True)
        else:
            self.dismiss(read)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self._values[self._wanted]:
            self._values[self._wanted] = event.value
            self._list.replace_option_prompt(self._wanted, self._line(self._wanted))
            self._explain()

    def _explain(self) -> None:
        """What the values may be: for answers that are there, the list of them."""
        if (name := self._wanted) == VERSIONS:
            self._say(Content("\n").join(self._versions()))
        else:
            self._say(Content(safe_line(f"{name}: two to four values, {self._offer.expected(name)}")))

    def _versions(self) -> list[Content]:
        """The answers that are there, the newest ones last; those that are typed are marked."""
        read = self._offer.read(f"{VERSIONS} {self._input.value}")
        marked = read.numbers if isinstance(read, Versions) else ()
        versions = list(enumerate(self._offer.versions, 1))
        older = len(versions) - LISTED
        room = min(72, self.size.width * 96 // 100) - 6
        wide = min(max(len(head) for _, (head, _) in versions), HEAD)
        lines = [Content(f"   1 to {older} are older")] if older > 0 else []
        for number, (head, text) in versions[-LISTED:]:
            mark, style = (Sign.SELECTED, "$foreground") if number in marked else (" ", "")
            told = Content(safe_line(head)).truncate(wide, ellipsis=True, pad=True)
            begins = " ".join(safe_line(text[:200].translate(DECORATION)).split())
            line = Content.assemble(
                (mark, "$text-accent"), (f"{number:>2}  ", style), told.stylize(style), f"   {begins}"
            )
            lines.append(line.truncate(room, ellipsis=True))
        return lines

    def _say(self, text: Content, *, wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.update(text)
        said.set_class(wrong, "-wrong")

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < 24, "-low")
        self._explain()
