"""Turns commands, settings, presets, endpoints, models, themes and conversations into palette entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.relative_dates import relative_time
from tui_chat.core.setting_syntax import SettingRead, read_setting, written
from tui_chat.core.settings import NAMES, Settings
from tui_chat.core.short_text import shortened
from tui_chat.help_pages import ALSO, HelpPage
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.command_groups import heading_of
from tui_chat.ui.palette.entry import Kind, PaletteEntry, entry, folded

if TYPE_CHECKING:
    from tui_chat.store.library import Summary
    from tui_chat.ui.keymap import Keymap
    from tui_chat.ui.theme_order import OfferedTheme

SETTINGS = "Settings and model"
PRESETS, ENDPOINTS, MODELS, THEMES, CONVERSATIONS = "Presets", "Endpoints", "Models", "Themes", "Conversations"
MANUAL = "Manual"

SEPARATOR = "\t"
"""Between the endpoint and the model in a model entry's value: neither has one in its name."""

_TITLES = {"system": "System prompt", "stop": "Stop texts"}
_NUMBERS = frozenset({"temperature", "top_p", "max_tokens", "seed", "presence_penalty", "frequency_penalty"})
_WORDS = {
    "system": "instructions persona role",
    "temperature": "creativity randomness",
    "max_tokens": "length limit",
    "reasoning_effort": "thinking think effort",
}
"""Other words for a setting."""
_SHORTEST = 3
"""Letters of a setting's name that are enough for it."""

_SHOWN = 32
"""Cells of a value at the right of a setting."""


class ListedCommand(Protocol):
    """A row of the table of commands."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def help(self) -> str: ...

    @property
    def words(self) -> str: ...

    @property
    def run(self) -> object: ...


def command_entries(commands: Iterable[ListedCommand], keys: Keymap) -> Iterator[PaletteEntry]:
    """The commands that have something to run; those that the prompt deals with itself are its keys."""
    for command in commands:
        if command.run is not None:
            yield entry(
                Kind.COMMAND,
                command.id,
                command.title,
                heading_of(command.id),
                key=keys.first(command.id),
                detail=command.help,
                words=(command.words,),
            )


def setting_title(name: str) -> str:
    """A setting's name as a heading writes it."""
    return _TITLES.get(name) or name.replace("_", " ").capitalize()


def setting_entries(settings: Settings) -> Iterator[PaletteEntry]:
    """Each setting with its value; choosing one lets the user type another."""
    for name in NAMES:
        value = safe_line(written(getattr(settings, name)))
        shown = shortened(value, _SHOWN)
        words = ("set setting", name, _WORDS.get(name, ""))
        yield entry(Kind.SETTING, name, setting_title(name), SETTINGS, detail=shown, words=words)


def value_entry(settings: Settings, typed: str) -> PaletteEntry | None:
    """An entry for a typed `temperature 0.2`, or about its mistake; None if no setting with a value is typed."""
    found = _named(typed)
    if found is None:
        return None
    name, text = found
    title, before = setting_title(name), written(getattr(settings, name))
    read = read_setting(f"{name} {text}", settings)
    if not isinstance(read, SettingRead):
        return entry(Kind.NOTE, name, read.partition(";")[0], SETTINGS)
    after = written(getattr(read.settings, name))
    shown = shortened(before, _SHOWN)
    return entry(Kind.VALUE, f"{name} {text}", f"{title}: {after}", SETTINGS, detail=f"now {shown}")


def is_plain_value(found: PaletteEntry) -> bool:
    """Whether a value entry is a number, so that nothing else can have been meant."""
    return found.value.partition(" ")[0] in _NUMBERS


def _named(typed: str) -> tuple[str, str] | None:
    """The setting that a text begins with, and the value behind it. The name may be cut where a number follows."""
    text = typed.strip().removeprefix("set ").strip()
    for name in NAMES:
        for spelled in (name, name.replace("_", " "), name.replace("_", "-")):
            rest = text[len(spelled) :]
            if text.casefold().startswith(spelled) and rest[:1] in (" ", "=", ":") and rest.strip(" =:"):
                return name, rest.strip(" =:")
    first, _, rest = text.partition(" ")
    cut = first.casefold().replace("-", "_")
    if len(cut) >= _SHORTEST and _is_number(rest):
        return next(((name, rest.strip()) for name in NAMES if name.startswith(cut)), None)
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def preset_entries(presets: Mapping[str, Settings]) -> Iterator[PaletteEntry]:
    for name in presets:
        yield entry(Kind.PRESET, name, name, PRESETS, words=("preset use settings",))


def endpoint_entries(names: Iterable[str], current: str) -> Iterator[PaletteEntry]:
    for name in names:
        yield entry(
            Kind.ENDPOINT,
            name,
            name,
            ENDPOINTS,
            detail="in use" if name == current else "switch to it",
            words=("endpoint server provider switch use",),
            current=name == current,
        )


def model_entry(
    endpoint: str,
    model: str,
    section: str = MODELS,
    *,
    detail: str = "",
    current: bool = False,
    also: Sequence[str] = (),
) -> PaletteEntry:
    """A model of an endpoint, which is found by its other names, too; choosing it changes the endpoint."""
    return entry(
        Kind.MODEL,
        f"{endpoint}{SEPARATOR}{model}",
        model,
        section,
        detail=detail or endpoint,
        words=("model switch use", endpoint, *also),
        current=current,
    )


def theme_entries(
    themes: Iterable[OfferedTheme], current: str, section: Callable[[OfferedTheme], str]
) -> Iterator[PaletteEntry]:
    for theme in themes:
        yield entry(
            Kind.THEME,
            theme.name,
            theme.name,
            section(theme),
            detail=theme.kind,
            words=(f"theme colours colors {theme.kind} mode", theme.words),
            current=theme.name == current,
        )


def page_entries(pages: Iterable[HelpPage], *, whole: bool = False) -> Iterator[PaletteEntry]:
    """The pages of the manual, found by what their names and headings say, or by all of their text (`whole`)."""
    for page in pages:
        headings = (line.lstrip("# ") for line in page.text.splitlines() if line.startswith("#"))
        said = page.text if whole else " ".join(headings)
        words = ("help manual how to", page.topic, ALSO.get(page.topic, ""), said)
        yield entry(Kind.PAGE, page.topic, page.title, MANUAL, detail="manual", words=words)


def conversation_entries(found: Sequence[Summary], now: datetime, open_id: str) -> list[PaletteEntry]:
    others = (each for each in found if each.id != open_id)
    return [
        entry(
            Kind.CONVERSATION,
            c.id,
            c.title or "(no title)",
            CONVERSATIONS,
            detail=relative_time(c.updated, now),
        )
        for c in others
    ]


def matching(entries: Iterable[PaletteEntry], ids: Collection[str]) -> list[PaletteEntry]:
    known = {each.id: each for each in entries}
    return [known[name] for name in ids if name in known]


def is_spelled(title: str, typed: str) -> bool:
    """Whether a typed text is this title but for case and what separates words."""
    return folded(title) == folded(typed)
