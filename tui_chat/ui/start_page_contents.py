"""The contents of the start page: what answers, the first keys, recent conversations, what can be set up.
Pure. An id is `open:ID`, `use:ENDPOINT` or `add`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tui_chat.core.endpoint import DEMO, LOCAL
from tui_chat.core.relative_dates import relative_time
from tui_chat.core.short_number import short_number
from tui_chat.core.symbols import Sign
from tui_chat.local.find_model import MODEL_NAME
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_variable import missing_key_words
from tui_chat.ui.keymap import Keymap, shown
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.start_page_layout import StartItem, StartPageLayout
from tui_chat.ui.state import UiState

OPEN, USE, ADD, KEY = "open:", "use:", "add", "key"
SHOWN = 5
"""Recent conversations."""

TOY = "A toy model that comes with the app: it runs on this machine, sends nothing anywhere, and is often wrong."
SCRIPT = "A script, not a model. Send “long answer”, “block prompt” or “rate limit” to see each; “help” lists the rest."

SLASH, AT = "/", "@"
FIRST_KEYS = (
    ("chat.send", "send"),
    ("chat.newline", "new line"),
    (SLASH, "commands"),
    (AT, "attach a file"),
    ("chat.open", "conversations"),
    ("palette", "palette"),
    ("pane.settings", "settings"),
    ("help", "keys and help"),
    ("app.quit", "quit"),
)


def page_of(
    state: UiState, keys: Keymap, rows: Sequence[LibraryRow], now: datetime, chosen: str | None
) -> StartPageLayout:
    """The page, with the cursor on the item `chosen`; None if the focus is elsewhere."""
    return StartPageLayout(
        answers=tuple(_answers(state)),
        note=_note(state),
        keys=tuple(_first_keys(keys)),
        recent=tuple(_recent(rows, now)),
        offers=tuple(_offers(state)),
        offer_title="To begin" if state.missing_key else "No endpoint of your own yet",
        chosen=chosen,
    )


def _answers(state: UiState) -> Iterator[str]:
    yield from dict.fromkeys(safe_line(part) for part in (state.model, state.endpoint) if part)
    if state.context:
        yield f"{short_number(state.context)} context"


def _note(state: UiState) -> str:
    if state.endpoint == LOCAL and state.model == MODEL_NAME:
        return TOY
    if state.missing_key:
        return missing_key_words(state.missing_key)
    return SCRIPT if state.endpoint == DEMO else ""


def _first_keys(keys: Keymap) -> Iterator[tuple[str, str]]:
    for command, word in FIRST_KEYS:
        if key := command if command in (SLASH, AT) else shown(_handiest(keys.of(command))):
            yield key, word


def _handiest(keys: Sequence[str]) -> str:
    """The first key; of several one with ctrl, which every terminal can send, unlike shift+enter."""
    return next((key for key in keys if key.startswith("ctrl+") and len(keys) > 1), keys[0] if keys else "")


def _recent(rows: Sequence[LibraryRow], now: datetime) -> Iterator[StartItem]:
    for number, row in enumerate(rows[:SHOWN], 1):
        when = relative_time(row.updated, now)
        busy = f"{Sign.BUSY} answering" if row.running else f"{Sign.NEW} new" if row.unread else ""
        title = " ".join(safe_line(row.title).split()) or "(no title)"
        yield StartItem(f"{OPEN}{row.id}", str(number), title, busy or when, attention=bool(busy))


def _offers(state: UiState) -> Iterator[StartItem]:
    if state.missing_key:
        yield StartItem(KEY, "k", "Type or paste the key", "used from now on")
    if not state.nothing_set_up:
        return
    for key, name in zip("uvw", (name for name in state.found if name != state.endpoint), strict=False):
        yield StartItem(f"{USE}{name}", key, f"Use {safe_line(name)}", "found on this machine")
    yield StartItem(ADD, "a", "Add an endpoint", "an address or a curl command")
    if state.endpoint != DEMO:
        yield StartItem(f"{USE}{DEMO}", "d", "Try the demo", "scripted, shows the content filter")
