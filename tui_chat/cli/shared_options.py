"""The options that every subcommand takes. The help of each shows those that change what it does."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Literal

from tui_chat.core import dialects
from tui_chat.core.endpoint import AUTHS
from tui_chat.core.settings import check

Shown = Literal["all", "endpoint", "files"]
"""What the help lists: all of them; those that choose an endpoint, and the files; the files alone."""


def shared_options(shown: Shown = "all") -> argparse.ArgumentParser:
    """A parent for argparse. What is not shown is taken all the same: an alias may put it before every command."""
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    _add_where(_adder(shared.add_argument_group("where"), shown != "files"))
    settings = shared.add_argument_group("settings for this run (what is not set is not sent)")
    _add_settings(_adder(settings, shown == "all"))
    files = shared.add_argument_group("files")
    files.add_argument("--config", metavar="FILE", help="the configuration file (env TUI_CHAT_CONFIG)")
    files.add_argument("--data-dir", metavar="DIR", help="where conversations live (env TUI_CHAT_DATA_DIR)")
    return shared


def _adder(group: argparse._ArgumentGroup, shown: bool) -> Callable[..., Any]:
    def add(*flags: str, **details: Any) -> None:
        group.add_argument(*flags, **(details if shown else details | {"help": argparse.SUPPRESS}))

    return add


def _add_where(add: Callable[..., Any]) -> None:
    add("--endpoint", metavar="NAME", help="an endpoint of the configuration, or local, or demo")
    add("--url", help="an endpoint by its address")
    add("--key-env", metavar="NAME", help="the variable that holds the key for --url")
    add("--auth", choices=AUTHS, help="how the key is sent, or entra to sign in (default: derived from the address)")
    add("--dialect", choices=dialects.table(), help="what the server speaks (default: derived from the address)")
    add("-m", "--model", metavar="NAME", help="the model to ask for")


def _add_settings(add: Callable[..., Any]) -> None:
    add("-t", "--temperature", metavar="X", type=_knob("temperature", float))
    add("--top-p", metavar="X", type=_knob("top_p", float))
    add("--max-tokens", metavar="N", type=_knob("max_tokens", int))
    add("--seed", metavar="N", type=_knob("seed", int))
    add("--stop", metavar="TEXT", action="append", help="ends the answer; may be repeated")
    add("--presence-penalty", metavar="X", type=_knob("presence_penalty", float))
    add("--frequency-penalty", metavar="X", type=_knob("frequency_penalty", float))
    add("--reasoning-effort", metavar="WORD", type=_knob("reasoning_effort", str), help="such as low, medium, high")
    add("--prompt-mode", metavar="WORD", type=_knob("prompt_mode", str), help="Mistral's: reasoning")
    add("-s", "--system", metavar="TEXT", help="the system prompt")
    add("--preset", metavar="NAME", help="a preset of the configuration; what is given here goes before it")


def _knob(name: str, kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = text
        problem = check(name, value)
        if problem is not None:
            raise argparse.ArgumentTypeError(f"{text!r}: {problem}")
        return value

    return convert
