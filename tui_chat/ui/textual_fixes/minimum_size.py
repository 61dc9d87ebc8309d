"""The smallest size that anything is laid out for.

Textual 8.2.8 divides by the width that is left for a text, and pages by the height that is left for a list: where
borders and padding leave nothing, the app ends. So a smaller terminal shows a part of a picture of this size: with line
wrapping off, as Textual has it, what lies beyond the right edge and below the last line is drawn over itself and goes
no further. Mending each widget lost: there are dozens, most of them Textual's own, and below this size none is of use.
"""

from __future__ import annotations

from textual.geometry import Size

LEAST = Size(20, 4)


def at_least(size: Size) -> Size:
    """The size to lay out for, in a terminal of this size."""
    return Size(max(size.width, LEAST.width), max(size.height, LEAST.height))
