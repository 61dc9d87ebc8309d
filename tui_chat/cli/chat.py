"""`tui-chat chat`: a plain line-by-line conversation for screen readers and dumb terminals. Wiring and exit codes."""

from __future__ import annotations

import asyncio
import os
import sys

from tui_chat.cli import chat_commands, chat_signals, output
from tui_chat.cli.chat_input import standard_lines
from tui_chat.cli.chat_loop import UNKEPT, ChatLoop
from tui_chat.cli.chat_output import ChatOutput
from tui_chat.cli.options import USAGE, Options
from tui_chat.cli.wiring import Wired, wire
from tui_chat.core.message import ServerError
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.conversation_files import FileError
from tui_chat.engine.exchange import Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library, LibraryError
from tui_chat.store.prompt_templates import FOLDER, PromptTemplates, system_prompts

STANDS_IN = {
    "local": "The built-in toy model answers; it is small and often wrong.",
    "demo": "A scripted demo answers; it is not a model.",
}


def run_chat(options: Options) -> int:
    """Talk until the end of the input; returns the exit code."""
    output.prepare()
    wired = wire(options)
    if isinstance(wired, ServerError):
        return _refuse(f"{wired.message} {wired.hint or ''}".rstrip(), USAGE)
    library = Library.private() if options.private else Library(wired.configuration.paths.data)
    with chat_signals.on(chat_signals.ENDING, chat_signals.leave):
        try:
            library.open().now()
            with asyncio.Runner() as runner:
                return _talk(options, wired, library, runner)
        except (LibraryError, FileError) as error:
            return _refuse(str(error), UNKEPT)
        except OSError as error:
            return _refuse(f"Standard input could not be read: {error.strerror}.", USAGE)
        finally:
            library.close().now()


def _talk(options: Options, wired: Wired, library: Library, runner: asyncio.Runner) -> int:
    out = ChatOutput(sys.stdout, sys.stderr)
    lines = standard_lines(os.environ)
    session = Session(Services(library, SystemClock(), Ids()), wired.configuration.settings, wired.run_settings)
    chat = ChatLoop(
        session,
        wired.backends,
        wired.choice.name,
        lines,
        out,
        runner,
        chat_commands.run,
        wired.run_settings,
        verbose=options.verbose,
        presets=wired.configuration.presets,
        preset_file=wired.configuration.preset_file,
        system_prompts=system_prompts(wired.configuration.paths.config),
        templates=PromptTemplates(wired.configuration.paths.config.with_name(FOLDER)),
    )
    told = len(library.news)
    try:
        _greet(wired, out, (*library.notes, *library.news), private=options.private, interactive=lines.interactive)
        if options.open:
            chat.open(options.open)
        code = chat.talk()
    finally:
        # Also when a signal ends the run and no question can be asked.
        lost = chat.save_the_rest()
        if lost is not None:
            out.last_word(lost)
        for news in library.news[told:]:
            out.last_word(news)
        known = None if options.private or out.gone is not None else chat.continued()
        if known is not None:
            out.last_word(f"To continue this conversation: tui-chat chat --open {known}")
        runner.run(wired.backends.aclose())
    return code or (0 if lost is None else UNKEPT)


def _greet(wired: Wired, out: ChatOutput, notes: tuple[str, ...], *, private: bool, interactive: bool) -> None:
    name = wired.choice.name
    if interactive:
        model = wired.choice.endpoint.model if wired.choice.endpoint else None
        out.note(f"Endpoint {name}{f', model {model}' if model else ''}. /help lists the commands; Ctrl-D ends.")
        if private:
            out.note("Private: nothing of this conversation is written.")
    if wired.no_endpoint:
        out.note(
            f"No endpoint is configured. {STANDS_IN.get(name, '')} "
            f"To add yours, write it into {wired.configuration.paths.config}, or give --url."
        )
    for text in (*wired.notes, *notes, *map(str, wired.configuration.problems)):
        out.note(text)


def _refuse(text: str, code: int) -> int:
    output.note(text)
    return code
