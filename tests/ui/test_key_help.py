"""The help: everything that does something is in it, what fits comes first, and what is typed narrows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.core.slash_commands import SLASH_COMMANDS
from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.key_bindings import effective_keys
from tui_chat.ui.key_help_layout import HelpEntry, HelpSection, filtered, lay_out, wrapped
from tui_chat.ui.key_help_sections import help_sections
from tui_chat.ui.screens.key_help import KeyHelpScreen

KEYS = effective_keys({"chat.retry": ("f7",)})


def text(sections: list[HelpSection], width: int) -> list[str]:
    return ["".join(piece.text for piece in line).rstrip() for line in lay_out(sections, width)]


@pytest.mark.parametrize("width", [40, 52, 99, 100, 124])
def test_all_of_it_is_there_at_any_width_and_nothing_sticks_out(width: int) -> None:
    templates, demo = [("review", "Review {input}")], [("help", "this")]
    lines = text(help_sections(KEYS, ["chat.stop"], templates=templates, demo=demo), width)
    assert max(map(cell_len, lines)) <= width
    words = " ".join(" ".join(lines).split())
    for command in BY_ID.values():
        assert all(word in words for word in command.title.split()), command.id
    for slash in SLASH_COMMANDS:
        assert slash.shown.split()[0] in words
    assert "/review" in words


def test_commands_without_a_key_are_typed_or_in_a_section_of_their_own() -> None:
    """Among the keys, in lines that go on below, they left no air."""
    sections = {section.heading: section.entries for section in help_sections(KEYS, [])}
    keyless = sections["Without a key: ^p finds them by their words"]
    titles = {entry.text for entry in keyless}
    assert {"Rename this conversation", "Add an endpoint", "Read the manual"} <= titles
    assert all(entry.left == "" for entry in keyless)
    assert ("/tree", BY_ID["chat.tree"].title) in [(each.left, each.text) for each in sections["Conversation"]]
    assert all(entry.left for heading, entries in sections.items() if entries is not keyless for entry in entries)
    assert text([HelpSection("Keys", (HelpEntry("", "Bring back what was deleted"),))], 20) == [
        "Keys",
        "  Bring back what",
        "    was deleted",
    ]


def test_what_fits_the_moment_has_all_of_the_width() -> None:
    lines = text(help_sections(KEYS, ["endpoint.add", "chat.open", "compare"]), 120)
    assert lines[:5] == [
        "Now",
        "  ^p                then “Add an endpoint”",
        "  ^o                Conversations: open, search, rename, delete",
        "  /compare          Compare answers or their versions side by side",
        "",
    ]
    assert "Typed in the prompt" in lines[5] or "Conversation" in lines[5]


def test_there_are_two_columns_of_nearly_one_height_where_there_is_room() -> None:
    sections = help_sections(KEYS, [])
    narrow, wide = text(sections, 60), text(sections, 120)
    assert len(wide) < 0.7 * len(narrow)
    left, right = (sum(bool(line[part].strip()) for line in wide) for part in (slice(0, 58), slice(58, None)))
    assert abs(left - right) < 0.35 * len(wide)


def test_what_does_not_fit_hangs_under_its_text() -> None:
    section = HelpSection("Keys", (HelpEntry("shift+enter, alt+enter, ctrl+j", "A new line in the prompt"),))
    assert text([section], 34) == [
        "Keys",
        "  shift+enter,  A new line in the",
        "  alt+enter,    prompt",
        "  ctrl+j",
    ]
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrapped("数据库索引", 4) == ["数据", "库索", "引"]


def test_what_fits_the_moment_comes_first_with_the_users_own_keys() -> None:
    lines = text(help_sections(KEYS, ["chat.retry", "chat.copy"]), 70)
    assert lines[0] == "Now"
    assert lines[1].split() == ["f7", "Answer", "the", "last", "prompt", "again;", "the", "old", "answer", "stays"]
    assert lines[2].split()[0] == "f8"
    reading = text(help_sections(KEYS, [], reading=True), 70)
    assert reading[0] == "While reading"


@pytest.mark.parametrize(
    ("typed", "found", "gone"),
    [
        ("regenerate", "Answer the last prompt again", "Quit"),
        ("f7", "Answer the last prompt again", "Quit"),
        ("ctrl+o", "Conversations: open", "Quit"),
        ("/model", "Choose the model for the next request", "Quit"),
        ("slash", "a text that begins with a slash", "Quit"),
        ("azure", "AZURE_MISTRAL_ENDPOINT", "New conversation"),
        ("content filter", "Exclude the last answer", "Quit"),
    ],
)
def test_what_is_typed_narrows_it(typed: str, found: str, gone: str) -> None:
    words = " ".join(" ".join(text(filtered(help_sections(KEYS, []), typed), 120)).split())
    assert found in words
    assert gone not in words


async def test_it_is_filtered_as_one_types_and_fits_every_screen(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(100, 30)) as (app, pilot):
        await pilot.press("?")
        await until(lambda: isinstance(app.screen, KeyHelpScreen) and "Now" in text_of(app))
        assert sum("Conversation" in line and "Typed" not in line for line in lines_of(app)) >= 1
        await pilot.press(*"quit")
        await until(lambda: "^q" in text_of(app) and "^n" not in "\n".join(lines_of(app)[4:-4]))
        await pilot.press(*"xyz")
        await until(lambda: "Nothing matches." in text_of(app))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        assert screen_of(app).prompt.text == ""
        await pilot.resize_terminal(60, 20)
        await pilot.press("f1")
        await until(lambda: "Keys and help" in text_of(app))
        assert all(cell_len(line) <= 60 for line in lines_of(app))
        before = text_of(app)
        await pilot.press("pagedown")
        await until(lambda: text_of(app) != before)
