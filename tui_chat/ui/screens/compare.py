"""Compared answers side by side, or in tabs where there is no room for that."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, Protocol, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region
from textual.theme import Theme

from tui_chat.engine.comparison import Comparison
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_hints import fitting_hints
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.textual_fixes.covered_containers import Covered, CoveredHorizontal
from tui_chat.ui.textual_fixes.paint_now import paint_now
from tui_chat.ui.transcript_colors import palette_of
from tui_chat.ui.widget_messages import CodeWanted, LinkFollowed
from tui_chat.ui.widgets.answer_pane import AnswerPane, show_answer
from tui_chat.ui.widgets.cached_text import CachedText
from tui_chat.ui.widgets.compare_column import CompareColumn
from tui_chat.ui.widgets.compare_tabs import AnswerPointed, CompareTabs
from tui_chat.ui.widgets.difference_marks import WordMarks
from tui_chat.ui.widgets.shared_repaints import SharedFrames
from tui_chat.ui.widgets.transcript import Transcript
from tui_chat.ui.widgets.transcript.scroll_keys import Target

COLUMN = 30
"""Cells that a column needs; where there are fewer, the answers are in tabs."""

FACTS, NARROW = 56, 36
"""Cells below which what an answer took needs two lines, and three."""

LOW = 16
"""Rows below which none is left empty."""

TICK = 0.25
"""Seconds between two looks at how far the answers are."""

ALIKE = "no word differs"

Way = Literal["keep", "use"]
"""How the view ends: the answer is kept, or it is and its settings are those of the next request."""


class CompareActions(Protocol):
    """What the view asks of its opener."""

    @property
    def prepare(self) -> Callable[[AnswerPane], object]: ...

    def stop(self, number: int | None = None) -> bool:
        """Stop an answer, or all of them. False where none came."""
        ...

    def may_keep(self, number: int) -> bool: ...

    def ask_again(self, number: int) -> None: ...

    def copy(self, number: int, selected: str) -> None: ...

    def copy_code(self, number: int, block: int) -> None:
        """One code block of an answer, by its number from 0."""
        ...


class CompareScreen(Covered, Modal[tuple[int, Way] | None]):
    """Closes with the answer to keep, or None."""

    DEFAULT_CSS = """
    CompareScreen {
        background: $background;
        & > #title { height: 1; padding: 0 2; background: $panel; color: $text-muted; }
        & > #columns { height: 1fr; }
        & > #sum { height: 1; padding: 0 2; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & > #keys { height: 1; padding: 0 2; background: $panel; }
        & CompareTabs { display: none; }
        &.-low CompareColumn > .head { height: 2; padding-top: 0; }
        &.-two-lines CompareColumn > .foot { height: 2; margin: 1 0 0 0; }
        &.-three-lines CompareColumn > .foot { height: 3; margin: 1 0 0 0; }
        &.-low CompareColumn > .foot { margin: 0; }
        &.-tabs CompareTabs { display: block; }
        &.-tabs CompareColumn { display: none; border-left: none; }
        &.-tabs CompareColumn.-chosen { display: block; }
        &.-tabs CompareColumn > .head { display: none; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q", "close", "Stop all answers; then close", show=False),
        Binding("left,shift+tab,h", "choose(-1)", "The answer to the left", show=False),
        Binding("right,tab,l", "choose(1)", "The answer to the right", show=False),
        *(Binding(str(n), f"point({n - 1})", f"Answer {n}", show=False) for n in range(1, 5)),
        Binding("up", "scroll('line', -1)", "Up", show=False),
        Binding("down", "scroll('line', 1)", "Down", show=False),
        Binding("pageup", "scroll('page', -1)", "A page up", show=False),
        Binding("pagedown,space", "scroll('page', 1)", "A page down", show=False),
        Binding("home", "scroll('start')", "To the beginning", show=False),
        Binding("end", "scroll('end')", "To the end", show=False),
        Binding("enter,k", "keep('keep')", "Keep this answer", show=False),
        Binding("u", "keep('use')", "Keep it, and use its settings from now on", show=False),
        Binding("d", "differences", "Mark the words that differ", show=False),
        Binding("c", "ask('copy')", "Copy this answer", show=False),
        Binding("r", "ask('again')", "Answer this one again", show=False),
        Binding("s", "ask('stop')", "Stop this one", show=False),
        Binding("t", "tabs", "Tabs, or side by side", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, comparison: Comparison, actions: CompareActions) -> None:
        super().__init__()
        self.comparison = comparison
        self.chosen = 0
        self._actions = actions
        self._columns = [CompareColumn(n, head, actions.prepare) for n, head in enumerate(comparison.heads)]
        frames = SharedFrames(self)
        for column in self._columns:
            column.pane.streams.timers = frames
        self._in_tabs: bool | None = None
        """The user's choice; None: whatever fits."""
        self._title_text, self._sum, self._keys_text = (CachedText(id=name) for name in ("title", "sum", "keys"))
        self._tabs = CompareTabs(comparison.heads)
        self._marks = WordMarks(
            [column.pane for column in self._columns],
            lambda: self.chosen,
            partial(self.run_worker, group="differences", exclusive=True),
            self.set_timer,
        )

    def compose(self) -> ComposeResult:
        yield self._title_text
        yield self._tabs
        with CoveredHorizontal(id="columns"):
            yield from self._columns
        yield self._sum
        yield self._keys_text

    def on_mount(self) -> None:
        def set_palettes(theme: Theme) -> None:
            for column in self._columns:
                column.pane.palette = palette_of(theme)

        self.app.theme_changed_signal.subscribe(self, set_palettes)
        set_palettes(self.app.current_theme)
        for number in range(len(self._columns)):
            self.show(number)
        # Of those that were there before, the newest is what the user has come from.
        self.action_point(len(self._columns) - 1 if self.comparison.is_found else 0)
        self.set_interval(TICK, self._tell)

    # Answers

    def show(self, number: int) -> None:
        """Show the answer that has this place now, and how it comes."""
        pane, node_id = self._columns[number].pane, self.comparison.answers[number]
        prompts = self.comparison.prompts
        show_answer(pane, node_id, self.comparison.turn(number), None if prompts is None else prompts[number])
        if (exchange := self.comparison.coming(number)) is None:
            # Before it has its size all of it may seem to fit, and the view would be kept at its end.
            self.call_after_refresh(pane.action_scroll, "start")
        else:
            pane.stream(node_id, exchange.reply)
        heads = self.comparison.heads
        self._columns[number].say_head(heads[number])
        self._tabs.say_heads(heads)
        self._marks.clear()
        self._tell(number)
        self._say()

    def answer_changed(self, number: int) -> None:
        """An answer has ended or was judged again."""
        self._columns[number].pane.put(self.comparison.answers[number], self.comparison.turn(number))
        self._marks.clear()
        self._tell(number)
        self._say()
        self._mark()

    def say_sum(self, words: str) -> None:
        """What all answers took so far."""
        head = "In all so far" if self.comparison.all_coming else "In all"
        self._sum.say(Content.assemble((f"{head}   ", "bold"), words) if words else Content())

    def _tell(self, number: int | None = None) -> None:
        """Say what an answer took, or how far it is; None: of all that still come."""
        coming = [self.comparison.coming(n) for n in range(len(self._columns))]
        has_priced = any(self._columns[0].pane.price(each.endpoint) for each in self.comparison.variants)
        for column, exchange in zip(self._columns, coming, strict=True):
            if column.number == number or (number is None and exchange is not None):
                column.tell(self.comparison.turn(column.number), exchange, has_priced=has_priced)
        self._tabs.tell(self.chosen, [exchange is not None for exchange in coming])

    # Choosing and scrolling

    def action_choose(self, by: int) -> None:
        self.action_point((self.chosen + by) % len(self._columns))

    def action_point(self, number: int) -> None:
        if number >= len(self._columns):
            return
        self.chosen = number
        for column in self._columns:
            column.set_class(column.number == number, "-chosen")
        self._tell(number)
        self._say()
        self._mark()

    def action_scroll(self, target: Target, by: int = 0) -> None:
        self._columns[self.chosen].pane.action_scroll(target, by)

    # What is done with an answer

    def action_keep(self, way: Way) -> None:
        if self._actions.may_keep(self.chosen):
            self.dismiss((self.chosen, way))

    def action_close(self) -> None:
        if not self._actions.stop():
            self.dismiss(None)

    def action_ask(self, what: Literal["stop", "copy", "again"]) -> None:
        match what:
            case "stop":
                self._actions.stop(self.chosen)
            case "copy":
                self._actions.copy(self.chosen, self.get_selected_text() or "")
            case "again":
                self._actions.ask_again(self.chosen)

    @on(Transcript.LinkClicked)
    @on(CodeWanted)
    @on(AnswerPointed)
    def _clicked(self, message: Transcript.LinkClicked | CodeWanted | AnswerPointed) -> None:
        """An answer, or something in it, was clicked."""
        message.stop()
        if isinstance(message, AnswerPointed):
            self.action_point(message.number)
        elif isinstance(message, Transcript.LinkClicked):
            self.app.screen_stack[0].post_message(LinkFollowed(message.url))
        elif message.node_id in self.comparison.answers:
            self._actions.copy_code(self.comparison.answers.index(message.node_id), message.number)

    def action_differences(self) -> None:
        """Mark the words that differ from the chosen answer, or mark none."""
        self._marks.wanted = self._marks.to_show = not self._marks.wanted
        self._marks.clear()
        self._mark()
        self._keys_text.say(_hints(self))
        paint_now(self._keys_text)

    def _mark(self) -> None:
        if not self.comparison.all_coming:
            self._marks.look()

    # Room

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Overridden: where the screen below has changed, Textual 8.2.8 repaints all of this one, which covers it."""
        if regions and not (layout or recompose):
            return self
        return super().refresh(repaint=repaint, layout=layout, recompose=recompose)

    def action_tabs(self) -> None:
        self._in_tabs = not self.has_class("-tabs")
        self.on_resize()

    def on_resize(self) -> None:
        narrow = self.size.width < COLUMN * len(self._columns)
        tabs = narrow if self._in_tabs is None else self._in_tabs
        self.set_class(tabs, "-tabs")
        self.set_class(self.size.height < LOW, "-low")
        width = self.size.width // (1 if tabs else len(self._columns))
        self.set_class(width < FACTS, "-two-lines")
        self.set_class(width < NARROW, "-three-lines")
        self._marks.clear()
        self.call_after_refresh(self._mark)
        self._say()

    def _say(self) -> None:
        """The first and the last line, as far as there is room."""
        self._keys_text.say(_hints(self))
        width = _room(self)
        shared = safe_line(self.comparison.shared)
        prompt = Content(" ".join(safe_line(self.comparison.prompt[:2000]).split()))
        if len(shared) + 40 > width:
            shared = ""
        room = width - len(shared) - (3 if shared else 0)
        same = (f"   {ALIKE}", "$text-accent") if self.comparison.alike else ""
        title = Content.assemble(("Compare", "bold $foreground"), same, "   ", prompt)
        said = title.truncate(room, ellipsis=True, pad=True)
        title = Content.assemble(said, f"   {shared}" if shared else "")
        self._title_text.say(title)


def _hints(screen: CompareScreen) -> Content:
    """The keys and what they do now, most important first, as far as there is room."""
    comparison, chosen, marks = screen.comparison, screen.chosen, screen._marks
    comes, blank = comparison.coming(chosen) is not None, comparison.turn(chosen).blank
    again = ("r", "again")
    pairs = (
        ("enter", "keep") if comes or not blank else again,
        ("←→", "choose"),
        *((again,) if comparison.stood(chosen) else ()),
        *(() if comparison.alike else (("d", "unmark" if marks.wanted else "differences"),)),
        *(() if blank and not comes else (("u", "keep and use its settings"),)),
        ("↑↓", "scroll"),
        *(() if blank and not comes else (("c", "copy"),)),
        *((("s", "stop this one"),) if comes else () if blank or comparison.stood(chosen) else (again,)),
        ("t", "side by side" if screen.has_class("-tabs") else "tabs"),
        ("esc", "stop all" if comparison.all_coming else "close"),
    )
    return fitting_hints(pairs, _room(screen))


def _room(screen: CompareScreen) -> int:
    """Cells of the first and the last line."""
    return max(screen.size.width - 4, 1)
