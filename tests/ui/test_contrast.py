"""Text can be read in every theme: selected, found, focused, switched off, and all else on the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as TextualColor
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme

from tests.scripted import ScriptedBackend, answered
from tests.support.thorough import some
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.render.styles import contrast
from tui_chat.store.themes import load_themes
from tui_chat.ui.app import ChatApp
from tui_chat.ui.textual_fixes.nearest_colours import filters_for
from tui_chat.ui.themes import theme_of
from tui_chat.ui.transcript_colors import palette_of
from tui_chat.ui.widget_messages import PromptSubmitted
from tui_chat.ui.widgets.setting_field import SettingField
from tui_chat.ui.widgets.transcript import Transcript

OURS = [theme_of(data) for data in load_themes()[0]]
WITH_VALUES = [
    *(theme for theme in OURS if not theme.ansi),
    *(theme for theme in BUILTIN_THEMES.values() if not theme.ansi),
]
WORN = [
    *(theme for theme in OURS if not theme.ansi),
    *(
        BUILTIN_THEMES[name]
        for name in (
            *("textual-dark", "textual-light", "nord", "gruvbox", "dracula", "monokai", "catppuccin-latte"),
            *("solarized-light", "solarized-dark", "rose-pine-dawn", "atom-one-dark"),
        )
    ),
]
"""Themes that the whole app wears here: ours, and those of Textual's whose contrasts are the weakest."""

LEAST = 3.0
BLACK = TextualColor(0, 0, 0)
DECORATION = re.compile(r"[\s\u2500-\u259f]*")

ANSWER = """\
# Head

Words *em* `code` [link](https://a.example) ~~gone~~ needle, needle[^1]

> quote

```python
@deco
def f(x: int = 1) -> str:  # comment
    return f"{x}" + None
```

| a | b |
|---|---|
| 1 | 2 |

- [x] done

[^1]: note
"""


def colours_of(style: Style) -> tuple[ColorTriplet, ColorTriplet]:
    """(text, ground) as they are drawn."""
    assert style.color is not None
    assert style.bgcolor is not None
    pair = (style.bgcolor, style.color) if style.reverse else (style.color, style.bgcolor)
    return pair[0].get_truecolor(), pair[1].get_truecolor()


def cells_of(app: ChatApp) -> list[tuple[str, tuple[ColorTriplet, ColorTriplet]]]:
    """The texts on the screen with their colours. Lines and bars are no text."""
    return [
        (text, colours_of(style))
        for strip in drawn_in(app)
        for text, style, _ in strip
        if style is not None and not DECORATION.fullmatch(text)
    ]


def drawn_in(app: ChatApp) -> list[Strip]:
    """What is drawn: of a modal only its box, because the screen below it is dimmed."""
    strips = app.screen._compositor.render_strips(app.size)
    for box in app.screen.query("#box"):
        x, y, width, height = box.region
        return [strip.crop(x, x + width) for strip in strips[y : y + height]]
    return strips


def in_colours(style: Style, system: ColorSystem) -> float:
    """The contrast of a style in a terminal that has only so many colours."""
    ink, ground = (Color.from_triplet(each).downgrade(system).get_truecolor() for each in colours_of(style))
    return contrast(ink, ground)


@pytest.mark.parametrize("theme", WITH_VALUES, ids=lambda theme: theme.name)
def test_what_is_selected_or_found_can_be_read_in_any_number_of_colours(theme: Theme) -> None:
    palette = palette_of(theme)
    for style in (palette.selected, palette.found, palette.found_here, palette.new_lines):
        assert contrast(*colours_of(style)) >= min(4.5, contrast(*plain(theme)))
        assert in_colours(style, ColorSystem.EIGHT_BIT) >= LEAST
        assert in_colours(style, ColorSystem.STANDARD) >= LEAST
    ground = plain(theme)[1]
    around = (ground, colours_of(palette.code_block)[1])
    assert all(contrast(colours_of(palette.selected)[1], each) >= 1.5 for each in around), "it cannot be seen"
    assert palette.selected not in (palette.found, palette.found_here)
    assert palette.found != palette.found_here


def plain(theme: Theme) -> tuple[ColorTriplet, ColorTriplet]:
    variables = theme.to_color_system().generate()
    text = palette_of(theme).text.color
    assert text is not None
    return text.get_truecolor(), Color.parse(variables["background"][:7]).get_truecolor()


@pytest.mark.parametrize(
    "theme", [theme for theme in BUILTIN_THEMES.values() if theme.ansi], ids=lambda theme: theme.name
)
def test_the_terminals_own_colours_change_places_with_its_ground(theme: Theme) -> None:
    """What they look like is not known, but each can be read on the plain ground."""
    palette = palette_of(theme)
    for style in (palette.selected, palette.found, palette.found_here, palette.new_lines):
        assert style.reverse
        assert style.color != style.bgcolor or style.color == Color.default()
        assert style.bgcolor == Color.default()


@pytest.mark.parametrize("theme", WITH_VALUES, ids=lambda theme: theme.name)
def test_code_and_all_kinds_of_text_can_be_read(theme: Theme) -> None:
    palette = palette_of(theme)
    _, ground = plain(theme)
    least = min(4.5, contrast(*plain(theme)))
    panel = palette.code_block.bgcolor
    assert panel is not None
    for name, style in palette.syntax:
        if style.color is not None:
            assert contrast(style.color.get_truecolor(), panel.get_truecolor()) >= min(LEAST, least), name
    for style in (palette.muted, palette.link, palette.reasoning, palette.error, palette.warning, palette.good):
        assert style.color is not None
        assert contrast(style.color.get_truecolor(), ground) >= min(4.5, least)


async def test_everything_on_the_screen_can_be_read_in_every_theme(tmp_path: Path) -> None:
    """With hits of a search, selected text, a focused row of the settings and placeholders in view."""
    themes = {theme.name: theme for theme in some(WORN, 3)}
    async with chat(tmp_path, ScriptedBackend([answered(ANSWER)]), themes=OURS, size=(130, 50)) as (app, pilot):
        screen = screen_of(app)
        screen.prompt.post_message(PromptSubmitted("hi"))
        await until(lambda: "note" in text_of(app) and "ready" in text_of(app))
        await pilot.press("f2", "ctrl+f", *"needle")
        await until(lambda: "1/2 " in text_of(app))
        await pilot.mouse_down(Transcript, offset=(2, 9))
        await pilot.hover(Transcript, offset=(30, 16))
        await pilot.mouse_up(Transcript, offset=(30, 16))
        assert "deco" in (app.screen.get_selected_text() or "")
        screen.query(SettingField).first().focus()
        for name in themes:
            app.theme = name
            await pilot.pause()
            palette = palette_of(themes[name])
            drawn = {colours for _, colours in cells_of(app)}
            assert {colours_of(palette.selected), colours_of(palette.found_here)} <= drawn, name
            assert weakest(app, ours=themes[name] in OURS) == [], name


def weakest(app: ChatApp, *, ours: bool = True) -> list[tuple[str, str, str]]:
    """The texts that cannot be read well enough: 4.5 to one in our themes, and 3 for what is dim or not ours."""
    variables = app.get_css_variables()
    dim = [Color.parse(variables[name][:7]).get_truecolor() for name in ("text-disabled", "text-muted")]
    return [
        (text, ink.hex, ground.hex)
        for text, (ink, ground) in cells_of(app)
        if contrast(ink, ground) < (LEAST if ink in dim or not ours else 4.5)
    ]


async def test_the_palette_and_the_key_bar_can_be_read_in_each_of_our_themes(tmp_path: Path) -> None:
    """Headings, keys, details, the chosen row, marked letters, the placeholder; in 256 and in 16 colours as well."""
    async with chat(tmp_path, ScriptedBackend([]), themes=OURS, size=(100, 30)) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(lambda: "Suggested" in text_of(app))
        for typed in ("", "con"):
            await pilot.press(*typed)
            for theme in some([theme for theme in OURS if not theme.ansi], 2):
                app.theme = theme.name
                await pilot.pause()
                assert weakest(app) == [], theme.name
                for system in ("256", "standard"):
                    assert hardly_seen(app, system) == [], (theme.name, system)


def hardly_seen(app: ChatApp, system: str) -> list[tuple[str, str, str]]:
    """The texts that cannot be read where the terminal has only so many colours."""
    (nearest,) = filters_for(system)
    found = []
    for strip in drawn_in(app):
        for text, style, _ in nearest.apply(list(strip), BLACK):
            if style is not None and not DECORATION.fullmatch(text):
                ink, ground = colours_of(style)
                if contrast(ink, ground) < LEAST:
                    found.append((text, ink.hex, ground.hex))
    return found


def test_a_dark_ground_stays_grey_where_there_are_few_colours() -> None:
    """Each of red, green and blue rounded for itself makes navy of slate."""
    (nearest,) = filters_for("256")
    for theme in (theme for theme in OURS if not theme.ansi and theme.dark):
        for ground in (theme.background, theme.surface, theme.panel):
            (segment,) = nearest.apply([Segment("x", Style.parse(f"#dddddd on {ground}"))], BLACK)
            assert segment.style is not None
            assert segment.style.bgcolor is not None
            red, green, blue = segment.style.bgcolor.get_truecolor()
            assert max(red, green, blue) - min(red, green, blue) <= 48, (theme.name, ground)


def test_numbered_colours_are_left_to_the_terminal() -> None:
    (nearest,) = filters_for("256")
    style = Style.parse("red on default")
    assert nearest.apply([Segment("x", style), Segment("y")], BLACK) == [Segment("x", style), Segment("y")]
    assert filters_for("truecolor") == ()


@pytest.mark.parametrize("theme", [*(theme for theme in OURS if theme.ansi)], ids=lambda theme: theme.name)
def test_in_the_terminals_own_colours_no_text_has_that_of_its_ground(theme: Theme) -> None:
    colours = {**theme.to_color_system().generate(), **theme.variables}
    pairs = (
        ("text-warning", "warning-muted"),
        ("text-primary", "primary-muted"),
        ("block-cursor-foreground", "primary"),
    )
    # A share of such a colour ("ansi_yellow 50%") is drawn as the whole of it.
    assert [pair for pair in pairs if len({colours[name].split()[0] for name in pair}) == 1] == []
