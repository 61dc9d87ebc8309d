"""The scroll bar's thumb, and scrolling by dragging it."""

from __future__ import annotations

from tui_chat.ui.widgets.transcript.viewport import Viewport


class ScrollBar:
    """A thumb in the rows of a viewport. While it is grabbed it stays with the pointer, whatever the heights are."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._offset: int | None = None
        self._top = 0

    @property
    def grabbed(self) -> bool:
        return self._offset is not None

    def thumb(self) -> range:
        """The rows of the thumb; empty if all text is in view."""
        height, total = self._viewport.height, self._viewport.heights.total
        if total <= height or height <= 0:
            return range(0)
        size = max(height * height // total, 1)
        if self._offset is None:
            self._top = self._place(height, total, size)
        self._top = min(max(self._top, 0), height - size)
        return range(self._top, self._top + size)

    def _place(self, height: int, total: int, size: int) -> int:
        """The thumb is at an end only if the text is."""
        viewport, room = self._viewport, height - size
        if viewport.following:
            return room
        top = round(room * viewport.above / max(total - height, 1))
        return min(max(top, 1 if viewport.above else 0), max(room - 1, 0))

    def grab(self, y: int) -> None:
        thumb = self.thumb()
        self._offset = y - thumb.start if y in thumb else len(thumb) // 2
        self.drag(y)

    def drag(self, y: int) -> None:
        """Move the thumb with the pointer, and the text with the thumb."""
        viewport = self._viewport
        room = max(viewport.height - len(self.thumb()), 1)
        self._top = min(max(y - (self._offset or 0), 0), room)
        if self._top >= room:
            viewport.to_end()
        elif self._top == 0:
            viewport.to_start()
        else:
            viewport.to_line((viewport.heights.total - viewport.height) * self._top // room)

    def release(self) -> None:
        self._offset = None
