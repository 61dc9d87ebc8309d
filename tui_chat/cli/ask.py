"""`tui-chat ask`: one question. The answer goes to standard output, everything else to standard error."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_chat.cli import answer_report, exit_codes
from tui_chat.cli.ask_answer import AskedAnswer
from tui_chat.cli.options import Options
from tui_chat.cli.output import note, prepare
from tui_chat.cli.stdin_text import read_all
from tui_chat.cli.wiring import Wired, wire
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Turn
from tui_chat.engine.clock import SystemClock
from tui_chat.store.library_error import LibraryError

if TYPE_CHECKING:
    from tui_chat.cli.ask_schema import AnswerSchema
    from tui_chat.core.attachment import Attachment

UNREADABLE = 1
"""Exit code if a file cannot be attached."""


def run_ask(options: Options) -> int:
    """Ask, print, and return the exit code."""
    prepare()
    schema = _schema(options)
    if isinstance(schema, ServerError):
        return _refuse(options, schema)
    wired = wire(options, response_format=schema.response_format if schema else None)
    if isinstance(wired, ServerError):
        return _refuse(options, wired)
    try:
        prompt = _prompt(options)
    except OSError as error:
        return _refuse(options, _unusable(f"Standard input could not be read: {error.strerror}."))
    if isinstance(prompt, ServerError):
        return _refuse(options, prompt)
    attached = _attached(options, wired)
    if isinstance(attached, ServerError):
        return _refuse(options, attached, UNREADABLE)
    for problem in (*wired.configuration.problems, *wired.notes):
        note(str(problem))
    try:
        return asyncio.run(AskedAnswer(options, wired, schema, attached).run(prompt))
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except LibraryError as error:
        return _refuse(options, ServerError(ErrorKind.CONFIGURATION, error.message, hint=error.hint), 1)


def _schema(options: Options) -> AnswerSchema | ServerError | None:
    if options.schema is None:
        return None
    from tui_chat.cli.ask_schema import read_schema

    return read_schema(options.schema)


def _prompt(options: Options) -> str | ServerError:
    """PROMPT, an empty line, then standard input if it is requested ('-') or is a pipe or a file."""
    given = "" if options.prompt in (None, "-") else options.prompt or ""
    wanted = options.prompt == "-" or not (sys.stdin is None or sys.stdin.isatty())
    piped = read_all() if wanted else ""
    text = "\n\n".join(part for part in (given, piped) if part.strip())
    if text:
        return text
    return _unusable("There is nothing to ask.", 'Give a prompt: tui-chat ask "Why is the sky blue?"')


def _attached(options: Options, wired: Wired) -> tuple[Attachment, ...] | ServerError:
    """The files of `--attach`, or why one of them cannot be sent."""
    if not options.attach:
        return ()
    from tui_chat.engine.attachment_reader import encoding_words, no_images, read_attachment
    from tui_chat.engine.conversation_files import FileError

    found: list[Attachment] = []
    for name in options.attach:
        try:
            found.append(read_attachment(Path(name)))
        except FileError as error:
            return _unusable(error.message, error.hint)
        if words := encoding_words(found[-1]):
            note(words)
    refused = no_images(found, wired.backends.get(wired.choice.name).model)
    return _unusable(refused.message, refused.hint) if refused else tuple(found)


def _unusable(message: str, hint: str | None = None) -> ServerError:
    return ServerError(ErrorKind.CONFIGURATION, message, hint=hint)


def _refuse(options: Options, error: ServerError, code: int = exit_codes.CONFIGURATION) -> int:
    """Report why nothing was sent, as text and, with --json, as the object."""
    if options.json:
        now = SystemClock().now()
        failed = Turn("assistant", "", now, outcome=Outcome.FAILED, error=error, endpoint=options.endpoint)
        refused = answer_report.as_object(failed, 0)
        if options.events:
            refused = {"event": "answer", **refused, "exit_code": code}
        print(answer_report.as_json(refused))
    note(error.message)
    if error.hint:
        note(error.hint)
    return code
