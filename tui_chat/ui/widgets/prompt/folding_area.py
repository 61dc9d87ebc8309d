"""A text area in which a folded paste is one unit for the cursor, deleting, cutting and copying."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.document._document import EditResult, Location, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.strip import Strip
from textual.widgets import TextArea

from tui_chat.core.surrogates import repair_surrogates
from tui_chat.render.sanitize import unify_newlines
from tui_chat.ui.textual_fixes.fast_wrap import FastWrappedDocument
from tui_chat.ui.textual_fixes.long_rows import long_row
from tui_chat.ui.widgets.prompt.folded_document import FoldedDocument
from tui_chat.ui.widgets.prompt.pastes import Pastes, is_file, is_long


class FoldingTextArea(TextArea):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"folding-area--chip"}

    DEFAULT_CSS = """
    FoldingTextArea .folding-area--chip { color: $text-primary; background: $primary-muted; }
    """

    def __init__(self, placeholder: str, name: str) -> None:
        self.folded = FoldedDocument(Pastes())
        self.pastes = self.folded.pastes
        super().__init__(
            soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False, placeholder=placeholder, id=name
        )
        self.document = self.folded
        self.wrapped_document = FastWrappedDocument(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)

    def edit(self, edit: Edit) -> EditResult:
        """Overridden: a chip is changed as a whole or not at all."""
        edit.from_location, edit.to_location = self.folded.widened(edit.from_location, edit.to_location)
        result = super().edit(edit)
        return EditResult(result.end_location, self.pastes.expand(result.replaced_text))

    def _validate_selection(self, selection: Selection) -> Selection:
        """Overridden: the cursor is never inside of a chip."""
        start, end = super()._validate_selection(selection)
        old = self.selection
        return Selection(self.folded.outside(start, old.start), self.folded.outside(end, old.end))

    def get_line(self, line_index: int) -> Text:
        """Overridden: chips are painted as their labels."""
        line = self.document.get_line(line_index)
        shown = Text(self.pastes.shown(line), end="", no_wrap=True)
        for chip in self.pastes.chips(line):
            shown.stylize(self.get_component_rich_style("folding-area--chip"), chip.start, chip.end)
        return shown

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        """Overridden: a long paste is folded."""
        if len(insert) > 1:
            insert = repair_surrogates(insert)
            if is_long(insert):
                insert = self.pastes.fold(unify_newlines(insert))
        return super()._replace_via_keyboard(insert, start, end)

    def unfold(self) -> bool:
        """Put the text of the paste at the cursor in its place, else that of the last one. False: there is none.

        A file is shown instead.
        """
        found = self.folded.chip_at(self.cursor_location) or self.folded.last_paste()
        if found is None:
            return False
        if is_file(found[1].text):
            from tui_chat.ui.widget_messages import FileChipClicked

            self.post_message(FileChipClicked(found[1].text))
            return True
        row, chip = found
        text = self.pastes.unfold(chip)
        self.history.checkpoint()
        result = self.replace(text, (row, chip.start), (row, chip.end), maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        return True

    def on_click(self, event: events.Click) -> None:
        place = self.get_target_document_location(event)
        found = self.folded.chip_at(place)
        if found is not None and place[1] < found[1].end and self.selection.is_empty:
            self.move_cursor((found[0], found[1].start))
            self.unfold()

    def _render_line(self, y: int) -> Strip:
        """Overridden: Textual cuts up all of a line for each of its rows."""
        row = long_row(self, y, self.pastes.shown)
        return super()._render_line(y) if row is None else row

    def _rewrap_and_refresh_virtual_size(self) -> None:
        """Overridden: Textual wraps a long text again for each change of height, too."""
        if self.wrapped_document._width != self.wrap_width:
            super()._rewrap_and_refresh_virtual_size()
        else:
            self._line_cache.clear()
            self._refresh_size()
