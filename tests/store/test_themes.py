"""The themes that come with the app are sound and readable; a broken one is a problem and no crash."""

from __future__ import annotations

from dataclasses import asdict, fields
from itertools import combinations
from math import dist
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from tui_chat.store.paths import theme_folder
from tui_chat.store.themes import THEME, ThemeData, load_themes, read_theme

OURS, PROBLEMS = load_themes()
COLOURS = ("foreground", "background", "surface", "panel", "primary", "accent", "success", "warning", "error")
BESIDES: set[str] = set()
NAMES = """
ember fjord high-contrast linen mono moss nightshade okabe-ito terminal tui-chat-dark tui-chat-light
""".split()
WITH_VALUES = [theme for theme in OURS if not theme.ansi]


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


def test_there_is_one_for_everybody() -> None:
    coloured = [t for t in WITH_VALUES if t.name not in ("mono", "high-contrast", "okabe-ito")]
    assert len(OURS) >= 10
    assert sum(not theme.dark for theme in coloured) >= 2
    assert sum(theme.dark for theme in coloured) >= 4
    assert len({theme.background for theme in coloured}) == len(coloured), "each has a character of its own"


@pytest.mark.parametrize("theme", WITH_VALUES, ids=[theme.name for theme in WITH_VALUES])
def test_text_is_readable_on_every_ground(theme: ThemeData) -> None:
    least = 7 if theme.name == "high-contrast" else 4.5
    for ground in ("background", "surface", "panel"):
        for ink in ("foreground", "primary", "secondary", "accent", "success", "warning", "error"):
            assert contrast(getattr(theme, ink), getattr(theme, ground)) >= least, (ink, ground)
    assert contrast(theme.foreground or "", theme.background or "") >= 10
    for ground in ("background", "surface", "panel"):
        behind = getattr(theme, ground)
        assert contrast(theme.variables["text-muted"], behind) >= least, ground
        assert contrast(theme.variables["text-disabled"], behind) >= (7 if least == 7 else 3), ground
    cursor = theme.variables
    assert contrast(cursor["block-cursor-foreground"], cursor["block-cursor-background"]) >= least


DEUTERANOPIA = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
PROTANOPIA = ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052))
TRITANOPIA = ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304))
"""What red, green and blue (linear) become for an eye without one kind of cone (Machado, Oliveira, Fernandes 2009)."""


def _seen(colour: str, eye: tuple[tuple[float, float, float], ...]) -> tuple[float, ...]:
    """Lightness and two colour axes (CIE Lab) of a colour as such an eye sees it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (min(max(sum(m * c for m, c in zip(row, linear, strict=True)), 0), 1) for row in eye)
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eye", [DEUTERANOPIA, PROTANOPIA, TRITANOPIA], ids=["deutan", "protan", "tritan"])
def test_one_theme_keeps_its_signals_apart_for_every_kind_of_eye(eye: tuple[tuple[float, float, float], ...]) -> None:
    theme = next(theme for theme in OURS if theme.name == "okabe-ito")
    signals = [str(getattr(theme, name)) for name in ("success", "warning", "error", "primary", "foreground")]
    for one, other in combinations(signals, 2):
        assert dist(_seen(one, eye), _seen(other, eye)) > 12, (one, other)


def test_mono_has_no_colour() -> None:
    mono = next(theme for theme in OURS if theme.name == "mono")
    values = [str(value) for value in asdict(mono).values()] + list(mono.variables.values())
    colours = [value[:7] for value in values if value.startswith("#")]
    assert len(colours) > 15
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours)


@pytest.mark.parametrize("theme", WITH_VALUES, ids=[theme.name for theme in WITH_VALUES])
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
        ("name = 'x'\nprimary = 'ansi_blue'\nansi = true\nvariables.border = '#ffffff80 35%'", [], True),
        ("name = 'x'\nprimary = '#fff'\n[variables]\nborder = 'bold'", ["variables.border"], True),
        ("name = 'x'\nprimary = '#fff'\n[variables]\nborder = '35%'", ["variables.border"], True),
        ("name = 'x'\nprimary = '#fff'\n[variables]\nlink-style = '#fff'", ["variables.link-style"], True),
        ("name = 'x'\nprimary = '#fff'\n[variables]\nlink-style = 'bold not underline'", [], True),
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
