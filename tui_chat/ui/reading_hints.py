"""What the reading cursor is on, in words, and the keys that fit it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui_chat.core.message import Outcome
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.keybar_keys import KeyHint
from tui_chat.ui.keymap import Keymap

ARROWS = ("↑↓", "←→")

HINTS: dict[str, tuple[str, ...]] = {
    "move": ("reading.block_up", "reading.block_down"),
    "extend": ("reading.block_up", "reading.block_down"),
    "copy": ("reading.copy",),
    "copy it": ("reading.copy",),
    "end": ("reading.select",),
    "copy code": ("reading.copy_code",),
    "code blocks": ("reading.previous_code", "reading.next_code"),
    "versions": ("reading.older", "reading.newer"),
    "compare": ("reading.compare",),
    "menu": ("reading.menu",),
    "edit": ("reading.edit",),
    "again": ("reading.retry",),
    "continue": ("chat.continue",),
    "filter report": ("filter.report",),
    "open link": ("reading.links",),
    "files": ("reading.files",),
    "quote": ("reading.quote",),
    "select": ("reading.select",),
}
"""The word of a hint, and its commands; a click runs the last one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reading cursor is on. `whole`: a message, else a block of it.

    `code`: the block is code; `has_code`, `links` and `files` say what there is to act on. `last`: it can be continued.
    """

    prompt: bool = False
    whole: bool = False
    code: bool = False
    has_code: bool = False
    links: bool = False
    files: bool = False
    which: int = 1
    versions: int = 1
    outcome: Outcome | None = None
    last: bool = False
    selecting: bool = False


def reading_title(chosen: Chosen) -> str:
    """The line between the conversation and the prompt: what is chosen, and how to leave."""
    if chosen.selecting:
        return " selecting · move on, then c copies · esc ends it "
    of_answer = "the answer" if chosen.whole else "a block of the answer"
    what = "your prompt" if chosen.prompt else "a code block" if chosen.code else of_answer
    version = f" {chosen.which}/{chosen.versions}" if chosen.versions > 1 and not chosen.code else ""
    return f" reading {what}{version} · esc back to the prompt "


def reading_hints(chosen: Chosen, keys: Keymap) -> list[KeyHint]:
    """Those that fit what is chosen, the most useful first; the key bar shows as many as there is room for."""
    found = (_hint(name, keys) for name in _names(chosen))
    return [hint for hint in found if hint.key]


def _names(chosen: Chosen) -> Iterator[str]:
    """Rows of `HINTS`."""
    if chosen.selecting:
        yield from ("extend", "copy it", "end")
        return
    first = _first(chosen)
    code, versions = chosen.has_code and not chosen.code, chosen.versions > 1
    again = "again" not in first and (chosen.prompt or chosen.outcome is Outcome.COMPLETE)
    yield from ("move", *first, "copy")
    yield from (name for name in ("versions", "compare") if versions)
    yield "menu"
    yield from (name for name in ("copy code", "code blocks") if code)
    yield from (
        name for name, there in (("open link", chosen.links), ("files", chosen.files), ("again", again)) if there
    )
    yield from ("quote", "select")


def _first(chosen: Chosen) -> tuple[str, ...]:
    """What this calls for."""
    if chosen.code:
        return "copy code", "code blocks"
    match chosen.outcome:
        case Outcome.PROMPT_BLOCKED | Outcome.ANSWER_BLOCKED:
            return "filter report", "edit"
        case Outcome.STOPPED | Outcome.LENGTH | Outcome.INCOMPLETE if chosen.last:
            return "continue", "again"
        case Outcome.FAILED | Outcome.EMPTY | Outcome.REFUSED:
            return ("again",)
    return ("edit",) if chosen.prompt else ()


def _hint(word: str, keys: Keymap) -> KeyHint:
    commands = HINTS[word]
    struck = [key for key in map(keys.first, commands) if key]
    return KeyHint(("" if "".join(struck) in ARROWS else " ").join(struck), word, commands[-1])
