"""The contents of the help: commands with the user's keys, slash commands, endpoints, the demo's keywords."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tui_chat.core.slash_commands import SIGN, SLASH_COMMANDS
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.command_groups import heading_of, headings
from tui_chat.ui.command_table import BY_ID, COMMANDS, READING, Command
from tui_chat.ui.key_help_layout import HelpEntry, HelpSection
from tui_chat.ui.keymap import Keymap

ENDPOINT_HELP = (
    ("^p", "then “Add an endpoint”: paste an address or a whole curl command, try it, save it"),
    ("Azure (Mistral)", "set AZURE_MISTRAL_ENDPOINT and AZURE_MISTRAL_KEY as Azure shows them, then start tui-chat"),
    ("Azure, signed in", "tui-chat --url https://NAME.services.ai.azure.com --auth entra --model DEPLOYMENT"),
    ("Mistral, OpenAI", "set MISTRAL_API_KEY or OPENAI_API_KEY"),
    ("any other", "tui-chat --url http://localhost:11434/v1 --model NAME"),
    ("more than one", "describe them in config.toml; the README shows how"),
)


def help_sections(
    keys: Keymap,
    likely: Sequence[str],
    *,
    reading: bool = False,
    templates: Iterable[tuple[str, str]] = (),
    demo: Sequence[tuple[str, str]] = (),
) -> list[HelpSection]:
    """All there is, what fits the moment (`likely`, ids of commands) first. `templates` are names and first lines."""
    now = [_now(keys, BY_ID[name]) for name in likely if name in BY_ID]
    groups = [
        (heading, [command for command in COMMANDS if heading_of(command.id) == heading]) for heading in headings()
    ]
    ours = [_section(heading, keys, commands) for heading, commands in groups]
    while_reading = _section("While reading", keys, READING)
    palette = keys.first("palette")
    rest = [(heading, command) for heading, commands in groups for command in commands if not _left(keys, command)]
    keyless = tuple(HelpEntry("", command.title, f"{heading} {command.words}") for heading, command in rest)
    sections = [
        *([HelpSection("Now", tuple(now), is_across=True)] if now and not reading else ()),
        *([while_reading, *ours] if reading else [*ours, while_reading]),
        HelpSection("Typed in the prompt", tuple(_slash(templates))),
        HelpSection(f"Without a key{f': {palette} finds them by their words' if palette else ''}", keyless),
        HelpSection("Your own endpoint", tuple(HelpEntry(left, text) for left, text in ENDPOINT_HELP)),
    ]
    if demo:
        words = tuple(HelpEntry(safe_line(word), safe_line(what)) for word, what in demo)
        sections.append(HelpSection("The demo answers to these words in a prompt", words))
    return [section for section in sections if section.entries]


def _section(heading: str, keys: Keymap, commands: Iterable[Command]) -> HelpSection:
    """Those that have a key or are typed. The others are in a section of their own, where they take no room for one."""
    return HelpSection(heading, tuple(_entry(keys, command) for command in commands if _left(keys, command)))


def _left(keys: Keymap, command: Command) -> str:
    """What is pressed for a command, or typed where it has no key; "" where it is in the palette alone."""
    typed = next((slash.name for slash in SLASH_COMMANDS if slash.command == command.id), "")
    return keys.all(command.id) if keys.of(command.id) else f"{SIGN}{typed}" if typed else ""


def _entry(keys: Keymap, command: Command) -> HelpEntry:
    return HelpEntry(_left(keys, command), command.title, f"{command.words} {' '.join(keys.of(command.id))}")


def _now(keys: Keymap, command: Command) -> HelpEntry:
    if _left(keys, command) or not keys.of("palette"):
        return _entry(keys, command)
    return HelpEntry(keys.first("palette"), f"then “{command.title}”", command.words)


def _slash(templates: Iterable[tuple[str, str]]) -> Iterator[HelpEntry]:
    for command in SLASH_COMMANDS:
        yield HelpEntry(command.shown, command.help, " ".join(command.also))
    for name, first in templates:
        yield HelpEntry(f"/{safe_line(name)}", safe_line(first) or "a template of yours", "template")
    yield HelpEntry("//", "a text that begins with a slash")
