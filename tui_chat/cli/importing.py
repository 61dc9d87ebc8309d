"""`tui-chat import`: imports each file on its own, so that one failure does not keep the others out."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tui_chat.cli import output
from tui_chat.cli.options import Options
from tui_chat.core.serialize import jsonable
from tui_chat.core.title import title_of
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.conversation_files import FileError, Opened, import_file
from tui_chat.engine.exchange import Services
from tui_chat.render.safe import safe_line
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library, LibraryError

Result = dict[str, object]


def run_import(library: Library, options: Options) -> int:
    """Import; 0 where all files could be, else 1."""
    results, failed = asyncio.run(_import(Services(library, SystemClock(), Ids()), options))
    if options.json:
        output.write([json.dumps(jsonable(results), ensure_ascii=False, indent=1) + "\n"])
    return 1 if failed else 0


async def _import(services: Services, options: Options) -> tuple[list[Result], bool]:
    results: list[Result] = []
    failed = False
    for file in options.files:
        try:
            found = await import_file(services, Path(file))
        except (FileError, LibraryError) as error:
            failed = True
            output.note(f"{error.message} {error.hint}")
            results.append({"file": file, "id": None, "title": None, "turns": 0, "status": "failed"})
            continue
        results += [_result(file, opened) for opened in found]
        if not options.json:
            output.write(_line(opened) for opened in found)
    return results, failed


def _result(file: str, opened: Opened) -> Result:
    made = opened.conversation
    return {"file": file, "id": made.id, "title": title_of(made), "turns": len(made.nodes), "status": opened.status}


def _line(opened: Opened) -> str:
    beside = "" if opened.status == "imported" else f"  ({opened.status})"
    return f"{safe_line(opened.conversation.id)}  {safe_line(title_of(opened.conversation))}".rstrip() + f"{beside}\n"
