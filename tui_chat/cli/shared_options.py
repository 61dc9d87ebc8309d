"""Options that every subcommand takes. A subcommand's help lists those that affect it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any, Literal

from tui_chat.core import dialects
from tui_chat.core.endpoint import AUTHS
from tui_chat.core.setting_syntax import typed_value
from tui_chat.core.settings import check, kept

Shown = Literal["all", "endpoint", "files"]
"""The options that a help lists: all; those that choose an endpoint, and the files; the files alone."""


def shared_options(shown: Shown = "all") -> argparse.ArgumentParser:
    """A parent for argparse. Unlisted options are accepted, too: an alias may put them before every command."""
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
    add("--key-env", metavar="NAME", help="the variable that holds the key of the endpoint")
    add("--auth", choices=AUTHS, help="how the key is sent, or entra to sign in (default: derived from the address)")
    add("--dialect", choices=dialects.table(), help="what the server speaks (default: derived from the address)")
    add("-m", "--model", metavar="NAME", help="the model to ask for")


def _add_settings(add: Callable[..., Any]) -> None:
    add("-t", "--temperature", metavar="X", type=_setting("temperature"))
    add("--top-p", metavar="X", type=_setting("top_p"))
    add("--max-tokens", metavar="N", type=_setting("max_tokens"))
    add("--seed", metavar="N", type=_setting("seed"))
    add("--stop", metavar="TEXT", action="append", help="ends the answer; may be repeated")
    add("--presence-penalty", metavar="X", type=_setting("presence_penalty"))
    add("--frequency-penalty", metavar="X", type=_setting("frequency_penalty"))
    add("--reasoning-effort", metavar="WORD", type=_setting("reasoning_effort"), help="such as low, medium, high, off")
    add("--prompt-mode", metavar="WORD", type=_setting("prompt_mode"), help="Mistral's: reasoning")
    add("--safe-prompt", metavar="true|false", type=_setting("safe_prompt"), help="Mistral's")
    add(
        "--extra-body",
        metavar="KEY=VALUE|JSON",
        action=_ExtraBody,
        help="further fields of the request, such as top_k=40 or '{\"top_k\": 40}'; may be repeated",
    )
    add("-s", "--system", metavar="TEXT", help="the system prompt")
    add("--preset", metavar="NAME", help="a preset of the configuration; what is given here goes before it")


def _setting(name: str) -> Callable[[str], Any]:
    """A converter that reads a setting as `/set` does."""

    def convert(text: str) -> Any:
        return _checked(name, typed_value(name, text), text)

    return convert


def _checked(name: str, value: object, text: str) -> object:
    problem = check(name, value)
    if problem is not None:
        raise argparse.ArgumentTypeError(f"{text!r}: {problem}")
    return kept(name, value)


class _ExtraBody(argparse.Action):
    """Joins the fields of each use of the option."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, values: Any, option: str | None = None) -> None:
        before = json.loads(getattr(namespace, self.dest, None) or "{}")
        try:
            setattr(namespace, self.dest, _checked(self.dest, before | _fields(values), values))
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from None


def _fields(text: str) -> dict[str, object]:
    """Parse `KEY=VALUE`, where VALUE is JSON or a text, or a JSON object. Empty for anything else."""
    key, equals, value = text.partition("=")
    if equals and key.isidentifier():
        return {key: _json_or(value, value)}
    found = _json_or(text, None)
    return found if isinstance(found, dict) else {"": None}


def _json_or(text: str, otherwise: object) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise
