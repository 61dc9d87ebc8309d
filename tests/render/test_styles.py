import pytest
from rich.color import Color

from tui_chat.render.styles import READABLE, contrast, dark, painted, readable

LIGHT = {
    "text": "#1c1c1c",
    "background": "#e0e0e0",
    "muted": "#a0a0a0",
    "faint": "#c0c0c0",
    "panel": "#d0d0d0",
    "prompt": "#d8d8e0",
    "primary": "#004578",
    "secondary": "#0178d4",
    "accent": "#ffa62b",
    "success": "#4ebf71",
    "warning": "#ffa62b",
    "error": "#ba3c5b",
}


@pytest.mark.parametrize("ground", ["background", "panel", "prompt"])
def test_every_text_colour_can_be_read(ground: str) -> None:
    colours = readable(LIGHT)
    behind = Color.parse(colours[ground]).get_truecolor()
    for name in ("muted", "primary", "secondary", "accent", "success", "warning", "error"):
        assert contrast(Color.parse(colours[name]).get_truecolor(), behind) >= READABLE, name
    assert colours["primary"] == "#004578"


def test_colours_by_name_stay() -> None:
    assert readable({**LIGHT, "background": "default", "accent": "cyan"})["accent"] == "cyan"


def test_a_kind_is_told_apart_without_colour() -> None:
    """By weight, slant or a line: what a monochrome terminal keeps."""
    for palette in (dark(), painted(LIGHT)):
        for style in (*palette.heading[:5], palette.strong, palette.emphasis, palette.link, palette.table_head):
            assert style.bold or style.italic or style.underline
