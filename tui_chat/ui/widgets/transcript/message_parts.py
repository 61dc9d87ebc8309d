"""The lines around the text of a message: role line, reasoning, sources, footer, notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from rich.segment import Segment
from rich.style import Style

from tui_chat.core.message import Outcome, Turn
from tui_chat.render.inline import link_style
from tui_chat.render.line import BLANK, Line
from tui_chat.render.plain import plain_lines
from tui_chat.render.safe import safe_line
from tui_chat.render.wrap import flow
from tui_chat.ui.widgets.transcript.answer_details import details
from tui_chat.ui.widgets.transcript.footer import Note, footer
from tui_chat.ui.widgets.transcript.reasoning import flat
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

LABELS = {"user": "You", "assistant": "Assistant", "system": "System"}
TOGGLE = "toggle"
"""The key in a style's meta that marks the line which folds and unfolds the reasoning."""

HIDDEN = "hidden"
"""The same for the line which hides and shows a text that the content filter rejected."""

LAST_LINES = 5
"""Lines of reasoning in view while a model reasons."""


def role_line(
    turn: Turn,
    options: RenderOptions,
    before: datetime | None,
    *,
    version: tuple[int, int] | None,
    raw: bool,
    unsent: bool,
) -> Line:
    """Who speaks, which version of how many, and when; with the date if the message `before` is of another day."""
    palette = options.palette
    style = {"user": palette.user, "assistant": palette.assistant}.get(turn.role, palette.system)
    local = turn.created.astimezone()
    dated = before is None or before.astimezone().date() != local.date()
    when = f"{local:%a %d %b %Y} · {local:%H:%M}" if dated else f"{local:%H:%M}"
    which = f" · {version[0]}/{version[1]}" if version else ""
    source = " · Markdown source" if raw else ""
    rest = f"{which} · {when}{source}" + (" · not sent any more" if unsent else "")
    (line, *_) = plain_lines(rest, palette.muted, max(options.width - len(LABELS[turn.role]), 1))
    segments = [Segment(LABELS[turn.role], style), *line.segments]
    return Line(segments, sum(len(s.text) for s in segments))


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Reasoning: the text, or its last part while it streams, and how many `words` there are in total.

    It is `streaming` until the answer itself begins; `shown` is the user's choice, None without one. `lines` draws all
    of it for a width and a style while it streams.
    """

    words: int
    text: str
    streaming: bool
    shown: bool | None
    lines: Callable[[int, Style], list[Line]] | None = None


def unfolded(reasoning: Reasoning, options: RenderOptions) -> bool:
    """Whether the reasoning is in view."""
    return reasoning.shown if reasoning.shown is not None else reasoning.streaming or options.reasoning == "open"


def reasoning_lines(reasoning: Reasoning, node_id: str, options: RenderOptions, *, said: bool) -> list[Line]:
    """The line that folds and unfolds, and the reasoning if it is in view; `said`: an answer follows."""
    if not reasoning.text.strip() or options.reasoning == "hidden":
        return []
    style, shows = options.palette.reasoning, unfolded(reasoning, options)
    sign = "▾" if shows else "▸"
    label = f"{sign} {'Thinking' if reasoning.streaming else 'Thought'} · {_words(reasoning.words)}"[: options.width]
    head = Line([Segment(label, style + Style(meta={TOGGLE: node_id}))], len(label))
    if not shows:
        return [head, BLANK] if said else [head]
    if reasoning.streaming and reasoning.shown is None:
        return [head, *plain_lines(reasoning.text.strip(), style, options.width)[-LAST_LINES:], BLANK]
    lines = reasoning.lines or partial(_all_lines, reasoning.text)
    return [head, *lines(options.width, style), BLANK]


def _all_lines(text: str, width: int, style: Style) -> list[Line]:
    return plain_lines(flat(text.strip()), style, width)


def hidden_text_lines(turn: Turn, node_id: str, options: RenderOptions, *, hidden: bool) -> list[Line]:
    """The line that hides or shows a text which the content filter rejected, if there is one."""
    if not hidden and not (turn.withdrawn and turn.outcome is Outcome.ANSWER_BLOCKED):
        return []
    what = "withdrawn by the content filter" if turn.withdrawn else "hidden: the content filter blocked it"
    sign, act = ("▸", "show") if hidden else ("▾", "hide")
    label = f"{sign} {act} · {_words(len(turn.text.split()))} {what}"
    lines = plain_lines(label, options.palette.warning + Style(meta={HIDDEN: node_id}), options.width)
    return lines if hidden else [*lines, BLANK]


def _words(count: int) -> str:
    return f"{count} word{'' if count == 1 else 's'}"


def source_lines(turn: Turn, options: RenderOptions) -> list[Line]:
    """The numbered sources of an answer; each can be opened like any link in it."""
    if not turn.citations or turn.role != "assistant":
        return []
    palette, lines = options.palette, [BLANK, *plain_lines("Sources", options.palette.muted, options.width)]
    for number, citation in enumerate(turn.citations, 1):
        named = link_style(palette.link, citation.url)
        host = f" · {safe_line(urlsplit(citation.url).netloc)}" if citation.title else ""
        runs = [
            (f"[{number}] ", palette.muted),
            (safe_line(citation.title or citation.url), named),
            (host, palette.muted),
        ]
        lines += flow([run for run in runs if run[0]], max(options.width, 1))
    return lines


def notes_of(turn: Turn, options: RenderOptions, *, detailed: bool) -> list[Note]:
    """The footer of a final message."""
    return [*footer(turn, options.price), *(details(turn) if detailed else [])]


def note_block(notes: Sequence[Note], options: RenderOptions, *, said: bool) -> list[Line]:
    """The footer, with an empty line above it if there is text (`said`)."""
    lines = [line for note in notes for line in _note_lines(note, options)]
    return [BLANK, *lines] if lines and said else lines


def _note_lines(note: Note, options: RenderOptions) -> list[Line]:
    text, kind = note
    style = {"muted": options.palette.muted, "warning": options.palette.warning, "error": options.palette.error}
    return plain_lines(safe_line(text), style.get(kind, options.palette.text), options.width)


def notice_lines(notices: Sequence[str], options: RenderOptions) -> list[Line]:
    """The lines between this message and the next, each with an empty line above."""
    return [line for text in notices for line in (BLANK, _notice(text, options))]


def _notice(text: str, options: RenderOptions) -> Line:
    """One line inside a rule."""
    (line, *rest) = plain_lines(safe_line(text), options.palette.notice, max(options.width - 6, 1))
    dots = [Segment("…", options.palette.notice)] if rest else []
    segments = [Segment("── ", options.palette.rule), *line.segments, *dots, Segment(" ──", options.palette.rule)]
    fill = max(min(options.width, 60) - Line(segments).cells, 0)
    if options.width < 8:
        return line
    return Line([*segments, Segment("─" * fill, options.palette.rule)], 3, fill + 3)
