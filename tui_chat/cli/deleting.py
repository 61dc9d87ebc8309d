"""`tui-chat delete`: moves conversations to the trash, restores them, or removes them for good."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence

from tui_chat.cli import output
from tui_chat.cli.listing import listing, resolved
from tui_chat.cli.options import USAGE, Options
from tui_chat.core.short_number import counted
from tui_chat.render.sanitize import safe_line
from tui_chat.store.library import Library, LibraryError, Summary
from tui_chat.store.trash import KEEP_DAYS


def run_delete(library: Library, options: Options) -> int:
    """Delete, restore or remove; returns the exit code. All ids are resolved first: a wrong one changes nothing."""
    if options.restore:
        return _restore(library, options.ids)
    if not options.ids:
        output.note("delete needs the ID of a conversation. `tui-chat list` shows them.")
        return USAGE
    found = _removable(library, options.ids) if options.for_good else _kept(library, options.ids)
    if not options.yes:
        if not (sys.stdin and sys.stdin.isatty()):
            output.note("delete asks before it deletes, and there is no terminal to ask on. Give --yes.")
            return USAGE
        if not _agreed(found, for_good=options.for_good):
            output.note("Nothing was deleted.")
            return 1
    if options.for_good:
        library.trash.remove([summary.id for summary in found]).now()
        return output.write(_lines("removed", found))
    for summary in found:
        library.delete(summary.id).now()
    code = output.write(_lines("deleted", found))
    ids = " ".join(shlex.quote(safe_line(summary.id)) for summary in found)
    back = "them" if len(found) > 1 else "it"
    output.note(f"For {KEEP_DAYS} days this brings {back} back: tui-chat delete --restore {ids}")
    return code


def _restore(library: Library, prefixes: Sequence[str]) -> int:
    deleted = library.trash.list().now()
    if not prefixes:
        if not deleted:
            output.note("There is no deleted conversation that can be brought back.")
        return listing(deleted)
    wanted = list(dict.fromkeys(library.trash.resolve_prefix(prefix).now() for prefix in prefixes))
    by_id = {summary.id: summary for summary in deleted}
    for conversation_id in wanted:
        library.trash.restore(conversation_id).now()
    return output.write(_lines("restored", [by_id[each] for each in wanted if each in by_id]))


def _kept(library: Library, prefixes: Iterable[str]) -> list[Summary]:
    return [library.summary(known).now() for known in resolved(library, prefixes)]


def _removable(library: Library, prefixes: Iterable[str]) -> list[Summary]:
    """Conversations of the list or of the trash; the list has precedence."""
    deleted = {summary.id: summary for summary in library.trash.list().now()}
    found: dict[str, Summary] = {}
    for prefix in prefixes:
        try:
            known = library.resolve_prefix(prefix).now()
        except LibraryError as error:
            try:
                known = library.trash.resolve_prefix(prefix).now()
            except LibraryError:
                raise error from None
        found[known] = deleted.get(known) or library.summary(known).now()
    return list(found.values())


def _lines(what: str, found: Iterable[Summary]) -> list[str]:
    return [f"{what} {safe_line(summary.id)}  {safe_line(summary.title)}".rstrip() + "\n" for summary in found]


def _agreed(found: Iterable[Summary], *, for_good: bool) -> bool:
    for summary in found:
        turns = counted(summary.turns, "turn")
        print(f"{safe_line(summary.id)}  {safe_line(summary.title)} ({turns})", file=sys.stderr)
    question = "Remove for good?" if for_good else f"Delete? It can be undone for {KEEP_DAYS} days."
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
