"""Arguments: every option before and after the subcommand, and mistakes told in one line."""

from __future__ import annotations

import pytest

from tui_chat.cli.options import Options, parse
from tui_chat.cli.serve import app_arguments
from tui_chat.core.settings import NAMES, Settings


def test_no_arguments_mean_the_app() -> None:
    assert parse([]) == Options()


@pytest.mark.parametrize(
    "argv",
    [
        ["--endpoint", "demo", "--temperature", "0.5", "ask", "hi"],
        ["ask", "--endpoint", "demo", "--temperature", "0.5", "hi"],
        ["--endpoint", "demo", "ask", "hi", "--temperature", "0.5"],
        ["ask", "hi", "--endpoint=demo", "--temperature=0.5"],
    ],
)
def test_options_stand_before_or_after_the_command(argv: list[str]) -> None:
    options = parse(argv)
    assert (options.command, options.prompt, options.endpoint) == ("ask", "hi", "demo")
    assert options.settings == Settings(temperature=0.5)


def test_every_setting() -> None:
    words = (
        "ask x --temperature 0 --top-p 0.9 --max-tokens 5 --seed 7 --stop A --stop B --system S --model m"
        " --presence-penalty 0.5 --frequency-penalty -1 --reasoning-effort off --prompt-mode reasoning --safe-prompt on"
        " --extra-body user=me"
    )
    options = parse([*words.split(), "--extra-body", '{"top_k": 40}', "--extra-body=min_p=0.1"])
    extra = '{"user": "me", "top_k": 40, "min_p": 0.1}'
    assert options.settings == Settings("S", 0.0, 0.9, 5, 7, ("A", "B"), 0.5, -1.0, "none", "reasoning", True, extra)
    assert None not in (getattr(options.settings, name) for name in NAMES)
    assert options.model == "m"
    assert parse([*app_arguments(options)]).settings == options.settings  # so they reach the app in a browser


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        (["--temperature", "hot"], "temperature"),
        (["--temperature", "3"], "from 0 to 2"),
        (["--temperature", "nan"], "from 0 to 2"),
        (["--max-tokens", "0"], "whole number"),
        (["--max-tokens", "1.5"], "whole number"),
        (["--safe-prompt", "maybe"], "true or false"),
        (["--extra-body", "top_k"], '{"top_k": 40}'),
        (["--extra-body", "[1]"], '{"top_k": 40}'),
        (["--extra-body", "seed=1"], "no seed in it"),
        (["--extra-body", "a=1", "--extra-body", "api_key=abcdefghijklmnop1234"], "no key or password"),
        (["--auth", "magic"], "auth"),
        (["--dialect", "klingon"], "dialect"),
        (["--nonsense"], "nonsense"),
        (["dance"], 'no command "dance"'),
        (["lst"], "Did you mean list?"),
        (["Why is the sky blue?"], "tui-chat ask 'Why is the sky blue?'"),
        (["--endpoint", "demo", "hello"], "tui-chat ask hello"),
        (["x " * 500], 'tui-chat ask "…"'),
        (["ask", "--events", "x"], "--events goes with --json"),
        (["ask", "--json", "--render", "x"], "--render does not go with --json"),
        (["ask", "--plain", "--render", "x"], "not allowed with"),
        (["--url", "http://h/v1", "--endpoint", "demo"], "two endpoints"),
        (["--url", "https://h.test", "--key-env", "KEY", "--auth", "entra"], "--auth entra signs in"),
        (["ask", "x", "--stop", ""], "--stop"),
        (["-c", "--new"], "-c and --new"),
        (["--continue", "--open", "x"], "-c and --open"),
        (["ask", "-c", "--conversation", "x", "and?"], "-c and --conversation"),
    ],
)
def test_a_mistake_is_told_and_ends_with_2(argv: list[str], names: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(argv)
    assert end.value.code == 2
    told = capsys.readouterr()
    assert names in told.err
    assert "--help" in told.err
    assert told.out == ""


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for argv, text in (["--version"], "tui-chat 1."), (["--help"], "ask"), (["ask", "--help"], "Exit codes"):
        with pytest.raises(SystemExit) as end:
            parse(argv)
        assert end.value.code == 0
        assert text in capsys.readouterr().out


OF_AN_ENDPOINT = ("--url", "--model", "--dialect")
OF_A_REQUEST = ("--temperature", "--system", "--preset")


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("ask", (*OF_AN_ENDPOINT, *OF_A_REQUEST)),
        ("chat", (*OF_AN_ENDPOINT, *OF_A_REQUEST)),
        ("doctor", OF_AN_ENDPOINT),
        ("models", OF_AN_ENDPOINT),
        *((name, ()) for name in ("list", "search", "export", "import", "delete", "themes")),
    ],
)
def test_help_names_the_options_that_change_something(
    command: str, shown: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse([command, "--help"])
    told = capsys.readouterr().out
    assert "--data-dir" in told
    assert [each for each in (*OF_AN_ENDPOINT, *OF_A_REQUEST) if each in told] == list(shown)


@pytest.mark.parametrize("argv", [["list", "--model", "m", "-t", "1"], ["-t", "1", "--model", "m", "list"]])
def test_what_changes_nothing_is_taken_all_the_same(argv: list[str]) -> None:
    """An alias such as `tui-chat --endpoint azure -m large` goes before every command."""
    options = parse(argv)
    assert (options.command, options.model, options.settings) == ("list", "m", Settings(temperature=1.0))
