"""Templates: put into the prompt, filled in place by place, and read again where a file has changed."""

from __future__ import annotations

from pathlib import Path

from tests.ui.controllers.fakes import Notices, Typed
from tui_chat.store.prompt_templates import PromptTemplates
from tui_chat.ui.controllers.templates import TemplatesController


class Stage:
    def __init__(self, folder: Path | None, text: str = "", **files: str) -> None:
        for name, content in files.items():
            assert folder is not None
            (folder / f"{name}.md").write_text(content)
        self.prompt, self.notices = Typed(text), Notices()
        self.templates = TemplatesController(
            self.prompt, None if folder is None else PromptTemplates(folder), self.notices
        )

    def types(self, text: str) -> None:
        """In place of what is selected."""
        prompt = self.prompt
        start = prompt.cursor - len(prompt.selected)
        prompt.put_typed(text, start, prompt.cursor)
        prompt.selected = ""
        self.templates.typed()


async def test_it_is_filled_in_from_one_place_to_the_next(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "/review main.py", review="Review {input} as {who} for {whom}. Not me, {who}.")
    assert not stage.templates.is_read
    await stage.templates.refresh()
    stage.templates.expand("review", "main.py", "/review main.py")
    assert (stage.prompt.text, stage.prompt.selected, stage.prompt.focused) == (
        "Review main.py as {who} for {whom}. Not me, {who}.", "{who}", True
    )  # fmt: skip
    stage.types("a cat")
    assert stage.templates.key("tab")
    assert (stage.prompt.text, stage.prompt.selected) == (
        "Review main.py as a cat for {whom}. Not me, a cat.", "{whom}"
    )  # fmt: skip
    assert not stage.templates.key("enter"), "that sends"
    stage.types("dogs")
    assert stage.templates.key("tab")
    assert stage.prompt.cursor == len(stage.prompt.text)
    assert not stage.templates.key("tab"), "all of it is filled in: the key is the prompt's again"


async def test_another_text_in_the_prompt_ends_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, x="Say {what}.")
    assert not stage.templates.key("tab")
    await stage.templates.refresh()
    stage.templates.expand("x", "", "")
    stage.prompt.replace_text("something else")
    stage.templates.typed()
    assert not stage.templates.key("tab")
    assert stage.prompt.text == "something else"


async def test_files_are_read_again_when_they_change_and_a_bad_one_is_reported_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path, z="# One\nmore", new="x")
    (tmp_path / "bad.md").write_bytes(b"\xff")
    for _ in range(2):
        await stage.templates.refresh()
    (said,) = stage.notices.said
    assert "prompts/bad.md is left out" in said
    assert "/new is a command" in said
    assert [(choice.value, choice.help) for choice in stage.templates.choices] == [("z", "One")]
    (tmp_path / "z.md").write_text("two, and longer")
    await stage.templates.refresh()
    stage.templates.expand("z", "", "")
    assert stage.prompt.text == "two, and longer"
    (tmp_path / "z.md").unlink()
    await stage.templates.refresh()
    assert list(stage.templates.names) == []


async def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    stage = Stage(None)
    await stage.templates.refresh()
    assert (stage.templates.is_read, list(stage.templates.choices)) == (True, [])
