"""Measures a widget anew once it is mounted, for those that change before that.

A layout may measure a widget that Textual 8.2.8 has not mounted yet. `refresh` forgets those measurements only if the
widget is mounted: a second prompt queued in that moment was added to a list that kept the height of one.
"""

from __future__ import annotations

from textual.widget import Widget


class MeasuredOnceMounted(Widget):
    """For widgets whose mounting nobody waits for."""

    def _post_mount(self) -> None:
        super()._post_mount()  # type: ignore[no-untyped-call]
        self._layout_cache.clear()
        self.clear_cached_dimensions()
        self.refresh(layout=True)
