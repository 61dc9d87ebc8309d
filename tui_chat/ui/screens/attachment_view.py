"""Shows an attached file: text to read, or a picture in words. Nothing in it is executed or opened elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from tui_chat.core.attachment import Attachment, about, short_size
from tui_chat.render.sanitize import safe_line, safe_text
from tui_chat.ui.key_hints import hints_of
from tui_chat.ui.screens.modal import Modal

MOST = 400_000
"""Characters that are shown. The copy that is saved is whole."""

KEYS = "↑↓ scroll   s save a copy   esc close"
PICTURE_KEYS = "o open   s save a copy   esc close"


class AttachmentView(Modal[None]):
    DEFAULT_CSS = """
    AttachmentView {
        align: center middle;
        & > Vertical { width: 96%; max-width: 120; height: 90%; border: round $primary; background: $surface;
                       border-title-color: $text-accent; border-title-style: bold;
                       border-subtitle-color: $text-muted; padding: 0 1; }
        & TextArea, & TextArea:focus { height: 1fr; border: none; background: $background; }
        & Static { width: 1fr; height: auto; color: $text-muted; }
        &.-picture > Vertical { height: auto; width: 64; padding: 1 2; }
        &.-picture #facts { margin-bottom: 1; color: $foreground; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q,enter", "dismiss", "Close", show=False, priority=True),
        Binding("s", "save", "Save a copy", show=False, priority=True),
        Binding("o", "open", "Open", show=False, priority=True),
    ]

    def __init__(self, attached: Attachment, save: Callable[[], object], show: Callable[[], object]) -> None:
        super().__init__()
        self._attached = attached
        self._save = save
        self._show = show
        self.set_class(attached.is_image, "-picture")

    def compose(self) -> ComposeResult:
        attached = self._attached
        with Vertical() as box:
            box.border_title = safe_line(attached.name)
            box.border_subtitle = safe_line(f"{about(attached)} · {short_size(attached.size)}")
            if attached.is_image:
                kind = attached.media_type.removeprefix("image/").upper()
                words = f"A {kind} picture, {about(attached)} pixels."
                yield Static(safe_line(words), id="facts", markup=False)
            else:
                yield TextArea(_shown(attached.text), read_only=True, soft_wrap=True, show_line_numbers=True)
            yield Static(hints_of(PICTURE_KEYS if attached.is_image else KEYS))

    def action_open(self) -> None:
        if self._attached.is_image:
            self._show()

    def action_save(self) -> None:
        self.dismiss()
        self._save()


def _shown(text: str) -> str:
    shown = safe_text(text[:MOST])
    return shown if len(text) <= MOST else f"{shown}\n… {len(text) - MOST:,} more characters"
