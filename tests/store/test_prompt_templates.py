"""Templates from files: which there are, what is wrong with the others, and that a change is seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui_chat.store.prompt_templates import LARGEST, PromptTemplates, system_prompts


def test_each_markdown_file_is_a_template_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "Review.md").write_text("\ufeff# Read this\r\n\r\n{input}\r\n", encoding="utf-8")
    (tmp_path / "größe.md").write_text("x", encoding="utf-8")
    for name in ("notes.txt", ".hidden.md"):
        (tmp_path / name).write_text("no", encoding="utf-8")
    source = PromptTemplates(tmp_path)
    found = source.read()
    assert set(found) == {"review", "größe"}
    assert found["review"].text == "# Read this\n\n{input}"
    assert found["review"].first_line == "Read this"
    assert source.news() == ()


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    source = PromptTemplates(tmp_path / "prompts")
    assert (source.read(), source.news()) == ({}, ())
    (tmp_path / "prompts").write_text("a file")
    assert source.read() == {}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bad.md", b"\xff\xfe", "it is not UTF-8. Save it as UTF-8."),
        ("big.md", b"x" * (LARGEST + 1), "it is larger than 256 KiB. Shorten it."),
        ("new.md", b"x", "/new is a command of tui-chat. Rename the file."),
        ("THEME.md", b"x", "/theme is a command"),
        ("two words.md", b"x", "its name cannot be typed as a command"),
        ("-x.md", b"x", "its name cannot be typed"),
    ],
)
def test_what_cannot_be_used_is_named_once(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / "good.md").write_text("fine", encoding="utf-8")
    (tmp_path / name).write_bytes(content)
    source = PromptTemplates(tmp_path)
    assert set(source.read()) == {"good"}
    (problem,) = source.news()
    assert problem.startswith(f"The template prompts/{name} is left out: ")
    assert words in problem
    source.read()
    assert source.news() == ()


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    source = PromptTemplates(tmp_path)
    assert source.read() == {}
    assert [problem.rpartition("out: ")[2] for problem in source.news()] == [
        "a folder. Correct or remove it.",
        "a named pipe. Correct or remove it.",
    ]


def test_of_two_files_of_one_name_the_first_counts(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text("one")
    (tmp_path / "a.md").write_text("two")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this disk knows no small and large letters")
    source = PromptTemplates(tmp_path)
    assert source.read()["a"].text == "one"
    assert "another file has the name /a" in source.news()[0]


def test_a_change_is_seen_and_an_unchanged_file_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("one")
    source = PromptTemplates(tmp_path)
    assert source.read()["a"].text == "one"
    (tmp_path / "a.md").write_text("another")
    (tmp_path / "b.md").write_text("new")
    assert {each.text for each in source.read().values()} == {"another", "new"}
    (tmp_path / "a.md").unlink()
    assert set(source.read()) == {"b"}
    monkeypatch.setattr("tui_chat.store.prompt_templates.read_regular_file", lambda *_: 1 / 0)
    assert set(source.read()) == {"b"}


def test_a_problem_that_is_mended_is_gone_and_a_new_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff")
    source = PromptTemplates(tmp_path)
    source.read()
    assert len(source.news()) == 1
    (tmp_path / "a.md").write_bytes(b"fine")
    assert set(source.read()) == {"a"}
    assert source.news() == ()


def test_system_prompts_are_read_from_their_own_folder_and_again_when_they_change(tmp_path: Path) -> None:
    source = system_prompts(tmp_path / "config.toml")
    assert (source.read(), source.news()) == ({}, ())
    folder = tmp_path / "system"
    folder.mkdir()
    (folder / "Teacher.md").write_text("# A teacher\nExplain it.\n")
    (folder / "none.md").write_text("x")
    (folder / "broken.md").write_bytes(b"\xff\xfe\xff")
    assert {name: each.text for name, each in source.read().items()} == {"teacher": "# A teacher\nExplain it."}
    problems = source.news()
    assert len(problems) == 2
    assert all(problem.startswith("The system prompt system/") for problem in problems)
    assert source.news() == ()
    (folder / "Teacher.md").write_text("Another text, longer than the one before it.")
    assert source.read()["teacher"].text.startswith("Another")
