"""Paints a widget at once, where Textual 8.2.8 lets it wait for the next frame, with all else that changes then.

While several answers stream, that frame is full of them: the answer to a key would come behind it.
"""

from __future__ import annotations

from textual.widget import Widget


def paint_now(widget: Widget) -> None:
    """Show what a widget has just changed, without a layout. Textual paints it once more with its next frame."""
    screen = widget.screen
    if widget.is_attached and screen.is_current:
        screen._compositor.update_widgets({widget})
        screen._compositor_refresh()
