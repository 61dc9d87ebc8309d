"""`tui-chat list` and `search`, and how commands print conversations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from tui_chat.cli import output
from tui_chat.cli.options import Options
from tui_chat.core.search_query import parse
from tui_chat.core.serialize import jsonable
from tui_chat.render.sanitize import safe_line
from tui_chat.store.library import Hit, Library, Summary

EVERYTHING = 2**31
SEARCH_LIMIT = 50
SHORT = 13
"""Characters of an id that are shown: ours are no longer; those of other programs may be."""

UNANSWERED = "unanswered"
"""The state of a conversation whose shown path ends in a prompt."""


def run_list(library: Library, options: Options) -> int:
    found = library.list(options.limit or EVERYTHING).now()
    damaged = note_damage((summary.id, summary.damage) for summary in found)
    code = 1 if damaged and any(not summary.turns for summary in found) else 0
    if options.json:
        return output.write([_as_json(map(_summary_object, found))]) or code
    if not found:
        output.note("No conversation is saved yet.")
    return listing(found) or code


def listing(found: Sequence[Summary]) -> int:
    """Print conversations, one per line; returns the exit code."""
    short = _shortener(summary.id for summary in found)
    states = max((len(_state(summary)) for summary in found), default=0)
    width = output.columns()
    return output.write(output.fitted(_summary_line(summary, short, states), width) + "\n" for summary in found)


def note_damage(found: Iterable[tuple[str, Sequence[str]]]) -> bool:
    """Report on standard error what could not be read, by conversation. False if nothing."""
    known = False
    for conversation_id, damage in found:
        for what in damage:
            output.note(f"conversation {conversation_id}: {what}")
            known = True
    return known


def _summary_object(summary: Summary) -> dict[str, object]:
    return {
        "id": summary.id,
        "title": summary.title,
        "created": summary.created.isoformat(),
        "updated": summary.updated.isoformat(),
        "turns": summary.turns,
        "state": summary.state,
        **{name: True for name in ("pinned", "archived") if getattr(summary, name)},
        **({"tags": list(summary.tags)} if summary.tags else {}),
    }


def _summary_line(summary: Summary, short: Callable[[str], str], states: int) -> str:
    date = f"{summary.updated.astimezone():%Y-%m-%d %H:%M}"
    title = safe_line(summary.title)
    return f"{short(summary.id):<{SHORT}}  {date}  {summary.turns:>4}  {_state(summary):<{states}}  {title}".rstrip()


def _state(summary: Summary) -> str:
    return summary.state or UNANSWERED


def run_search(library: Library, options: Options) -> int:
    query = options.query or ""
    found = library.search(query, options.limit or SEARCH_LIMIT, options.order).now()
    for hint in parse(query, datetime.now().astimezone()).hints:
        output.note(hint)
    if options.json:
        return output.write([_as_json(map(_hit_object, found))])
    if not found:
        output.note("Nothing was found.")
    short = _shortener(hit.conversation_id for hit in found)
    width = output.columns()
    return output.write(output.fitted(_hit_line(hit, short), width) + "\n" for hit in found)


def _hit_object(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.conversation_id,
        "turn": hit.turn_id,
        "title": hit.title,
        "role": hit.role or None,
        "created": hit.created.isoformat(),
        "snippet": hit.snippet,
        "marks": hit.marks,
    }


def _hit_line(hit: Hit, short: Callable[[str], str]) -> str:
    date = f"{hit.created.astimezone():%Y-%m-%d %H:%M}"
    return f"{short(hit.conversation_id):<{SHORT}}  {date}  {hit.role or 'title':<9}  {safe_line(hit.snippet)}".rstrip()


def _as_json(objects: Iterable[Mapping[str, object]]) -> str:
    return json.dumps([jsonable(item) for item in objects], ensure_ascii=False, indent=1) + "\n"


def _shortener(ids: Iterable[str]) -> Callable[[str], str]:
    """A function that shortens ids as far as they stay distinct. Long ones come from other programs' files."""
    starts: dict[str, set[str]] = {}
    for known in ids:
        starts.setdefault(known[:SHORT].lower(), set()).add(known)
    return lambda known: safe_line(known[:SHORT] if len(starts[known[:SHORT].lower()]) == 1 else known)


def resolved(library: Library, prefixes: Iterable[str]) -> list[str]:
    """The ids with these prefixes, each once, in order. Raises LibraryError."""
    return list(dict.fromkeys(library.resolve_prefix(prefix).now() for prefix in prefixes))
