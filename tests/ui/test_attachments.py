"""Files in the app: named in the prompt, shown there, sent, kept, seen again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.support.pictures import png
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.core.attachment import Attachment
from tui_chat.engine.attachment_reader import read_attachment
from tui_chat.ui.app import ChatApp
from tui_chat.ui.file_suggestions import mentioned_files
from tui_chat.ui.recognize_paste import pasted_path
from tui_chat.ui.screens.ask_path import AskPath
from tui_chat.ui.screens.attachment_view import AttachmentView
from tui_chat.ui.screens.confirm import Confirm

CHIP = "[app.log · 2 lines · ~"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder."""
    folder = tmp_path / "work"
    (folder / "docs").mkdir(parents=True)
    (folder / "app.log").write_text("one\ntwo\n")
    (folder / "docs" / "notes.md").write_text("# Notes\n")
    (folder / "cat.png").write_bytes(png(640, 480))
    monkeypatch.chdir(folder)
    return folder


def prompt(app: ChatApp) -> str:
    """The prompt as it is painted."""
    area = screen_of(app).prompt
    return "\n".join(area.pastes.shown(line) for line in area.document.lines)


def shows(app: ChatApp, *words: str) -> Callable[[], bool]:
    return lambda: all(word in text_of(app) for word in words)


def attachments(app: ChatApp) -> list[str]:
    node = app.context.session.conversation.last_prompt()
    return [] if node is None else [each.name for each in node.turn.attachments]


async def sent(app: ChatApp, pilot: Pilot[int], backend: ScriptedBackend) -> str:
    """What goes out for what is in the prompt."""
    count = len(backend.asked)
    await pilot.press("enter")
    await until(lambda: len(backend.asked) > count and not app.context.session.running and not prompt(app))
    messages, _ = backend.asked[-1]
    return messages[-1][1]


async def test_a_file_is_named_sent_kept_and_sent_again(tmp_path: Path, files: Path) -> None:
    backend = ScriptedBackend([answered("First."), answered("Again."), answered("Edited.")])
    async with chat(tmp_path / "library", backend) as (app, pilot):
        await pilot.press(*"why does @ap")
        await until(shows(app, "app.log", "tab attach"))
        await pilot.press("tab")
        await until(lambda: CHIP in prompt(app))
        await pilot.press(*"fail?")
        (files / "app.log").write_text("changed meanwhile\n")
        assert await sent(app, pilot, backend) == ('<file name="app.log">\none\ntwo\n</file>\n\nwhy does app.log fail?')
        await until(shows(app, "@ app.log · 2 lines"))
        await pilot.press("ctrl+r")
        await until(lambda: len(backend.asked) == 2 and not app.context.session.running)
        assert backend.asked[1] == backend.asked[0]
        await pilot.press("f4")
        await until(lambda: prompt(app).startswith(CHIP) and "why does app.log fail?" in prompt(app))
        assert "one\ntwo\n</file>" in await sent(app, pilot, backend)
        await pilot.press("shift+tab", "up", "up", "a")
        await until(lambda: isinstance(app.screen, AttachmentView))
        await until(lambda: "one" in text_of(app))


async def test_what_is_typed_while_a_file_is_read_stays_in_its_place(
    tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_read = threading.Event()

    def slow(path: Path) -> Attachment:
        is_read.wait(60)
        return read_attachment(path)

    monkeypatch.setattr("tui_chat.engine.attachment_reader.read_attachment", slow)
    async with chat(tmp_path / "library", ScriptedBackend([])) as (app, pilot):
        await pilot.press(*"see @app.log")
        await until(shows(app, "app.log", "tab attach"))
        await pilot.press("tab", *" why")
        is_read.set()
        await until(lambda: CHIP in prompt(app))
        await pilot.press(*"?!")
        assert prompt(app).split("]")[1] == " why?!"
        assert prompt(app).startswith("see [")


async def test_a_chip_is_removed_like_a_letter_and_comes_back_from_a_draft(tmp_path: Path, files: Path) -> None:
    async with chat(tmp_path / "library", ScriptedBackend([])) as (app, pilot):
        await pilot.press(*"/attach docs/notes.md", "enter")
        await until(lambda: "[notes.md · 1 line" in prompt(app))
        await pilot.press("backspace", "backspace")
        assert prompt(app) == ""
        await pilot.press("ctrl+z")
        await until(lambda: "[notes.md · 1 line" in prompt(app))
    backend = ScriptedBackend([answered("Seen.")])
    async with chat(tmp_path / "library", backend) as (app, pilot):
        await until(lambda: "[notes.md · 1 line" in prompt(app))
        assert "# Notes" in await sent(app, pilot, backend)
        assert attachments(app) == ["notes.md"]


async def test_a_path_that_is_asked_for_is_completed_and_chosen_from(tmp_path: Path, files: Path) -> None:
    async with chat(tmp_path / "library", ScriptedBackend([])) as (app, pilot):
        await screen_of(app).action_command("prompt.attach")
        await until(shows(app, "A text, a picture", "docs/", "app.log", "cat.png", "picture · "))
        await pilot.press(*"do")
        await until(lambda: "app.log" not in text_of(app))
        await pilot.press("tab")
        await until(shows(app, "docs/", "notes.md"))
        await pilot.press("down", "enter")
        await until(lambda: "[notes.md · 1 line" in prompt(app))
        await screen_of(app).action_command("prompt.attach")
        await until(shows(app, "A text, a picture", "app.log"))
        await pilot.press(*"nothing.txt", "enter")
        await until(shows(app, "There is no file nothing.txt"))
        await until(lambda: isinstance(app.screen, AskPath) and app.screen.query_one(Input).value == "nothing.txt")


async def test_a_pasted_path_is_asked_about(tmp_path: Path, files: Path) -> None:
    async with chat(tmp_path / "library", ScriptedBackend([])) as (app, pilot):
        app.post_message(events.Paste(f"'{files / 'app.log'}'"))
        await until(lambda: isinstance(app.screen, Confirm) and "Attach app.log to the prompt?" in text_of(app))
        await pilot.press("y")
        await until(lambda: CHIP in prompt(app))
        app.post_message(events.Paste(f"{files}/nothing/there"))
        await until(lambda: prompt(app).endswith(f"{files}/nothing/there"))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/home/me/app.log", "/home/me/app.log"),
        ("'/home/me/my file.txt'\n", "/home/me/my file.txt"),
        (r"/home/me/my\ file.txt", "/home/me/my file.txt"),
        ("file:///home/me/my%20file.txt", "/home/me/my file.txt"),
        ("~/notes.md", "~/notes.md"),
        ("./src/main.py", "./src/main.py"),
        (r"C:\Users\me\a.txt", r"C:\Users\me\a.txt"),
        ("/retry", None),
        ("/set temperature 0.2", None),
        ("// a comment / and more", None),
        ("see /home/me/app.log", None),
        ("https://example.com/a", None),
        ("/a/b\n/c/d", None),
        ("/home/me/\x1b]0;x\x07", None),
    ],
)
def test_what_may_be_the_path_of_a_file(text: str, path: str | None) -> None:
    assert pasted_path(text) == path


def test_files_are_found_near_and_deep(files: Path) -> None:
    (files / ".hidden").mkdir()
    (files / ".hidden" / "notes.md").write_text("")
    assert [choice.value for choice in mentioned_files("")] == ["docs/", "app.log", "cat.png"]
    assert [choice.value for choice in mentioned_files("notes")] == ["docs/notes.md"]
    assert [choice.value for choice in mentioned_files("docs/")] == ["docs/notes.md"]
    assert mentioned_files("nothing") == ()


async def test_a_picture_is_opened_from_its_chip(tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def opens(_: object, each: Attachment) -> bool:
        opened.append(each.name)
        return len(opened) < 2

    monkeypatch.setattr("tui_chat.ui.open_picture.PictureCopies.open", opens)
    async with chat(tmp_path / "library", ScriptedBackend([])) as (app, pilot):
        await pilot.press(*"/attach cat.png", "enter")
        await until(lambda: "[cat.png" in prompt(app))
        await pilot.press("left", "alt+o")
        await until(shows(app, "A PNG picture", "o open", "s save a copy"))
        await pilot.press("o")
        await until(lambda: opened == ["cat.png"])
        await pilot.press("o")
        await until(shows(app, "There is no viewer"))
        await pilot.press("escape", "backspace")
        await until(lambda: "[cat.png" not in prompt(app))
