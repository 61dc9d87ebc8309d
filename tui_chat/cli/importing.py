"""`tui-chat import`: imports each conversation of each file; a failure does not stop the others."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from time import monotonic

from tui_chat.cli import output
from tui_chat.cli.options import Options
from tui_chat.core.conversation_title import title_of
from tui_chat.core.serialize import jsonable
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.conversation_files import FileError
from tui_chat.engine.exchange import Services
from tui_chat.engine.file_import import Imported, Opened, import_file
from tui_chat.render.sanitize import safe_line
from tui_chat.store.ids import Ids
from tui_chat.store.importers.importer import Rejected
from tui_chat.store.library import Library, LibraryError

Result = dict[str, object]

PROGRESS_S = 2.0
"""Seconds between two progress notes of a long import."""


def run_import(library: Library, options: Options) -> int:
    """Import; returns 0 if all files were imported, else 1."""
    results, failed = asyncio.run(_import(Services(library, SystemClock(), Ids()), options))
    if options.json:
        output.write([json.dumps(jsonable(results), ensure_ascii=False, indent=1) + "\n"])
    return 1 if failed else 0


async def _import(services: Services, options: Options) -> tuple[list[Result], bool]:
    results: list[Result] = []
    failed = False
    for file in options.files:
        imported = Imported()
        told = monotonic()
        try:
            async for each in import_file(services, Path(file), imported):
                results.append(_result(file, each))
                if isinstance(each, Rejected):
                    failed = True
                    output.note(f"{file}: {safe_line(each.title)} was not imported: {safe_line(each.reason)}")
                elif not options.json:
                    output.write([output.fitted(_line(each), output.columns()) + "\n"])
                if sys.stderr.isatty() and monotonic() - told > PROGRESS_S:
                    told = monotonic()
                    output.note(f"{file}: {imported.total:,} so far…")
        except asyncio.CancelledError:
            output.note(f"{file}: stopped: {imported.words}. The same command brings in the rest.")
            raise
        except (FileError, LibraryError) as error:
            failed = True
            output.note(str(error))
            results.append({"file": file, "id": None, "title": None, "turns": 0, "status": "failed"})
        if imported.total + len(imported.rejected) > 1:
            output.note(f"{file}: {imported.words}.")
    return results, failed


def _result(file: str, opened: Opened | Rejected) -> Result:
    if isinstance(opened, Rejected):
        about: Result = {"file": file, "id": None, "title": opened.title, "turns": 0, "status": "failed"}
        return about | {"reason": opened.reason}
    made = opened.conversation
    return {"file": file, "id": made.id, "title": title_of(made), "turns": len(made.nodes), "status": opened.status}


def _line(opened: Opened) -> str:
    note = "" if opened.status == "imported" else f"  ({opened.status})"
    return f"{safe_line(opened.conversation.id)}  {safe_line(title_of(opened.conversation))}".rstrip() + note
