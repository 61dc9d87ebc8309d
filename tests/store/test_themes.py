"""The themes that come with the app are sound and readable; a broken one is a problem and no crash."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from tui_chat.store.paths import theme_folder
from tui_chat.store.themes import THEME, ThemeData, load_themes, read_theme

OURS, PROBLEMS = load_themes()
COLOURS = ("foreground", "background", "surface", "panel", "primary", "accent", "success", "warning", "error")
BESIDES: set[str] = set()
NAMES = ["ember", "high-contrast", "mono", "tui-chat-dark", "tui-chat-light"]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_all_of_ours_are_there_without_problems() -> None:
    assert PROBLEMS == []
    assert sorted(theme.name for theme in OURS) == NAMES
    assert {path.stem for path in theme_folder().glob("*.toml")} == set(NAMES)


@pytest.mark.parametrize("theme", OURS, ids=[theme.name for theme in OURS])
def test_text_is_readable_on_every_ground(theme: ThemeData) -> None:
    least = 7 if theme.name == "high-contrast" else 4.5
    for ground in ("background", "surface", "panel"):
        for ink in ("foreground", "primary", "accent", "success", "warning", "error"):
            assert contrast(getattr(theme, ink), getattr(theme, ground)) >= least, (ink, ground)
    assert contrast(theme.foreground or "", theme.background or "") >= 10
    for ground in ("background", "surface", "panel"):
        behind = getattr(theme, ground)
        assert contrast(theme.variables["text-muted"], behind) >= least, ground
        assert contrast(theme.variables["text-disabled"], behind) >= (7 if least == 7 else 2.8), ground
    cursor = theme.variables
    assert contrast(cursor["block-cursor-foreground"], cursor["block-cursor-background"]) >= least


def test_mono_has_no_colour() -> None:
    mono = next(theme for theme in OURS if theme.name == "mono")
    values = [str(value) for value in asdict(mono).values()] + list(mono.variables.values())
    colours = [value[:7] for value in values if value.startswith("#")]
    assert len(colours) > 15
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours)


@pytest.mark.parametrize("theme", OURS, ids=[theme.name for theme in OURS])
def test_textual_takes_it(theme: ThemeData) -> None:
    """Its colours are those that Textual paints with, and each of its variables is one that Textual knows."""
    generated = Theme(**asdict(theme)).to_color_system().generate()
    for name in COLOURS:
        ours, theirs = Color.parse(str(getattr(theme, name))), Color.parse(generated[name])
        assert all(abs(one - other) <= 2 for one, other in zip(ours.rgb, theirs.rgb, strict=True)), name
    known = Theme("known", primary="#123456").to_color_system().generate()
    assert set(theme.variables) <= set(known) | BESIDES


def test_the_fields_are_those_of_a_textual_theme() -> None:
    assert set(THEME) == {field.name for field in fields(ThemeData)}
    assert set(THEME) <= {field.name for field in fields(Theme)}


@pytest.mark.parametrize(
    ("text", "keys", "usable"),
    [
        ("", ["name", "primary"], False),
        ("name = 'x'", ["primary"], False),
        ("name = 'x'\nprimary = 'blue'", ["primary"], False),
        ("name = ''\nprimary = '#fff'", ["name"], False),
        ("name = 'x'\nprimary = '#ffg'", ["primary"], False),
        ("name = 'x'\nprimary = '#fff'\naccent = 7\ndark = 'yes'\nglow = '#fff'", ["accent", "dark", "glow"], True),
        ("name = 'x'\nprimary = '#fff'\n[variables]\nborder = 'url(x)'", ["variables.border"], True),
        ("name = 'x'\nprimary = '#fff'\n[variables]\n'a;b' = '#fff'", ["variables.a;b"], True),
        ("name = 'x'\nprimary = '#fff'\naccent = \n", ["accent"], True),
        ("name = 'x'\nprimary = 'ansi_blue'\nansi = true\nvariables.border = '#ffffff80 bold 35%'", [], True),
        ("[", ["["], False),
    ],
)
def test_a_broken_theme_is_told(tmp_path: Path, text: str, keys: list[str], usable: bool) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    theme, problems = read_theme(path)
    assert [problem.key for problem in problems] == keys
    assert (theme is not None) == usable
    if theme is not None:
        Theme(**asdict(theme)).to_color_system().generate()


def test_a_later_folder_replaces_by_name_and_a_missing_one_has_none(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("name = 'mono'\nprimary = '#123456'\n")
    themes, problems = load_themes([theme_folder(), tmp_path, tmp_path / "gone"])
    assert problems == []
    assert next(theme.primary for theme in themes if theme.name == "mono") == "#123456"
    assert len(themes) == len(NAMES)
