"""Writes what is made of the manual from the tables of commands: two pages, and the tables at the end of others.

To be run as `python -m tests.support.help_pages`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tui_chat.core.slash_commands import SLASH_COMMANDS
from tui_chat.help_pages import FOLDER
from tui_chat.ui.command_groups import heading_of, headings
from tui_chat.ui.command_table import COMMANDS, READING, Command

SPELLED = {"full_stop": ".", "comma": ","}


def keys_page() -> str:
    """Every command with its keys."""
    return "\n".join(_keys()) + "\n"


INTRODUCTION = """# Keys

Every key of the app, by what it does; each can be changed under `[keys]` in `config.toml`.

In the app, `f1` shows this list with your own keys, filtered as you type, and `ctrl+p` finds every command by its
words. What has no key here is in that palette, and can be given one, which then comes before the editing keys of the
prompt:

```toml
[keys]
"chat.newline" = ["shift+enter", "ctrl+j"]
"endpoint.add" = ["ctrl+e"]
```"""

TYPING = """
In the prompt, `enter` sends, `up` on the first line and `down` on the last go through the prompts sent before, and the
editing keys of a text area keep their meaning (`ctrl+a`, `e`, `k`, `u`, `w`, `z`, `y`, `x`, `v`). In lists, `delete`
deletes, with undo. `esc` closes the innermost thing first; only then it stops the answer."""


def _keys() -> Iterator[str]:
    yield INTRODUCTION
    for heading in headings():
        found = [command for command in COMMANDS if heading_of(command.id) == heading]
        if found:
            yield from _table(heading, found)
    yield from _table("While reading (`shift+tab` leads there)", READING)
    yield TYPING


def _table(heading: str, commands: tuple[Command, ...] | list[Command]) -> Iterator[str]:
    yield f"\n## {heading}\n\n| key | what | id |\n| --- | --- | --- |"
    for command in commands:
        keys = ", ".join(f"`{spelled(key)}`" for key in command.keys)
        yield f"| {keys} | {_cell(command.title)} | `{command.id}` |"


def spelled(key: str) -> str:
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, SPELLED.get(last, last)])


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")


def commands_page() -> str:
    """Every slash command."""
    return "\n".join(_commands()) + "\n"


SLASH = """# Slash commands

What can be typed as `/name` in the prompt, in the app and in `tui-chat chat`.

`/` at the start of the prompt lists them and narrows as you type: up and down choose, `tab` completes, `enter` runs,
`esc` closes. `//` sends a slash. What is no command is never sent by itself: you are asked, and `ctrl+s` sends it as
text.

| command | what it does | in `tui-chat chat` |
| --- | --- | --- |"""


def _commands() -> Iterator[str]:
    yield SLASH
    for command in SLASH_COMMANDS:
        yield f"| `{_cell(command.shown)}` | {_cell(command.help)} | {'yes' if command.in_chat else 'no'} |"
    yield f"\n{TEMPLATES}"


TEMPLATES = """## Templates of your own

A file `prompts/review.md` beside `config.toml` becomes the command `/review`. `{placeholders}` in it are filled in one
after the other with `tab`, `{input}` is what follows the name (without it, that comes at the end), and `{{` is a brace.
A changed file counts at once; one that cannot be used is named. In `tui-chat chat` each placeholder is asked for in a
line of its own."""

FEATURES: Mapping[str, str] = {
    "setup": "endpoint.add endpoint.edit endpoint.check model.pick endpoint",
    "azure": "endpoint.add endpoint.check",
    "writing": "chat.send chat.newline chat.editor chat.interrupt chat.history prompt queue chat.stop chat.retry "
    "chat.continue chat.edit chat.new palette help "
    "app.vim app.notify app.reduced_motion app.mouse app.quit",
    "reading": "find view reading chat.copy chat.copy_code version chat.attachments app.reasoning",
    "settings": "pane.settings settings model.pick chat.context pane.wider pane.narrower pane model",
    "compare": "compare version",
    "filter": "filter",
    "library": "chat.open chat.deleted pane.library chat.rename chat.delete chat.tag "
    "chat.save_as chat.copy_path chat.tree branch chat",
    "importing": "chat.open_file chat.save_as",
    "themes": "app.theme app",
    "troubleshooting": "endpoint.check chat.exchange endpoint.copy_curl",
}
"""Pages that are written by hand, and the commands in the table at their end: ids, or the beginnings of ids, which
stand for all commands that are on no page by their id."""

HEADING = "## Keys and commands"

TYPED = {"settings.system": "system", "settings.presets": "preset", "pane.settings": "set", "endpoint.edit": "endpoint"}
"""Slash commands that do what a command is for, and not the same."""


def feature_page(topic: str) -> str:
    """The page, with the table of its commands made anew."""
    written = (FOLDER / f"{topic}.md").read_text(encoding="utf-8").partition(f"\n{HEADING}\n")[0]
    return "\n".join((written, *_feature_table(FEATURES[topic]))) + "\n"


def _feature_table(ids: str) -> Iterator[str]:
    yield f"{HEADING}\n\n| what | key | typed |\n| --- | --- | --- |"
    slash = {command.command: command for command in SLASH_COMMANDS if command.command}
    slash |= {name: command for name, typed in TYPED.items() for command in SLASH_COMMANDS if command.name == typed}
    on_a_page = {name for each in FEATURES.values() for name in each.split()}
    for name in ids.split():
        for command in COMMANDS:
            if name == command.id or (name == command.group and command.id not in on_a_page):
                keys = ", ".join(f"`{spelled(key)}`" for key in command.keys) or "palette"
                typed = f"`{_cell(slash[command.id].shown)}`" if command.id in slash else ""
                yield f"| {_cell(command.title)} | {keys} | {typed} |"


MADE: Mapping[str, Callable[[], str]] = {
    "keys": keys_page,
    "commands": commands_page,
    **{topic: partial(feature_page, topic) for topic in FEATURES},
}


if __name__ == "__main__":
    for name, make in MADE.items():
        (FOLDER / f"{name}.md").write_text(make(), encoding="utf-8")
