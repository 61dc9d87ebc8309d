"""The table of slash commands for the app and linear mode, and the parser of a typed command.

The names are public. `//` at the start sends a slash; any other text that begins with one is a command, a template, or
a question to the user, and is never sent by itself: a mistyped command would reach the model as a prompt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum, auto

from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import NAMES
from tui_chat.core.short_text import shortened

SIGN = "/"


class Takes(Enum):
    """The kinds of arguments of a command."""

    NOTHING = auto()
    TEXT = auto()
    MODEL = auto()
    ENDPOINT = auto()
    SETTING = auto()
    PRESET = auto()
    THEME = auto()
    CONVERSATION = auto()
    PATH = auto()
    PROMPT = auto()
    COMPARISON = auto()
    SYSTEM = auto()
    TOPIC = auto()


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`usage` names the argument. `is_whole`: the name alone is a command; else the list of arguments opens.

    `command` is the id of the command that the name alone runs; the list shows its key. `in_chat`: linear mode has it
    too. `also` are other programs' names for it: each runs it.
    """

    name: str
    help: str
    takes: Takes = Takes.NOTHING
    usage: str = ""
    is_whole: bool = True
    command: str = ""
    in_chat: bool = True
    also: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The command as typed: `/model [NAME]`."""
        return f"{SIGN}{self.name} {self.usage}".rstrip()


SLASH_COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand(
        "help",
        "Show the commands and the keys, or a page of the manual",
        Takes.TOPIC,
        "[TOPIC]",
        command="help",
        also=("keys", "commands", "manual"),
    ),
    SlashCommand("new", "Start a new conversation", command="chat.new", also=("clear", "reset")),
    SlashCommand(
        "open",
        "Open a saved conversation",
        Takes.CONVERSATION,
        "[WORDS]",
        command="chat.open",
        also=("resume", "load", "sessions", "conversations", "library", "list"),
    ),
    SlashCommand("continue", "Continue an answer that was cut or stopped", command="chat.continue"),
    SlashCommand(
        "retry",
        "Answer the last prompt again; the old answer stays",
        command="chat.retry",
        also=("again", "regenerate"),
    ),
    SlashCommand("edit", "Edit the last prompt and send it; the old one stays", command="chat.edit"),
    SlashCommand("copy", "Copy the last answer as Markdown", command="chat.copy", also=("yank",)),
    SlashCommand(
        "find", "Find words in this conversation", Takes.TEXT, "[WORDS]", command="find.open", also=("search",)
    ),
    SlashCommand(
        "model",
        "Choose the model for the next request",
        Takes.MODEL,
        "[NAME]",
        is_whole=False,
        command="model.pick",
        also=("models",),
    ),
    SlashCommand(
        "endpoint",
        "Choose the endpoint for the next request",
        Takes.ENDPOINT,
        "[NAME]",
        is_whole=False,
        also=("provider", "server", "connect", "add-endpoint"),
    ),
    SlashCommand(
        "set",
        "Change a setting, such as temperature 0.3",
        Takes.SETTING,
        "[NAME VALUE]",
        is_whole=False,
        also=("settings", "config"),
    ),
    SlashCommand(
        "system", "Show or change the system prompt; none removes it", Takes.SYSTEM, "[TEXT]", also=("instructions",)
    ),
    SlashCommand("preset", "Use the settings of a preset", Takes.PRESET, "[NAME]", is_whole=False, also=("role",)),
    SlashCommand(
        "compare",
        "Answers or versions side by side; alone it opens a form",
        Takes.COMPARISON,
        "[NAME VALUE…]",
        command="compare",
        also=("variants", "sweep", "arena", "diff"),
    ),
    SlashCommand(
        "attach",
        "Send a file with the prompt: a text, a picture, a PDF",
        Takes.PATH,
        "PATH",
        command="prompt.attach",
        also=("file", "upload", "image", "add"),
    ),
    SlashCommand(
        "save",
        "Save the conversation (.chat.json, .md, .html)",
        Takes.PATH,
        "[PATH]",
        command="chat.save_as",
        also=("export", "write"),
    ),
    SlashCommand(
        "tag",
        "Tag this conversation; -NAME takes a tag away",
        Takes.TEXT,
        "[NAME…]",
        command="chat.tag",
        also=("label", "tags"),
    ),
    SlashCommand(
        "history",
        "Find a prompt that was sent before",
        Takes.PROMPT,
        "[WORDS]",
        is_whole=False,
        command="chat.history",
        also=("prompts",),
    ),
    SlashCommand(
        "context", "Show what is sent, with its tokens", command="chat.context", also=("tokens", "usage", "cost")
    ),
    SlashCommand("tree", "Show the branches of this conversation", command="chat.tree", also=("branches", "fork")),
    SlashCommand("filter", "Show what the content filter said", command="filter.view"),
    SlashCommand("doctor", "Check the endpoint step by step", command="endpoint.check", also=("check", "status")),
    SlashCommand(
        "theme",
        "Choose the colours",
        Takes.THEME,
        "[NAME]",
        is_whole=False,
        command="app.theme",
        in_chat=False,
        also=("colors", "dark", "light"),
    ),
    SlashCommand("quit", "Quit", command="app.quit", also=("exit", "q", "bye")),
)

SETTING_NAMES = tuple(name for name in NAMES if name not in ("system", "stop"))
"""Settings that can be typed like commands. `/stop` would be mistaken for stopping the answer."""

CHAT_COMMANDS = tuple(command for command in SLASH_COMMANDS if command.in_chat)


@dataclass(frozen=True, slots=True)
class PlainPrompt:
    """A text to be sent."""

    text: str


@dataclass(frozen=True, slots=True)
class SlashCall:
    """A command with its argument."""

    command: SlashCommand
    argument: str = ""


@dataclass(frozen=True, slots=True)
class TemplateCall:
    """A user's template with the text after its name."""

    name: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class UnknownSlash:
    """An unknown command. `near` is the most similar one, `instead` that with the argument; "" if none is similar."""

    name: str
    near: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Misused:
    """A command with an argument that it does not take; the sentence says what it takes."""

    sentence: str


SlashRead = PlainPrompt | SlashCall | TemplateCall | UnknownSlash | Misused


def read_prompt(
    text: str, templates: Collection[str] = (), commands: Sequence[SlashCommand] = SLASH_COMMANDS
) -> SlashRead:
    """Parse a prompt: a text, a command, a template, or neither."""
    if not text.startswith(SIGN):
        return PlainPrompt(text)
    if text.startswith(SIGN * 2):
        return PlainPrompt(unescaped(text))
    typed, rest = split_name(text)
    name, argument = typed.lower(), rest.strip()
    command = named(name, commands)
    if command is not None:
        if argument and command.takes is Takes.NOTHING:
            return Misused(f"{SIGN}{command.name} takes no argument. Nothing was done, and nothing was sent.")
        return SlashCall(command, argument)
    if name in templates:
        return TemplateCall(name, argument)
    if (other := called(name, commands)) is not None:
        command, before = other
        return read_prompt(f"{SIGN}{command.name} {before} {argument}", templates, commands)
    first, _, value = name.partition("=")
    near = _meant(first, templates, commands)
    known = named(near, commands)
    kept = f"{value} {argument}".strip() if known is None or known.takes is not Takes.NOTHING else ""
    return UnknownSlash(typed, near, f"{SIGN}{near} {kept}".rstrip() if near else "")


def split_name(text: str) -> tuple[str, str]:
    """The name after the slash, and the text after the name, including the space between them."""
    body = text.removeprefix(SIGN)
    end = next((i for i, character in enumerate(body) if character.isspace()), len(body))
    return body[:end], body[end:]


def named(name: str, commands: Iterable[SlashCommand] = SLASH_COMMANDS) -> SlashCommand | None:
    return next((command for command in commands if command.name == name), None)


def called(name: str, commands: Iterable[SlashCommand] = SLASH_COMMANDS) -> tuple[SlashCommand, str] | None:
    """The command of a name, or of another program's word for it, and the beginning of its argument: `/temperature 1`
    and `/temperature=1` are `/set temperature 1`."""
    setting, _, value = name.partition("=")
    setting = setting.replace("-", "_")
    for command in commands:
        if name == command.name or name in command.also:
            return command, ""
        if command.takes is Takes.SETTING and setting in SETTING_NAMES:
            return command, f"{setting} {value}".rstrip()
    return None


def _meant(name: str, templates: Collection[str], commands: Sequence[SlashCommand]) -> str:
    if not name or SIGN in name or name in NAMES:  # a path is meant as one, and /stop as stopping
        return ""
    by_word = {word: command.name for command in commands for word in (command.name, *command.also)}
    to_set = next((command.name for command in commands if command.takes is Takes.SETTING), "")
    settings = {each: f"{to_set} {each}" for each in SETTING_NAMES if to_set}
    names = {**by_word, **{each: each for each in templates}, **settings}
    begun = [each for each in names if len(name) > 1 and each.startswith(name)]
    near = begun[0] if begun else nearest(name, names)
    return names[near] if near else ""


def escaped(text: str) -> str:
    """A text as it has to be typed to be sent exactly."""
    return SIGN + text if text.startswith(SIGN) else text


def unescaped(text: str) -> str:
    """The text to send for a typed text that is not a command."""
    return text.removeprefix(SIGN) if text.startswith(SIGN * 2) else text


def unknown_sentence(unknown: UnknownSlash, commands: Iterable[SlashCommand] = SLASH_COMMANDS) -> str:
    if called(unknown.name.lower()) is not None and called(unknown.name.lower(), commands) is None:
        return f"{SIGN}{unknown.name} works in the app only."
    name = shortened(unknown.name, 40)
    meant = f" Did you mean {SIGN}{unknown.near}?" if unknown.near else ""
    return f"There is no command {SIGN}{name}.{meant}"


def help_lines(commands: Iterable[SlashCommand], templates: Iterable[tuple[str, str]] = ()) -> Iterator[str]:
    """The table as text, one line per command; templates with their first line."""
    yield from (f"{command.shown}: {command.help}" for command in commands)
    yield from (f"{SIGN}{name}: {first}" for name, first in templates)
