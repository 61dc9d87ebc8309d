"""The slash commands of the linear mode: the names of the app, and what each says or does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.chatting import talk
from tests.scripted import ScriptedBackend, answered
from tui_chat.cli.chat_commands import HANDLERS
from tui_chat.core.settings import Settings
from tui_chat.core.slash_commands import CHAT_COMMANDS, SLASH_COMMANDS
from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.slash_handlers import ALONE


def test_the_names_are_those_of_the_app() -> None:
    assert set(HANDLERS) == {command.name for command in CHAT_COMMANDS}
    assert {command.name for command in SLASH_COMMANDS} - set(HANDLERS) == {"theme"}
    for command in SLASH_COMMANDS:
        alone = BY_ID.get(command.command)
        assert command.name in ALONE or (alone is not None and alone.run is not None), command.name


def test_the_help_is_that_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "review.md").write_text("# Read this code\n{input}")
    heard = talk(tmp_path, ["/help"], terminal=True, templates=tmp_path / "prompts")
    for command in CHAT_COMMANDS:
        assert f"{command.shown}: {command.help}\n" in heard.out
    assert "/review: Read this code\n" in heard.out
    assert "/theme" not in heard.out


PRESETS = {"precise": Settings(temperature=0.1)}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/theme nord", "/theme works in the app only. Nothing was sent."),
        ("/help telemetry", "There is no telemetry, no update check and no account."),
        ("/help key", "Several pages are about it."),
        ("/help whales", "No page of the manual is about 'whales'. There are setup, azure, writing"),
        ("/continue", "Nothing to continue"),
        ("/edit", "There is no prompt to edit yet."),
        ("/copy", "There is no answer to copy yet."),
        ("/find", "expected the words to look for"),
        ("/tree", "There is nothing in this conversation yet."),
        ("/tag work", "An empty conversation takes no tags yet"),
        ("/find owls", "0 lines found."),
        ("/history", "No prompt was sent yet."),
        ("/model x", "is built in and has one model"),
        ("/endpoint", "it (in use)\nother\n"),
        ("/endpoint othr", "There is no endpoint othr (did you mean other?)"),
        ("/system", "system: not sent"),
        ("/preset", "precise: temp 0.1"),
        ("/preset precse", "There is no preset precse (did you mean precise?)"),
        ("/save", "There is nothing to save yet."),
        ("/context", "0 messages"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(tmp_path: Path, line: str, words: str) -> None:
    backend = ScriptedBackend([])
    heard = talk(tmp_path, [line], backend, presets=PRESETS, more={"other": ScriptedBackend([], name="other")})
    assert words in heard.err
    assert (heard.code, heard.out, backend.asked, heard.kept) == (0, "", [], [])
    assert heard.session.settings == Settings()


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("/tempreture 0.3", "/set temperature 0.3"),
        ("/set tempreture 0.3", "/set temperature 0.3"),
        ("/preset precse", "/preset precise"),
        ("/endpoint othr", "/endpoint other"),
        ("/serach owls", "/find owls"),
        ("/temperature 0.3", ""),
        ("/preset precise", ""),
    ],
)
def test_what_may_have_been_meant_is_one_key_up(tmp_path: Path, line: str, instead: str) -> None:
    other = {"other": ScriptedBackend([], name="other")}
    heard = talk(tmp_path, [line], ScriptedBackend([]), presets=PRESETS, more=other, typed=True)
    assert heard.lines.remembered[-1:] == ([instead] if instead else [])
    assert (f"The up key brings {instead}" in heard.err) == bool(instead)


def test_settings_presets_and_the_system_prompt_reach_the_next_request(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("a"), answered("b")])
    lines = ["/system Be  brief.", "/preset precise", "one", "/system none", "/set temperature=0.5", "two"]
    talk(tmp_path, lines, backend, presets=PRESETS)
    assert [asked[1] for asked in backend.asked] == [
        Settings(system="Be  brief.", temperature=0.1),
        Settings(temperature=0.5),
    ]


def test_another_endpoint_answers_from_the_next_prompt_on(tmp_path: Path) -> None:
    one, other = ScriptedBackend([answered("1")]), ScriptedBackend([answered("2")], name="other")
    heard = talk(tmp_path, ["first", "/endpoint other", "second"], one, more={"other": other})
    assert "The next prompt goes to other." in heard.err
    assert (len(one.asked), len(other.asked)) == (1, 1)


def test_an_answer_is_continued_and_a_prompt_edited_as_a_branch(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("half", reason="length"), answered(" whole"), answered("new")])
    heard = talk(tmp_path, ["ask", "/continue", "/edit", "ask better", "/edit", "", "/history better"], backend)
    assert heard.texts == [("user", "ask better"), ("assistant", "new")]
    assert heard.lines.remembered == ["ask", "ask better", "ask better"]
    assert "Nothing was changed, and nothing was sent." in heard.err
    assert heard.err.endswith("ask better\n")
    assert len(backend.asked) == 3


def test_find_context_and_save_are_about_the_open_conversation(tmp_path: Path) -> None:
    saved = f"/save {tmp_path}/talk.md"
    lines = ["tell of owls", "/find OWLS", "/context", saved, saved, "/retry", "/tree", "/context"]
    heard = talk(tmp_path, lines, [answered("Owls fly.\nCats do not."), answered("Owls hunt.\n" + "mice " * 99)])
    assert "*   assistant (version 2 of 2): Owls hunt. mice mice" in heard.err
    assert re.search(r"version 2 of 2.*…\n", heard.err)
    assert re.findall("[\u2500-\u259f]", heard.err) == [], "drawn lines and bars would be read one by one"
    assert "You: tell of owls\nAssistant: Owls fly.\n" in heard.err
    assert "2 lines found." in heard.err
    assert "user: about " in heard.err
    assert "2 messages, about " in heard.err
    assert "No price is known for " in heard.err
    assert "Owls fly." in (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert "already exists and was left unchanged" in heard.err


def test_open_takes_words_too(tmp_path: Path) -> None:
    talk(tmp_path, ["about owls", "/new", "about cats"], [answered("1"), answered("2")])
    heard = talk(tmp_path, ["/open owls", "/open about", "/open zebras"])
    assert "Opened: about owls (2 messages)." in heard.err
    assert "2 conversations have these words." in heard.err
    assert heard.err.count("Opened:") == 1
    assert "zebras" in heard.err


def test_history_finds_prompts_of_other_conversations_too(tmp_path: Path) -> None:
    talk(tmp_path, ["about owls", "//etc owls"], [answered("1"), answered("2")])
    heard = talk(tmp_path, ["owls here", "/history owls", "/history zebras"], [answered("3")])
    assert "owls here\n" in heard.err
    assert "about owls\n" in heard.err
    assert heard.lines.remembered[-1] == "owls here", "the newest is the first that the up key brings back"
    assert "//etc owls" in heard.lines.remembered
    assert "No sent prompt contains these words." in heard.err


def test_a_template_asks_for_each_placeholder_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "review.md").write_text("Review {input} for {focus} in {language}, {focus} only. {{x}}")
    (tmp_path / "prompts" / "bad.md").write_bytes(b"\xff")
    backend = ScriptedBackend([answered("ok"), answered("fine")])
    lines = ["/review main.py", "bugs", "German", "/REVIEW", "a", "b", "c", "/review x", "only this"]
    heard = talk(tmp_path, lines, backend, templates=tmp_path / "prompts")
    assert [asked[0][-1] for asked in backend.asked] == [
        ("user", "Review main.py for bugs in German, bugs only. {x}"),
        ("user", "Review a for b in c, b only. {x}"),
    ]
    assert [each for each in heard.lines.asked if each != "> "] == [
        "focus: ", "language: ", "input: ", "focus: ", "language: ", "focus: ", "language: ",
    ]  # fmt: skip
    assert "Nothing was sent: the input ended" in heard.err
    assert heard.err.count("bad.md is left out") == 1


def test_a_system_prompt_of_the_library_is_used_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "system").mkdir()
    (tmp_path / "system" / "teacher.md").write_text("Explain it simply.")
    backend = ScriptedBackend([answered("ok"), answered("ok")])
    heard = talk(tmp_path, ["/system", "/system teacher", "one", "/system teach me", "two"], backend)
    assert [settings.system for _, settings in backend.asked] == ["Explain it simply.", "teach me"]
    assert "/system NAME takes one of teacher." in heard.err


def test_files_go_with_the_next_prompt_alone(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("one\ntwo\n")
    attach = f"/attach {tmp_path / 'app.log'}"
    backend = ScriptedBackend([answered("First."), answered("Second."), answered("Edited.")])
    lines = ["/attach", attach, "Why?", "And now?", attach, "/attach none", f"/attach {tmp_path}"]
    heard = talk(tmp_path, lines, backend)
    first, second = (messages[-1][1] for messages, _ in backend.asked)
    assert first == '<file name="app.log">\none\ntwo\n</file>\n\nWhy?'
    assert second == "And now?"
    assert "With the next prompt: app.log (2 lines)." in heard.err + heard.out
    assert "Nothing is attached." in heard.err + heard.out
    assert "is a folder. Name a file in it" in heard.err + heard.out
    (kept,) = heard.kept
    assert [each.name for each in kept.path()[0].turn.attachments] == ["app.log"]
