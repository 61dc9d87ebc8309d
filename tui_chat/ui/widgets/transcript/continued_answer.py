"""An answer that was continued, which reads as one: a mark between its parts, and the facts of all of them at its end.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import reduce

from rich.segment import Segment

from tui_chat.core.message import Outcome, Timing, Turn, Usage
from tui_chat.core.outcome_wording import ENDINGS
from tui_chat.render.line import Line
from tui_chat.render.plain_text import plain_lines
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

UNFINISHED = frozenset({Outcome.LENGTH, Outcome.STOPPED, Outcome.INCOMPLETE})


def is_continued(above: Turn, below: Turn, *, goes_on: bool) -> bool:
    """The lower one is the rest of the upper one. `goes_on`: the upper one is such a rest itself."""
    if not above.role == below.role == "assistant":
        return False
    return above.outcome in UNFINISHED or (goes_on and above.blank)


def mark_line(above: Turn, below: Turn, options: RenderOptions) -> Line:
    """`╌ stopped · continued ╌`: how the part above ended, and by whom it was continued where that is another model."""
    ending = ENDINGS.get(above.outcome) if above.outcome is not None else None
    other = below.model if below.model and above.model and below.model != above.model else None
    words = " · ".join(filter(None, (ending, f"continued by {safe_line(other)}" if other else "continued")))
    line = plain_lines(words, options.palette.muted, max(options.width - 4, 1))[0]
    dash = Segment("╌", options.palette.rule)
    return Line([dash, Segment(" "), *line.segments, Segment(" "), dash], line.cells + 4)


def as_one(parts: Sequence[Turn]) -> Turn:
    """The lowest part with what all of them took. What the server did not say of one is not known of all."""
    return reduce(_joined, parts)


def _joined(above: Turn, below: Turn) -> Turn:
    usage = None
    if above.usage is not None and below.usage is not None:
        pairs = {
            each.name: (getattr(above.usage, each.name), getattr(below.usage, each.name)) for each in fields(Usage)
        }
        usage = Usage(**{name: None if None in pair else sum(pair) for name, pair in pairs.items()})
    timing = below.timing
    if above.timing is not None and timing is not None:
        first = (above.timing.first_token_ms, timing.first_token_ms)
        timing = Timing(
            None if first[0] is None or first[1] is None else first[0] + first[1],
            above.timing.total_ms + timing.total_ms,
        )
    return replace(below, usage=usage, timing=timing)
