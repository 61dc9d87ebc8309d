"""Textual bindings for the table of commands, and the keys in force after the user's changes.

Keys are bound on the chat screen and on the prompt, never on the app: an app's bindings act through an open modal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.binding import Binding, BindingsMap, BindingType

from tui_chat.ui.command_table import BY_ID, COMMANDS, READING, Command
from tui_chat.ui.keymap import Keymap

NO_KEY = "no_key"
"""A key that no terminal sends: a command must be bound to be given a key by the configuration."""


def command_bindings() -> list[BindingType]:
    """The chat screen's bindings, with their default keys."""
    return [_binding(command, "command", command.keys) for command in COMMANDS if command.run is not None]


def reading_bindings() -> list[BindingType]:
    """The transcript's bindings, with their default keys."""
    return [_binding(command, "screen.command", command.keys) for command in READING]


def binding(name: str, *more: str) -> Binding:
    """A command's binding for a widget that takes its key before the screen gets it; `more` are keys of the widget."""
    return _binding(BY_ID[name], "screen.command", (*BY_ID[name].keys, *more))


def bind_users_keys(bindings: BindingsMap, changed: Mapping[str, Sequence[str]]) -> None:
    """Bind the user's keys on a widget that would take some of them itself, as the prompt does `ctrl+e` or `f6`.

    A key that the user, or the table, gives to reading keeps that meaning there.
    """
    reading = effective_keys(changed)
    taken = {key for command in READING for key in reading.of(command.id)} & bindings.key_to_bindings.keys()
    for name, keys in changed.items():
        if BY_ID[name].run is not None and BY_ID[name] not in READING:
            for key in set(keys) - taken:
                bindings.key_to_bindings[key] = [_binding(BY_ID[name], "screen.command", (key,))]


def _binding(command: Command, action: str, keys: Sequence[str]) -> Binding:
    return Binding(",".join(keys) or NO_KEY, f"{action}({command.id!r})", command.title, show=False, id=command.id)


def effective_keys(changed: Mapping[str, Sequence[str]]) -> Keymap:
    """The keys in force: the user's changes over the defaults."""
    return Keymap({name: tuple(changed.get(name, command.keys)) for name, command in BY_ID.items()})


def valid_keys(changed: Mapping[str, Sequence[str]]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The user's changes that are valid, and a sentence for each key that is none, types text or would do two things.

    If two commands claim one key, its default owner keeps it. Textual would silently let the last one win.
    """
    kept = {name: tuple(keys) for name, keys in changed.items() if name in BY_ID}
    problems: list[str] = []

    def refuse(name: str, key: str, why: str) -> None:
        problems.append(f"config.toml: keys.{name}: {key} {why}; {name} keeps its others.")
        kept[name] = tuple(k for k in kept[name] if k != key) or BY_ID[name].keys
        if kept[name] == BY_ID[name].keys:
            del kept[name]

    for name, keys in list(kept.items()):
        for key in keys:
            if why := _unusable(name, key):
                refuse(name, key, why)
    while clash := _first_clash(effective_keys(kept).by_command, kept):
        key, loser, winner = clash
        refuse(loser, key, f"is already the key of {winner}")
    return kept, problems


def _unusable(name: str, key: str) -> str:
    """Why the command cannot have this key; "" if it can."""
    from tui_chat.ui.key_names import corrected, types_text

    meant = corrected(key)
    if meant != key:
        return "is not the name of a key" + (f" (did you mean {meant}?)" if meant else "")
    if types_text(key) and BY_ID[name] not in READING:
        return "types text into the prompt: choose one with ctrl or alt, or a function key"
    return ""


def _first_clash(
    keys: Mapping[str, tuple[str, ...]], changed: Mapping[str, tuple[str, ...]]
) -> tuple[str, str, str] | None:
    """(key, the changed command that loses it, the command that keeps it). Reading keys clash only with each other."""
    owner: dict[tuple[bool, str], str] = {}
    for name in sorted(keys, key=lambda name: name in changed):
        for key in keys[name]:
            place = (BY_ID[name] in READING, key)
            if owner.setdefault(place, name) != name:
                return key, name, owner[place]
    return None
