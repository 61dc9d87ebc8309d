"""Completes slash commands and their arguments, from the text, the cursor and the known names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.comparison import ENDPOINT, MODEL, PRESET, VERSIONS
from tui_chat.core.fuzzy_matching import PREFIX, match, meant
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.setting_syntax import NONE, expected, split_setting, suggested, typed_as, written
from tui_chat.core.settings import NAMES, Settings
from tui_chat.core.short_text import on_one_line
from tui_chat.core.slash_commands import (
    SETTING_NAMES,
    SIGN,
    SLASH_COMMANDS,
    SlashCommand,
    Takes,
    UnknownSlash,
    called,
    escaped,
    named,
    split_name,
)

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

VALUE_SHOWN = 60
"""Characters of a setting's value shown in the list: a system prompt may be long."""


@dataclass(frozen=True, slots=True)
class SlashChoice:
    """A completion of an argument. `label` is shown if the value alone would say nothing.

    `is_current` marks the one in use. `goes_on`: more may follow it, as in a folder.
    """

    value: str
    help: str = ""
    label: str = ""
    is_current: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class SlashChoices:
    """The options and a note about them: that they are being loaded, or why there are none.

    `is_found`: they are search results, not to be narrowed by what is typed. `is_waiting`: more is looked for.
    `is_stale`: they were found for what was typed before.
    """

    all: tuple[SlashChoice, ...] = ()
    note: str = ""
    is_found: bool = False
    is_waiting: bool = False
    is_stale: bool = False


class Sources(Protocol):
    """The sources of options. Each returns at once, with a note if it does not know yet."""

    @property
    def settings(self) -> Settings: ...

    @property
    def rules(self) -> Rules | None:
        """The rules of the next request's server."""
        ...

    @property
    def templates(self) -> Sequence[SlashChoice]: ...

    def choices(self, takes: Takes, typed: str) -> SlashChoices: ...


@dataclass(frozen=True, slots=True)
class CompletionItem:
    """One line of the list. `text` is the prompt after completing, `run` what enter runs; "": enter completes.

    `at` are the places in `label` of what was typed; `is_guess`: it does not begin with that. `command` is the id whose
    key is shown.
    """

    label: str
    help: str
    text: str
    run: str = ""
    at: tuple[int, ...] = ()
    command: str = ""
    usage: str = ""
    is_current: bool = False
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """`first` is the item selected at first; None if enter without a selection has its own meaning.

    `takes` is the kind of the items: a kind of argument, or NOTHING for names. `is_stale` as in SlashChoices.
    """

    items: tuple[CompletionItem, ...] = ()
    note: str = ""
    first: int | None = 0
    takes: Takes = Takes.NOTHING
    is_stale: bool = False


def complete(
    text: str, cursor: int, sources: Sources, commands: Sequence[SlashCommand] = SLASH_COMMANDS
) -> Completion | None:
    """The list for the cursor's position; None if there is nothing to complete or to say."""
    if not text.startswith(SIGN) or text.startswith(SIGN * 2) or cursor < 1:
        return None
    name, rest = split_name(text)
    if cursor <= len(name) + 1:
        return _names(text[1:cursor], rest.lstrip(), sources, commands)
    name, start = name.lower(), len(text) - len(rest.lstrip())
    if named(name, commands) is None and any(template.value == name for template in sources.templates):
        return Completion(note=f"{SIGN}{name}: what follows takes the place of {{input}}", first=None)
    if (known := called(name, commands)) is None:
        return None
    command, before = known[0], f"{known[1]} ".lstrip()
    return _arguments(command, before + text[start:], before + text[start : max(cursor, start)], sources)


# Names


def _names(typed: str, rest: str, sources: Sources, commands: Sequence[SlashCommand]) -> Completion | None:
    ranked = [
        *(_ranked(_command_item(command, rest), typed, command.name, command.also) for command in commands),
        *(_ranked(_template_item(template, rest), typed, template.value) for template in sources.templates),
        *_setting_items(typed.lower().replace("-", "_"), rest, sources.settings),
    ]
    found = sorted((each for each in ranked if each is not None), key=lambda each: each[0])
    items = tuple(_seen_first(item, rank) for rank, item in found)
    return Completion(items) if items else None


Rank = tuple[int, int]

OTHER_WORD: Rank = (PREFIX + 1, 0)
"""The whole of another program's word for a command was typed."""


def _ranked(
    item: CompletionItem, typed: str, name: str, also: Iterable[str] = ()
) -> tuple[Rank, CompletionItem] | None:
    """How well a name matches; other programs' words come after all names that begin so."""
    fits = match(typed, name)
    if fits is not None and (fits.rank == PREFIX or not typed):
        return (PREFIX, 0 if name == typed.lower() else 1), _marked(item, fits.at)
    low = typed.lower()
    other = low if low in also else next((word for word in also if len(low) > 1 and word.startswith(low)), None)
    if other is not None:
        return _of_other_word(other == low), replace(item, help=f"{item.help} ({other})")
    if fits is None:
        return None
    return (fits.rank + 1, 0), _marked(item, fits.at)


def _of_other_word(is_whole: bool) -> Rank:
    return OTHER_WORD if is_whole else (PREFIX + 1, 1)


def _setting_items(typed: str, rest: str, settings: Settings) -> Iterator[tuple[Rank, CompletionItem]]:
    """`/temperature 1` is `/set temperature 1`."""
    for name in SETTING_NAMES:
        if len(typed) > 1 and name.startswith(typed):
            label = f"{SIGN}set {name}"
            help_ = f"{on_one_line(written(getattr(settings, name)), VALUE_SHOWN)} · {expected(name)}"
            item = CompletionItem(label, help_, f"{label} {rest}", f"{label} {rest}" if rest else "")
            yield _of_other_word(name == typed), item


def _marked(item: CompletionItem, at: tuple[int, ...]) -> CompletionItem:
    return replace(item, at=tuple(place + len(SIGN) for place in at))


def _seen_first(item: CompletionItem, rank: Rank) -> CompletionItem:
    """Enter runs a command whose beginning was typed, or whose name in another program, unless that is a template's
    name. A guess is put into the prompt first, to be seen before it acts."""
    if rank[0] == PREFIX:
        return item
    return replace(item, run=item.run if rank == OTHER_WORD else "", is_guess=True)


def _command_item(command: SlashCommand, rest: str) -> CompletionItem:
    alone = f"{SIGN}{command.name}"
    takes = command.takes is not Takes.NOTHING
    text = f"{alone} {rest}" if takes else alone
    run = text.rstrip() if takes and rest else alone if command.is_whole else ""
    return CompletionItem(alone, command.help, text, run, (), command.command, command.usage)


def _template_item(template: SlashChoice, rest: str) -> CompletionItem:
    text = f"{SIGN}{template.value} {rest}"
    return CompletionItem(f"{SIGN}{template.value}", template.help, text, text.rstrip())


# What follows


def _arguments(command: SlashCommand, argument: str, typed: str, sources: Sources) -> Completion | None:
    match command.takes:
        case Takes.NOTHING:
            note = f"{SIGN}{command.name} takes no argument" if argument else ""
            return Completion(note=note, first=None) if note else None
        case Takes.TEXT:
            return Completion(note=f"{command.shown}: {_small(command.help)}", first=None)
        case Takes.SYSTEM:
            return _systems(command, argument, sources)
        case Takes.SETTING:
            return _settings(command, argument, typed, sources)
        case Takes.COMPARISON:
            return _compared(command, typed, sources)
        case _:
            return _chosen(command, typed, sources.choices(command.takes, typed.strip()))


def _chosen(command: SlashCommand, typed: str, choices: SlashChoices) -> Completion:
    ranked = []
    for choice in choices.all:
        label = choice.label or choice.value
        fits = match("" if choices.is_found else typed, label)
        if fits is None:
            continue
        exact = choice.value == typed.strip()
        text = f"{SIGN}{command.name} {choice.value}"
        run = "" if choice.goes_on else text
        shown = f"{SIGN}{command.name} {label}" if choice.label and not choice.goes_on else text
        if command.takes is Takes.PROMPT:
            shown, run = escaped(choice.value), ""
        item = CompletionItem(label, choice.help, shown, run, fits.at, is_current=choice.is_current)
        ranked.append(((not exact, fits.rank), item))
    items = tuple(item for _, item in sorted(ranked, key=lambda each: each[0]))
    if command.takes is Takes.MODEL and not (typed.strip() or choices.is_waiting):
        items = (*items, CompletionItem(f"{SIGN}endpoint", "choose another endpoint", f"{SIGN}endpoint "))
    note = choices.note or ("" if items else f"{command.shown}: {_small(command.help)}")
    current = next((i for i, item in enumerate(items) if item.is_current), 0)
    # A path that was typed is meant as it is, and a file that is there already is none to fall into.
    open_end = command.takes is Takes.PATH or (command.is_whole and not typed.strip())
    first = None if open_end or not items else 0 if typed.strip() else current
    return Completion(items, note, first, command.takes, choices.is_stale)


def corrected(text: str, sources: Sources, commands: Sequence[SlashCommand] = SLASH_COMMANDS) -> str:
    """A command with the name in its argument that is meant in place of a misspelt one; "" if none is like it."""
    name, rest = split_name(text)
    known = called(name.lower(), commands)
    if known is None:
        return ""
    command, argument = known[0], f"{known[1]} {rest.strip()}".strip()
    typed, value = argument, ""
    match command.takes:
        case Takes.SETTING:
            (typed, value), names = split_setting(argument), list(NAMES)
        case Takes.COMPARISON:
            typed, _, value = argument.partition(" ")
            names = [each.value for each in sources.choices(command.takes, "").all]
        case Takes.MODEL | Takes.ENDPOINT | Takes.PRESET | Takes.THEME | Takes.TOPIC:
            names = [each.value for each in sources.choices(command.takes, "").all]
        case _:
            return ""
    near = None if typed in names else meant(typed, names)
    return f"{SIGN}{command.name} {near} {value}".rstrip() if near else ""


def by_value(
    unknown: UnknownSlash, sources: Sources, commands: Sequence[SlashCommand] = SLASH_COMMANDS
) -> UnknownSlash:
    """Where the unknown name is that of an endpoint, a preset, a theme or a model, what chooses it is meant.

    The beginning of one counts if no command is like it.
    """
    typed = unknown.name.lower()
    for command in (each for takes in _CHOSEN for each in commands if each.takes is takes):
        names = [each.value for each in sources.choices(command.takes, "").all]
        exact = next((name for name in names if name.lower() == typed), "")
        begun = next((name for name in names if len(typed) > 2 and name.lower().startswith(typed)), "")
        if name := exact or ("" if unknown.near else begun):
            return UnknownSlash(unknown.name, f"{command.name} {name}", f"{SIGN}{command.name} {name}")
    return unknown


_CHOSEN = Takes.ENDPOINT, Takes.PRESET, Takes.THEME, Takes.MODEL
_NAMED_VALUES = {MODEL: Takes.MODEL, ENDPOINT: Takes.ENDPOINT, PRESET: Takes.PRESET}


def _compared(command: SlashCommand, typed: str, sources: Sources) -> Completion:
    """What may differ, then its values: typed values count, suggestions only once selected."""
    first, _, values = typed.partition(" ")
    name = first.lower().replace("-", "_")
    offers = {each.value: each.help for each in sources.choices(command.takes, name).all}
    if name in offers and len(typed) > len(first):
        return Completion(
            tuple(_compared_values(command, name, values, offers[name], sources)), _two_to_four(name), None
        )
    ranked = []
    for each, example in offers.items():
        if (fits := match(name, each)) is not None:
            text = f"{SIGN}{command.name} {each}"
            item = CompletionItem(each, example, f"{text} ", text if name == each == VERSIONS else "", fits.at)
            ranked.append((fits.rank, item))
    items = tuple(item for _, item in sorted(ranked, key=lambda each: each[0]))
    note = "" if items else f"What can differ: {', '.join(offers)}"
    return Completion(items, note or "enter alone asks what differs", 0 if items and name else None)


def _two_to_four(name: str) -> str:
    if name == VERSIONS:
        return f"{name}: two to four numbers of answers that are there; nothing is sent"
    return f"{name}: two to four values" + (f", each {expected(name)}, or none" if name in NAMES else "")


def _compared_values(
    command: SlashCommand, name: str, values: str, example: str, sources: Sources
) -> Iterator[CompletionItem]:
    before = f"{SIGN}{command.name} {name}"
    if example and not values.strip():
        yield CompletionItem(example, "", f"{before} {example}", f"{before} {example}")
    if name not in _NAMED_VALUES:
        return
    *done, begun = values.split(" ")
    for choice in sources.choices(_NAMED_VALUES[name], "").all:
        if choice.value.startswith(begun) and choice.value not in done and " " not in choice.value:
            yield CompletionItem(choice.label or choice.value, choice.help, " ".join([before, *done, choice.value, ""]))


def _systems(command: SlashCommand, argument: str, sources: Sources) -> Completion:
    """The library's system prompts whose name begins with what is typed. Any other text is the prompt itself."""
    found = sources.choices(command.takes, argument)
    items = tuple(
        CompletionItem(each.value, each.help, text, text, is_current=each.is_current)
        for each in found.all
        if each.value.startswith(argument.lower()) and (text := f"{SIGN}{command.name} {each.value}")
    )
    note = f"{command.shown}: {_small(command.help)} · now {on_one_line(written(sources.settings.system), VALUE_SHOWN)}"
    return Completion(items, note, None, command.takes)


def _settings(command: SlashCommand, argument: str, typed: str, sources: Sources) -> Completion:
    """Names first, then values of the named setting."""
    name, value = split_setting(argument)
    if name in NAMES and (len(typed.split()) > 1 or typed[-1:].isspace() or "=" in typed):
        return _values(command, name, value, sources)
    ranked = []
    for each in NAMES:
        fits = match(typed.strip().replace("-", "_"), each)
        if fits is not None:
            text = f"{SIGN}{command.name} {each} "
            run = text.rstrip() if each == name else ""
            now = on_one_line(written(getattr(sources.settings, each)), VALUE_SHOWN)
            ranked.append((fits.rank, CompletionItem(each, f"{now} · {expected(each)}", text, run, fits.at)))
    items = tuple(item for _, item in sorted(ranked, key=lambda each: each[0]))
    return Completion(items, "" if items else f"The settings are {', '.join(NAMES)}", 0 if items else None)


def _values(command: SlashCommand, name: str, value: str, sources: Sources) -> Completion:
    now, rules = getattr(sources.settings, name), sources.rules
    items = tuple(_value_items(f"{SIGN}{command.name} {name}", suggested(name, rules), value, typed_as(name, now)))
    note = f"{name}: {expected(name, rules)}, or none · now {on_one_line(written(now), VALUE_SHOWN)}"
    # What was typed is what counts: an offer is taken only where it was chosen.
    return Completion(items, note, None)


def _value_items(before: str, offers: Sequence[str], value: str, now: str) -> Iterator[CompletionItem]:
    for offer in offers:
        if offer.startswith(value.lower()) and offer != value:
            text = f"{before} {offer}"
            help_ = "not sent" if offer == NONE else ""
            yield CompletionItem(offer, help_, text, text, is_current=offer == now)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
