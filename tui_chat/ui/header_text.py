"""The text of the header: the conversation on the left, what the next request uses on the right. Pure.

A line that is too narrow drops what matters least, and never wraps.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_number import short_number
from tui_chat.core.short_text import model_label
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.cells import SEPARATOR, cut, fitting_parts, last_first
from tui_chat.ui.state import NO_ENDPOINT, UiState

Segment = tuple[str, str]
"""Text and Textual's name of its style."""

MUTED, PLAIN, ACCENT = "$text-muted", "$foreground", "$text-accent"
GAP = "   "
TITLE_ROOM, SHORT_TITLE = 24, 10
"""Cells that a title keeps next to chips of lower rank, and next to the others."""
LONGEST_MODEL, SHORT_MODEL = 40, 8
"""Cells of a model's name, and those that are left of it on a narrow screen before it is dropped."""
FULL, NEARLY = 90, 75
"""Percent of the context from which on its use is an error waiting to happen, or draws attention."""


@dataclass(frozen=True, slots=True)
class HeaderChip:
    """The chip with the highest `rank` is dropped first; that of rank 0 never is. One with a `least` width is cut
    before."""

    rank: int
    segments: tuple[Segment, ...]
    least: int = 0

    @property
    def width(self) -> int:
        return sum(cell_len(text) for text, _ in self.segments)


LESS_THAN_TITLE = 3
"""Chips from this rank on give way to the title."""


def header_line(state: UiState, width: int, flashed: str = "") -> list[Segment]:
    """The line, exactly so wide. `flashed` is said for a moment in the place of the state."""
    title = safe_line(state.title) or ("New conversation" if state.endpoint else "tui-chat")
    chips = [*_chips(state), _state(state, flashed)]
    while len(chips) > 1:
        last = max(chips, key=lambda chip: chip.rank)
        kept = min(cell_len(title), TITLE_ROOM if last.rank >= LESS_THAN_TITLE else SHORT_TITLE)
        over = kept + len(GAP) + _width(chips) - width
        if over <= 0:
            break
        if last.least and last.width - over >= last.least:
            ((text, style),) = last.segments
            chips[chips.index(last)] = HeaderChip(last.rank, ((_shortened(text, last.width - over), style),))
            break
        chips.remove(last)
    room = width - _width(chips)
    if room < 0:
        text, style = "".join(text for text, _ in chips[0].segments), chips[0].segments[-1][1]
        return [(cut(text, width), style)]
    shown = cut(title, room - len(GAP)) if room > len(GAP) else ""
    line = [(shown, "bold" if state.title else MUTED), (" " * (room - cell_len(shown)), "")]
    for index, chip in enumerate(chips):
        line += [(GAP, "")] if index else []
        line += chip.segments
    return line


def _least(knobs: str) -> int:
    """The first of several settings stays, whole."""
    first, *more = knobs.split(SEPARATOR)
    return cell_len(first) + 2 if more else 0


def _shortened(text: str, width: int) -> str:
    """A name is cut, and of several settings whole ones are left out: half a number would be another one."""
    more = " …" if SEPARATOR in text else ""
    return cut(fitting_parts(text, width - len(more), last_first(keep=1)) + more, width)


def _width(chips: Sequence[HeaderChip]) -> int:
    return sum(chip.width for chip in chips) + len(GAP) * (len(chips) - 1)


def _chips(state: UiState) -> list[HeaderChip]:
    """From left to right. Settings that were changed for this conversation stay longer than the endpoint."""
    chips: list[HeaderChip] = []
    if state.unread:
        chips.append(HeaderChip(5, ((f"{Sign.NEW} {state.unread} new", ACCENT),)))
    turned = state.settings != state.defaults
    if state.knobs:
        chips.append(HeaderChip(3 if turned else 6, ((state.knobs, MUTED),), _least(state.knobs) if turned else 0))
    if state.context and state.used is not None:
        from tui_chat.core.context_fit import share  # not for the first frame

        percent = share(state.used, state.context)
        style = "$text-error" if percent >= FULL else "$text-warning" if percent >= NEARLY else MUTED
        rank = 2 if percent >= NEARLY else 4
        chips.append(HeaderChip(rank, ((f"{percent}% of {short_number(state.context)}", style),)))
    model, endpoint = cut(model_label(safe_line(state.model)), LONGEST_MODEL), safe_line(state.endpoint)
    both = bool(model and endpoint and model != endpoint)
    if fallen_back := _has_fallen_back(state):
        chips.append(HeaderChip(1, ((NO_ENDPOINT, MUTED),)))
    if both and fallen_back:  # the endpoint's name says what answers in place of a configured one
        chips += [HeaderChip(3, ((model, PLAIN),), SHORT_MODEL), HeaderChip(2, ((endpoint, MUTED),))]
    elif both:
        chips += [HeaderChip(2, ((model, PLAIN),), SHORT_MODEL), HeaderChip(6 if turned else 3, ((endpoint, MUTED),))]
    elif model or endpoint:
        chips.append(HeaderChip(2, ((model or endpoint, PLAIN),), SHORT_MODEL))
    return chips


def _has_fallen_back(state: UiState) -> bool:
    return state.no_endpoint and not state.banner


def _state(state: UiState, flashed: str) -> HeaderChip:
    if flashed:
        return HeaderChip(0, ((f"{Sign.CHANGED} {safe_line(flashed)}", f"bold {ACCENT}"),))
    style = "$text-warning" if state.warning else ACCENT if state.busy else MUTED
    mark = Sign.BUSY if state.busy else Sign.ATTENTION if state.warning else Sign.READY
    idle = mark is Sign.READY and _has_fallen_back(state)  # that nothing happens gives way to the names then
    return HeaderChip(LESS_THAN_TITLE + 1 if idle else 0, ((f"{mark} {safe_line(state.status)}", style),))
