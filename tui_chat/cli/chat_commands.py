"""The slash commands of the linear mode."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tui_chat.cli import output
from tui_chat.cli.chat_loop import SIGN, Chat
from tui_chat.core.settings import NAMES, Settings, check
from tui_chat.core.words import NOT_SENT
from tui_chat.engine.conversation_files import FileError
from tui_chat.render.safe import safe_line
from tui_chat.store.library import LibraryError, Summary
from tui_chat.store.problem import nearest

NONE = "none"
RECENT = 10
WIDTH = 100
"""Cells of a table's line where there is no terminal to fit it to."""
_BARS = re.compile("[■□]+ ")
"""Next to each is the grade in words; a bar is spoken square by square."""


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`takes` is what may follow the name; "" is nothing."""

    does: Callable[[Chat, str], object]
    help: str
    takes: str = ""


def run(chat: Chat, line: str) -> None:
    """Run the command in this line, or say that there is none. Nothing is ever sent from here but by `/retry`."""
    name, _, rest = line.removeprefix(SIGN).partition(" ")
    rest = rest.strip()
    command = COMMANDS.get(name.lower())
    if command is None:
        near = nearest(name, COMMANDS)
        meant = f" (did you mean {SIGN}{near}?)" if near else ""
        first = line.partition("\n")[0]
        chat.out.note(
            f"There is no command {SIGN}{name[:40]}{meant}. Nothing was sent. {SIGN}help lists the commands; "
            f"to send a text that begins with {SIGN}, write {SIGN}{first[:20]}{'…' if len(first) > 20 else ''}"
        )
    elif rest and not command.takes:
        chat.out.note(f"{SIGN}{name} takes no argument. Nothing was done, and nothing was sent.")
    else:
        command.does(chat, rest)


def _help(chat: Chat, _rest: str) -> None:
    usages = {f"{SIGN}{name} {command.takes}".rstrip(): command.help for name, command in COMMANDS.items()}
    lines = [f"{usage}: {text}" for usage, text in usages.items()]
    chat.out.tell("\n".join([*lines, *_RULES]))


_RULES = (
    "A line is sent when you press enter. One that ends in a backslash continues on the next line.",
    "To send a text that begins with a slash, begin with two.",
    "Ctrl-C stops an answer; what arrived is kept. At the prompt, Ctrl-C twice ends the program.",
)


def _quit(chat: Chat, _rest: str) -> None:
    chat.over = True


def _new(chat: Chat, _rest: str) -> None:
    before = chat.continued()
    chat.session.new()
    chat.out.note("A new conversation." + (f" The one before: {SIGN}open {before}" if before else ""))


def _open(chat: Chat, rest: str) -> None:
    try:
        if rest:
            chat.open(rest)
        else:
            _recent(chat)
    except (LibraryError, FileError) as error:
        chat.out.note(f"{error.message} {error.hint}")


def _recent(chat: Chat) -> None:
    found = chat.session.services.library.list(RECENT).now()
    if found:
        chat.out.tell("\n".join(map(_summary, found)))
    else:
        chat.out.note("No conversation is saved yet.")


def _summary(summary: Summary) -> str:
    return f"{safe_line(summary.id)}  {summary.updated.astimezone():%Y-%m-%d %H:%M}  {safe_line(summary.title)}"


def _retry(chat: Chat, _rest: str) -> None:
    if chat.answer(chat.session.retry()) is None and chat.out.gone is None:
        chat.out.note("There is no prompt to answer yet.")


def _set(chat: Chat, rest: str) -> None:
    if not rest:
        chat.out.tell("\n".join(_settings_lines(chat.session.settings)))
        return
    written, _, text = rest.partition(" ")
    try:
        name = _setting_named(written)
        if text.strip():
            chat.change(_with_setting(chat.session.settings, name, text.strip()))
    except _SetError as error:
        chat.out.note(str(error))
        return
    value = _written(getattr(chat.session.settings, name))
    chat.out.note(f"{name}: {value}")


class _SetError(Exception):
    """Nothing was changed; the text says what is expected."""


def _settings_lines(settings: Settings) -> Iterator[str]:
    """All settings, one a line."""
    return (f"{name}: {_written(getattr(settings, name))}" for name in NAMES)


def _written(value: object) -> str:
    """A value as `/set` takes it."""
    if value is None:
        return NOT_SENT
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 and not value[0].startswith("[") else json.dumps(value, ensure_ascii=False)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _setting_named(text: str) -> str:
    """The setting that is meant. Raises _SetError."""
    name = text.lower().replace("-", "_")
    if name in NAMES:
        return name
    near = nearest(name, NAMES)
    meant = f" (did you mean {near}?)" if near else ""
    raise _SetError(f"There is no setting {text}{meant}. There are {', '.join(NAMES)}. Nothing was changed.")


def _with_setting(settings: Settings, name: str, text: str) -> Settings:
    """These settings with one of them set to what `text` says; `none` is *not sent*. Raises _SetError."""
    if text.lower() == NONE:
        return replace(settings, **_one(name, None))
    value = _value(name, text)
    problem = check(name, value)
    if problem is not None:
        raise _SetError(f"{name}: {problem}, or {NONE}; found {text}. Nothing was changed.")
    return replace(settings, **_one(name, tuple(value) if isinstance(value, list) else value))


def _one(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def _value(name: str, text: str) -> object:
    """What TOML or JSON would hold; the text itself where it is nothing of the kind that is wanted."""
    match name:
        case "temperature" | "top_p":
            return _number(text, float)
        case "max_tokens" | "seed":
            return _number(text, int)
        case "stop":
            return _texts(text)
        case _:
            return text


def _number(text: str, kind: type[float] | type[int]) -> object:
    try:
        return kind(text)
    except ValueError:
        return text


def _texts(text: str) -> object:
    """One text, or several as a JSON list."""
    if not text.startswith("["):
        return [text]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _filter(chat: Chat, _rest: str) -> None:
    from tui_chat.core.filter_table import rows
    from tui_chat.export.filter_table_formats import as_text

    table = as_text(rows(chat.session.conversation), output.columns() or WIDTH)
    chat.out.tell(_BARS.sub("", table))


COMMANDS: Mapping[str, SlashCommand] = {
    "help": SlashCommand(_help, "this list"),
    "quit": SlashCommand(_quit, "ends the program, as the end of the input does"),
    "new": SlashCommand(_new, "begins a new conversation"),
    "open": SlashCommand(_open, f"opens a saved conversation, or one in a file; alone: the last {RECENT}", "ID"),
    "retry": SlashCommand(_retry, "answers your last prompt again; the old answer stays"),
    "set": SlashCommand(
        _set, "changes a setting from the next prompt on; none: it is not sent; alone: all settings", "NAME VALUE"
    ),
    "filter": SlashCommand(_filter, "what the content filter said in this conversation"),
}
