"""A conversation as readable Markdown that can be imported again (`store/importers/markdown`).

Messages are unchanged, character by character. A fence or an HTML block that is still open would swallow what follows,
so it is closed below the message. Escaping the messages was rejected: nobody could copy them, and they would not come
back exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tui_chat.core import markdown_marks as marks
from tui_chat.core import serialize
from tui_chat.core.attachment import Attachment, about
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Citation, Turn
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.export.message_headings import SPEAKERS, Note, notes, page_title, time_of
from tui_chat.render.parser import parse_blocks
from tui_chat.render.sanitize import safe_line, unify_newlines

_SPECIAL = lazy_pattern(r"[\\`*_\[\]<>#|~&]")
_TICKS = lazy_pattern("``+")
_OPENS = lazy_pattern(r"^ {0,3}(?:`{3}|~{3}|<)", re.MULTILINE)
_HTML_ENDS = ("?>", "]]>", ">", "</textarea></script></style></pre>")


def markdown(conversation: Conversation) -> str:
    """The shown path as one Markdown text. Lone surrogates become U+FFFD."""
    path = conversation.path()
    name = marks.name_for(text for node in path for text in _texts(node.turn))
    return repair_surrogates("\n\n".join(_parts(conversation, path, name)) + "\n")


def _parts(conversation: Conversation, path: list[Node], name: str) -> Iterator[str]:
    yield marks.mark(name, "conversation", _conversation(conversation))
    yield f"# {one_line(page_title(conversation))}"
    system = conversation.settings.system
    if system and system.strip():
        yield f"**System prompt**\n\n{marks.quoted(system)}"
    for node in path:
        yield from _message(node, name)
    about = {node.id: found for node in path if (found := _details(node.turn))}
    yield marks.mark(name, "details", {"settings": serialize.from_settings(conversation.settings), "turns": about})


def _message(node: Node, name: str) -> Iterator[str]:
    turn = node.turn
    closing = closing_line(turn.text)
    before = {} if closing is None else {marks.CLOSED: closing}
    about = {"id": node.id, "role": turn.role, "created": turn.created.isoformat()}
    yield f"## {SPEAKERS[turn.role]} · {time_of(turn.created)}"
    if turn.reasoning:
        yield marks.mark(name, "turn", about)
        yield marks.mark(name, "reasoning")
        yield f"<details>\n<summary>Reasoning</summary>\n\n{marks.quoted(turn.reasoning)}\n\n</details>"
        yield marks.mark(name, "text", before)
    else:
        yield marks.mark(name, "turn", about | before)
    yield turn.text if closing is None else f"{turn.text}\n{closing}"
    yield marks.mark(name, "end")
    for attached in turn.attachments:
        yield from _file(attached, name)
    if turn.citations:
        yield "\n".join(["**Sources**", "", *map(_source, turn.citations)])
    said = [_note(note) for note in notes(turn)]
    if said:
        yield "\\\n".join(said)


def _texts(turn: Turn) -> Iterator[str]:
    yield turn.text
    yield from (attached.text for attached in turn.attachments)


def _file(attached: Attachment, name: str) -> Iterator[str]:
    """A text between fences longer than any in it. A picture is in the mark, and can be seen in HTML."""
    data = serialize.from_attachment(attached)
    title = f"**{one_line(attached.name)}** · {one_line(about(attached))}"
    kept = {key: data[key] for key in ("name", "media_type", "size")}
    if attached.is_image:
        yield marks.mark(name, "file", kept | {"data": data["data"]})
        yield title
    else:
        text = data["text"]
        fence = "`" * max([3, *(len(run) + 1 for run in _TICKS.findall(text))])
        yield marks.mark(name, "file", kept | {"fence": len(fence)})
        yield f"{title}\n\n{fence}\n{text}\n{fence}"
    yield marks.mark(name, "end")


def _source(citation: Citation) -> str:
    """A numbered source; Markdown does the counting. An address in angle brackets may contain anything but those."""
    url = citation.url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    return f"1. [{one_line(citation.title or citation.url)}](<{url}>)"


def _note(note: Note) -> str:
    text = one_line(note.text)
    return f"**{text}**" if note.kind in ("blocked", "error") else f"*{text}*"


def one_line(text: str) -> str:
    """Any text as words on one line, without working markup or control characters."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], safe_line(text).strip())


def closing_line(text: str) -> str | None:
    """The line that closes what a message leaves open; None if nothing is open, or nothing helps."""
    if not _OPENS.search(text):
        return None
    source = unify_newlines(text).replace("\0", "\ufffd")
    if _stands_alone(source):
        return None
    return next((line for line in _closers(source) if _stands_alone(f"{source}\n{line}")), None)


def _stands_alone(source: str) -> bool:
    """Whether a heading below this text works."""
    tokens = parse_blocks(f"{source}\n\n{marks.mark(marks.NAME, 'end')}\n\n## next\n", {})
    last = tokens[-1]
    return last.type == "heading_close" and last.level == 0 and tokens[-2].content == "next"


def _closers(source: str) -> Iterator[str]:
    last = parse_blocks(source, {})[-1]
    if last.type == "fence":
        yield last.markup
    yield from _HTML_ENDS


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "format": marks.FORMAT,
        "id": conversation.id,
        "title": conversation.title,
        "created": conversation.created.isoformat(),
    }


def _details(turn: Turn) -> dict[str, Any]:
    """The facts that are missing from the file's text, under the portable file's names."""
    values: dict[str, Any] = {
        "refusal": turn.refusal or None,
        "outcome": turn.outcome,
        "finish_reason": turn.finish_reason,
        "verdicts": [serialize.from_verdict(verdict) for verdict in turn.verdicts],
        "not_run": turn.not_run,
        "usage": turn.usage and serialize.from_usage(turn.usage),
        "model": turn.model,
        "endpoint": turn.endpoint,
        "request_id": turn.request_id,
        "error": turn.error and serialize.from_error(turn.error),
        "timing": turn.timing and serialize.from_timing(turn.timing),
        "withdrawn": turn.withdrawn or None,
        "citations": [serialize.from_citation(citation) for citation in turn.citations],
    }
    kept = {key: value for key, value in values.items() if value not in (None, [])}
    if turn.settings is not None:
        kept["settings"] = serialize.from_settings(turn.settings)
    return kept if turn.sent is None else kept | {"sent": turn.sent}
