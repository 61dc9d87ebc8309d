"""Draws the screen below a window in mixed colours. Textual 8.2.8 takes it apart, lets Rich put it together again, and
mixes the colours for each segment anew, which was a tenth of what opening a window took."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


def install() -> None:
    """From here on windows are drawn so."""
    BackgroundScreen.visualize = _visualize  # type: ignore[attr-defined]


def _visualize(self: BackgroundScreen) -> ScreenBelow:
    """Textual asks for it before it turns to Rich."""
    return ScreenBelow(self)


class ScreenBelow(Visual):
    """The same picture, line by line; each style is mixed once."""

    def __init__(self, below: BackgroundScreen) -> None:
        self._screen, self._color = below.screen, below.color

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        ground, mixed = style.rich_style, dict[RichStyle | None, RichStyle]()
        made = []
        for strip in self._screen._compositor.render_strips()[:height]:
            segments = []
            for text, found, _ in strip:
                if (known := mixed.get(found)) is None:
                    (one,) = BackgroundScreen.process_segments([Segment(text, found)], self._color)
                    known = mixed[found] = ground + one.style
                segments.append(Segment(text, known))
            made.append(Strip(segments, strip.cell_length).crop_extend(0, width, ground))
        return made

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._screen.size.height
