"""The lines around the text of a message: role line, reasoning, sources, footer, notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from rich.segment import Segment
from rich.style import Style

from tui_chat.core.conversation import Version
from tui_chat.core.conversation_usage import tokens_out
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_number import counted
from tui_chat.core.short_text import model_label
from tui_chat.core.symbols import Sign
from tui_chat.render.filter_bars import Tone, filter_lines
from tui_chat.render.inline import link_style
from tui_chat.render.line import BLANK, Line, cells_of
from tui_chat.render.plain_text import plain_lines
from tui_chat.render.sanitize import safe_line
from tui_chat.render.wrap import chop, flow
from tui_chat.ui.widgets.transcript.answer_details import details
from tui_chat.ui.widgets.transcript.continued_answer import as_one
from tui_chat.ui.widgets.transcript.footer import Note, facts, problems, remarks
from tui_chat.ui.widgets.transcript.last_line import last_lines, version_marks
from tui_chat.ui.widgets.transcript.last_line_hints import Hint
from tui_chat.ui.widgets.transcript.reasoning import flat
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

LABELS = {"user": "You", "assistant": "Assistant", "system": "System"}
TOGGLE = "toggle"
"""The key in a style's meta that marks the line which folds and unfolds the reasoning."""

HIDDEN = "hidden"
"""The same for the line which hides and shows a text that the content filter rejected."""

LONGEST_NAME = 40
"""Cells of a model's name that are shown."""

LAST_LINES = 5
"""Lines of reasoning in view while a model reasons."""


def role_line(
    turn: Turn,
    node_id: str,
    options: RenderOptions,
    before: datetime | None,
    *,
    version: Version | None,
    raw: bool,
    unsent: bool,
    turns_by_key: bool = False,
    speaker: str | None = None,
) -> Line:
    """Who speaks and when, with the date if the message `before` is of another day; an answer by its model's name.

    `speaker` is the model while the answer streams. `version` is marked at the right.
    """
    palette = options.palette
    style = {"user": palette.user, "assistant": palette.assistant}.get(turn.role, palette.system)
    name = _name(turn, speaker)
    local = turn.created.astimezone()
    dated = before is None or before.astimezone().date() != local.date()
    when = f"{local:%a %d %b %Y} · {local:%H:%M}" if dated else f"{local:%H:%M}"
    source = " · Markdown source" if raw else ""
    rest = f" · {when}{source}" + (" · left out of requests" if unsent else "")
    for marks in _version_forms(version, node_id, options, turns_by_key=turns_by_key):
        room = options.width - cells_of(name) - (sum(cells_of(mark.text) for mark in marks) + 1 if marks else 0)
        if room >= cells_of(rest):
            break
    (line, *_) = plain_lines(rest, palette.muted, max(room, 1))
    segments = [Segment(name, style), *line.segments]
    if marks:
        segments += [Segment(" " * max(room - line.cells + 1, 1)), *marks]
    return Line(segments, sum(len(s.text) for s in segments))


def _version_forms(
    version: Version | None, node_id: str, options: RenderOptions, *, turns_by_key: bool
) -> list[list[Segment]]:
    """The marks of a version, the widest first: the comparison, the branch's name, then the keys, only where there is
    room for all."""
    forms = [version_marks(version, node_id, options, keys=turns_by_key, named=named) for named in (True, False)]
    if turns_by_key:
        whole = version_marks(version, node_id, options, compares=True, keys=True, named=True)
        forms = [whole, *forms, version_marks(version, node_id, options)]
    return forms


def _name(turn: Turn, speaker: str | None) -> str:
    model = turn.model or speaker or (turn.endpoint if turn.outcome else None)
    if turn.role != "assistant" or not model:
        return LABELS[turn.role]
    name = model_label(safe_line(model).strip())
    start, end = chop(name, LONGEST_NAME)[0]
    return (name if end == len(name) else f"{name[start:end]}…") or LABELS[turn.role]


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
    sign = Sign.UNFOLDED if shows else Sign.FOLDED
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
    sign, act = (Sign.FOLDED, "show") if hidden else (Sign.UNFOLDED, "hide")
    label = f"{sign} {act} · {_words(len(turn.text.split()))} {what}"
    lines = plain_lines(label, options.palette.warning + Style(meta={HIDDEN: node_id}), options.width)
    return lines if hidden else [*lines, BLANK]


def _words(count: int) -> str:
    return counted(count, "word")


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


def notes_of(parts: Sequence[Turn], options: RenderOptions, *, detailed: bool) -> list[Note]:
    """The footer of a final message, of which all `parts` count. Its last note has the facts, "" without any."""
    turn = as_one(parts)
    if options.bare:
        return [*problems(turn), ("", "muted")]
    more = details(turn) if detailed else []
    last = facts(turn, options.price, tokens_out(parts)) if turn.role == "assistant" else None
    return [*remarks(turn), *more, last or ("", "muted")]


@dataclass(frozen=True, slots=True)
class Foot:
    """What is below a text besides its notes: the next steps, the versions, and the filter's table if `table`."""

    node_id: str
    hints: Sequence[Hint] = ()
    version: Version | None = None
    table: Turn | None = None
    turns_by_key: bool = False
    """The keys for versions act on this message from the prompt, too."""


def note_block(notes: Sequence[Note], foot: Foot, options: RenderOptions, *, said: bool) -> list[Line]:
    """The footer, with an empty line above it if there is text (`said`). The last note is followed by the hints."""
    *others, last = [_note_lines(note, options) for note in notes] or [[]]
    lines = [line for its in others for line in its]
    if foot.table is not None:
        lines += filter_table(foot.table, options)
    marks = _version_forms(foot.version, foot.node_id, options, turns_by_key=foot.turns_by_key)
    lines += last_lines(last, foot.hints, marks, options)
    return [BLANK, *lines] if lines and said else lines


def filter_table(turn: Turn, options: RenderOptions) -> list[Line]:
    """All that the filter said of a turn, in bars; nothing where it said nothing."""
    if not turn.verdicts and turn.not_run is None and not turn.rejected:
        return []
    palette = options.palette
    styles: dict[Tone, Style] = {
        "plain": palette.text,
        "strong": palette.strong,
        "note": palette.muted,
        "quiet": palette.muted,
        "empty": palette.rule,
        "low": palette.warning,
        "medium": palette.error,
        "high": palette.error,
        "blocked": palette.error,
    }
    rows = filter_lines(turn, options.width)
    title = Line([Segment("content filter", palette.muted + palette.strong)])
    return [BLANK, title, *(Line([Segment(text, styles[tone]) for text, tone in row]) for row in rows), BLANK]


def _note_lines(note: Note, options: RenderOptions) -> list[Line]:
    text, kind = note
    if not text:
        return []
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
