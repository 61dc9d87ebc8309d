"""Keys by id. This file owns which keys there are, what they do and how they are shown.

The ids are public: users change keys under `[keys]` in the configuration. Keys are bound on the chat screen and on the
prompt, never on the app: an app's bindings act through an open modal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does. `action` is the chat screen's action; None for keys that the prompt handles itself.

    `short` is the word in the key bar; "" keeps it out of there.
    """

    id: str
    keys: tuple[str, ...]
    action: str | None
    what: str
    short: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("chat.send", ("enter",), None, "Send the prompt", "send"),
    Command(
        "chat.newline", ("shift+enter", "alt+enter", "ctrl+j"), None, "A new line in the prompt (also \\ then enter)"
    ),
    Command("chat.stop", ("escape",), "stop", "Stop the answer; what came stays", "stop"),
    Command(
        "chat.interrupt", ("ctrl+c",), "interrupt", "Copy a selection, else stop, else stash the prompt, else quit"
    ),
    Command("chat.new", ("ctrl+n",), "new", "New conversation", "new"),
    Command("chat.open", ("ctrl+o",), "library", "The conversations: open, search, rename, delete", "open"),
    Command("chat.save_as", ("ctrl+s",), "save_as", "Save the conversation to a file (JSON, Markdown, HTML)"),
    Command("chat.retry", ("ctrl+r",), "retry", "Answer the last prompt again; the old answer stays", "again"),
    Command("chat.continue", ("ctrl+g",), "go_on", "Go on where the last answer was cut, stopped or broke off"),
    Command("chat.exchange", ("f12",), "exchange", "Show the last exchange with the server, as it went over the wire"),
    Command("chat.edit", ("f4",), "edit", "Edit the last prompt and send it as a branch; the old one stays"),
    Command("chat.copy", ("f8",), "copy", "Copy the selected or last answer as Markdown", "copy"),
    Command("chat.editor", ("f9",), "editor", "Write the prompt in $VISUAL or $EDITOR"),
    Command("find.open", ("ctrl+f",), "find", "Find in the conversation", "find"),
    Command("reading.enter", ("shift+tab",), "read", "Read with keys: a cursor on messages and blocks", "read"),
    Command("view.page_up", ("pageup",), "page(-1)", "A page up in the conversation"),
    Command("view.page_down", ("pagedown",), "page(1)", "A page down in the conversation"),
    Command("view.half_page_up", ("alt+pageup",), "half_page(-1)", "Half a page up"),
    Command("view.half_page_down", ("alt+pagedown",), "half_page(1)", "Half a page down"),
    Command("view.previous_prompt", ("ctrl+up",), "prompt(-1)", "To the prompt above"),
    Command("view.next_prompt", ("ctrl+down",), "prompt(1)", "To the next prompt"),
    Command("view.start", ("ctrl+home",), "start", "To the start of the conversation"),
    Command("view.end", ("ctrl+end",), "end", "To its end, and stay there"),
    Command("pane.settings", ("f2",), "settings", "Show or hide the settings pane", "settings"),
    Command("pane.library", ("f3",), "library_pane", "Show or hide the library pane"),
    Command("settings.tune", ("ctrl+t",), "tune", "Turn the settings on the last line", "tune"),
    Command("settings.temperature_up", ("alt+up",), "turn('temperature', 1)", "Temperature up by 0.1"),
    Command("settings.temperature_down", ("alt+down",), "turn('temperature', -1)", "Temperature down by 0.1"),
    Command("settings.max_tokens_up", ("alt+shift+up",), "turn('max_tokens', 1)", "max_tokens one step up"),
    Command("settings.max_tokens_down", ("alt+shift+down",), "turn('max_tokens', -1)", "max_tokens one step down"),
    Command("filter.report", ("f5",), "filter_report", "What the content filter said of the last turn it rejected"),
    Command("filter.view", (), "filter_view", "The content filter: all verdicts of this conversation as a table"),
    Command("filter.send", (), "filter_send", "Leave the last answer out of what is sent, or take it back in"),
    Command("help", ("f1",), "help", "Keys and help (also ? in an empty prompt)", "help"),
    Command("app.quit", ("ctrl+q",), "quit", "Quit", "quit"),
)

READING: tuple[Command, ...] = (
    Command("reading.menu", ("enter", "space"), "screen.turn_menu", "What can be done with it", "menu"),
    Command("reading.block_up", ("up", "k"), "by_block(-1)", "To the block above"),
    Command("reading.block_down", ("down", "j"), "by_block(1)", "To the next block"),
    Command("reading.message_up", ("shift+up", "p"), "by_message(-1)", "To the message above"),
    Command("reading.message_down", ("shift+down", "n"), "by_message(1)", "To the next message"),
    Command("reading.older", ("left", "h"), "screen.on_turn('older')", "The older version of a prompt or answer"),
    Command("reading.newer", ("right", "l"), "screen.on_turn('newer')", "The newer version"),
    Command("reading.copy", ("c",), "screen.on_turn('copy')", "Copy the message or block as Markdown", "copy"),
    Command("reading.select", ("v",), "select", "Select from here: move on, then copy; again: no more", "select"),
    Command("reading.copy_code", ("y",), "screen.on_turn('copy_code')", "Copy the code without decoration", "code"),
    Command("reading.edit", ("e",), "screen.on_turn('edit')", "Edit the prompt and send it as a branch", "edit"),
    Command("reading.retry", ("r",), "screen.on_turn('retry')", "Answer again; the old answer stays", "again"),
    Command("reading.quote", ("q",), "screen.on_turn('quote')", "Quote it in the prompt", "quote"),
    Command("reading.sent", ("x",), "screen.on_turn('sent')", "Leave it out of what is sent, or take it back", "drop"),
    Command("reading.source", ("m",), "screen.on_turn('source')", "The Markdown source, or what it means", "source"),
    Command("reading.fold", ("f",), "screen.on_turn('fold')", "Fold or unfold long code and thinking", "fold"),
    Command("reading.details", ("i",), "screen.on_turn('details')", "What it was made with, and all that is known"),
)
"""Keys that act while the transcript has the focus. They may be letters: nothing is typed there."""

NO_KEY = "no_key"
"""A key that no terminal sends: only what is bound can be given a key by the configuration."""

BY_ID = {command.id: command for command in (*COMMANDS, *READING)}


def bindings() -> list[BindingType]:
    """The chat screen's bindings with their default keys; `overrides` gives what the user changed."""
    return [
        Binding(",".join(command.keys) or NO_KEY, command.action, command.what, show=False, id=command.id)
        for command in COMMANDS
        if command.action is not None
    ]


def reading_bindings() -> list[BindingType]:
    """The transcript's bindings, likewise."""
    return [Binding(",".join(command.keys), command.action or "", show=False, id=command.id) for command in READING]


def effective(changed: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Command id → keys, with the user's changes in place of the defaults."""
    return {name: tuple(changed.get(name, command.keys)) for name, command in BY_ID.items()}


def sound(changed: Mapping[str, Sequence[str]]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The user's changes that can hold, and a sentence for each key that would do two things at once.

    Of two actions on one key the one that had it by default keeps it. Textual would let the last one win in silence.
    """
    kept = {name: tuple(keys) for name, keys in changed.items() if name in BY_ID}
    problems: list[str] = []
    while clash := _first_clash(effective(kept), kept):
        key, loser, winner = clash
        problems.append(f"config.toml: keys.{loser}: {key} is already the key of {winner}; {loser} keeps its others.")
        kept[loser] = tuple(k for k in kept[loser] if k != key) or BY_ID[loser].keys
        if kept[loser] == BY_ID[loser].keys:
            del kept[loser]
    return kept, problems


def _first_clash(
    keys: Mapping[str, tuple[str, ...]], changed: Mapping[str, tuple[str, ...]]
) -> tuple[str, str, str] | None:
    """(key, the changed command that must give it up, the command that keeps it). Reading has keys of its own."""
    owner: dict[tuple[bool, str], str] = {}
    for name in sorted(keys, key=lambda name: name in changed):
        for key in keys[name]:
            place = (BY_ID[name] in READING, key)
            if owner.setdefault(place, name) != name:
                return key, name, owner[place]
    return None


_NAMES = {"escape": "esc", "enter": "enter", "pageup": "pgup", "pagedown": "pgdn"}


def shown(key: str) -> str:
    """A key as the screen writes it: `ctrl+n` → `^n`, `escape` → `esc`."""
    *modifiers, last = key.split("+")
    last = _NAMES.get(last, last)
    if modifiers == ["ctrl"] and len(last) == 1:
        return f"^{last}"
    return "+".join([*modifiers, last])
