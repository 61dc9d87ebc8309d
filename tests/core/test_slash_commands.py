"""Slash commands: what a prompt that begins with a slash is, and what is said of an unknown one."""

from __future__ import annotations

import pytest

from tui_chat.core.slash_commands import (
    CHAT_COMMANDS,
    SLASH_COMMANDS,
    Misused,
    PlainPrompt,
    SlashCall,
    SlashRead,
    Takes,
    TemplateCall,
    UnknownSlash,
    escaped,
    help_lines,
    named,
    read_prompt,
    unknown_sentence,
)

PROMISED = (
    "help new open continue retry edit copy find model endpoint set system preset compare attach save tag history "
    "context tree filter doctor theme quit"
)


def call(name: str, argument: str = "") -> SlashCall:
    command = named(name)
    assert command is not None
    return SlashCall(command, argument)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("hello", PlainPrompt("hello")),
        (" /new", PlainPrompt(" /new")),
        ("a /new", PlainPrompt("a /new")),
        ("//", PlainPrompt("/")),
        ("//usr/bin", PlainPrompt("/usr/bin")),
        ("///x", PlainPrompt("//x")),
        ("/new", call("new")),
        ("/NEW", call("new")),
        ("/new  \n", call("new")),
        ("/set temperature 0.3", call("set", "temperature 0.3")),
        ("/system  Two words.\nTwo lines. ", call("system", "Two words.\nTwo lines.")),
        ("/system\nOn the next line", call("system", "On the next line")),
        ("/model", call("model")),
        ("/review main.py", TemplateCall("review", "main.py")),
        ("/Review", TemplateCall("review")),
        ("/modl x", UnknownSlash("modl", "model", "/model x")),
        ("/mod", UnknownSlash("mod", "model", "/model")),
        ("/exprot a.md", UnknownSlash("exprot", "save", "/save a.md")),
        ("/claer all", UnknownSlash("claer", "new", "/new")),
        ("/tempreture 0.3", UnknownSlash("tempreture", "set temperature", "/set temperature 0.3")),
        ("/tempreture=0.3", UnknownSlash("tempreture=0.3", "set temperature", "/set temperature 0.3")),
        ("/temp 0.3", UnknownSlash("temp", "set temperature", "/set temperature 0.3")),
        ("/maxtokens 300", UnknownSlash("maxtokens", "set max_tokens", "/set max_tokens 300")),
        ("/exit", call("quit")),
        ("/clear", call("new")),
        ("/Usage", call("context")),
        ("/models mistral", call("model", "mistral")),
        ("/temperature 0.3", call("set", "temperature 0.3")),
        ("/max-tokens", call("set", "max_tokens")),
        ("/stop", UnknownSlash("stop")),
        ("/reveiw a b", UnknownSlash("reveiw", "review", "/review a b")),
        ("/usr/bin/env python", UnknownSlash("usr/bin/env")),
        ("/", UnknownSlash("")),
        ("/ new", UnknownSlash("")),
        ("/* a comment */", UnknownSlash("*")),
        ("/etc/hosts what?", UnknownSlash("etc/hosts")),
        ("/tag x", call("tag", "x")),
        ("/tog x", UnknownSlash("tog", "tag", "/tag x")),
    ],
)
def test_what_a_prompt_is(typed: str, read: SlashRead) -> None:
    assert read_prompt(typed, {"review"}) == read


def test_a_template_comes_before_another_programs_word() -> None:
    assert read_prompt("/usage now", {"usage"}) == TemplateCall("usage", "now")


@pytest.mark.parametrize("name", [each.name for each in SLASH_COMMANDS if each.takes is Takes.NOTHING])
def test_a_command_that_stands_alone_takes_nothing_behind_it(name: str) -> None:
    read = read_prompt(f"/{name} more")
    assert isinstance(read, Misused)
    assert f"/{name} takes no argument" in read.sentence


def test_an_escaped_text_is_read_as_itself() -> None:
    for text in ("hello", "/new", "//", "/usr/bin", ""):
        assert read_prompt(escaped(text)) == PlainPrompt(text)


@pytest.mark.parametrize(
    ("unknown", "words"),
    [
        (UnknownSlash("modl", "model"), "There is no command /modl. Did you mean /model?"),
        (UnknownSlash("usr/bin"), "There is no command /usr/bin."),
        (UnknownSlash(""), "There is no command /."),
        (UnknownSlash("theme"), "/theme works in the app only."),
        (UnknownSlash("dark"), "/dark works in the app only."),
    ],
)
def test_what_is_said_of_an_unknown_one(unknown: UnknownSlash, words: str) -> None:
    assert unknown_sentence(unknown, CHAT_COMMANDS) == words


def test_a_very_long_name_is_cut() -> None:
    assert len(unknown_sentence(UnknownSlash("x" * 500))) < 80


def test_the_table_is_whole() -> None:
    assert [command.name for command in SLASH_COMMANDS] == PROMISED.split()
    assert {command.name for command in SLASH_COMMANDS} - {command.name for command in CHAT_COMMANDS} == {"theme"}
    words = [word for command in SLASH_COMMANDS for word in (command.name, *command.also)]
    assert len(words) == len(set(words)), "a word leads to one command"
    for command in SLASH_COMMANDS:
        assert command.help
        assert len(command.help) <= 60, "one line beside the name"
        assert bool(command.usage) == (command.takes is not Takes.NOTHING)


def test_the_help_has_a_line_for_each_command_and_template() -> None:
    lines = list(help_lines(CHAT_COMMANDS, [("review", "Read this code")]))
    assert lines[0] == "/help [TOPIC]: Show the commands and the keys, or a page of the manual"
    assert "/model [NAME]: Choose the model for the next request" in lines
    assert lines[-1] == "/review: Read this code"
