"""Requests and shows one answer for `tui-chat ask`, and reports how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from tui_chat.cli import answer_report, exit_codes
from tui_chat.cli.answer_view import AnswerView, PlainView, WholeView, can_render, write_line
from tui_chat.cli.options import Options
from tui_chat.cli.output import note, tell
from tui_chat.cli.progress import Progress
from tui_chat.cli.wiring import Wired
from tui_chat.client.backend import Backend
from tui_chat.core import event as ev
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.reply import State
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.exchange import Exchange, Services
from tui_chat.render.sanitize import safe_text
from tui_chat.store.ids import Ids
from tui_chat.store.library_error import LibraryError

if TYPE_CHECKING:
    from tui_chat.cli.ask_schema import AnswerSchema
    from tui_chat.core.attachment import Attachment
    from tui_chat.store.library import Library

UNSAVED = 1
"""Exit code if the answer could not be saved."""

UNFIT = 1
"""Exit code if the answer does not match the schema."""


class AskedAnswer:
    """One run of `ask`."""

    def __init__(
        self, options: Options, wired: Wired, schema: AnswerSchema | None, attached: tuple[Attachment, ...]
    ) -> None:
        self._attached = attached
        self._options = options
        self._wired = wired
        self._schema = schema
        self._broken: OSError | None = None
        """Why standard output can no longer be written."""
        self._printed = 0
        """Pieces of the answer passed to the view."""
        self._relabeled = 0
        """How often printed text turned out to be thinking."""
        self._task: asyncio.Task[None] | None = None
        self._view = self._chosen_view()
        self._progress = Progress(sys.stderr, os.environ)

    def _chosen_view(self) -> AnswerView:
        options = self._options
        if options.json or self._schema is not None:
            return WholeView()
        terminal = sys.stdout.isatty() and can_render(os.environ, sys.platform)
        if options.render or (terminal and not options.plain):
            from tui_chat.cli.rendered_view import RenderedView

            return RenderedView(sys.stdout, os.environ, terminal, self._break)
        return PlainView(sys.stdout)

    async def run(self, prompt: str) -> int:
        library = self._library()
        await library.open()
        services = Services(library, SystemClock(), Ids())
        exchange: Exchange | None = None
        try:
            exchange = await self._begin(services, prompt)
            code = await self._answer(exchange)
        finally:
            await self._wired.backends.aclose()
            lost = await self._not_saved(services) if self._keeps else None
            if lost is not None:
                note(lost)
            elif exchange is not None and self._keeps:
                note(f"saved as {exchange.conversation.id}", mask=str)
            await library.close()
            for news in library.news:
                note(news)
        return code or (0 if lost is None else UNSAVED)

    def _library(self) -> Library:
        if not self._keeps:
            from tui_chat.cli.no_library import NoLibrary

            return cast("Library", NoLibrary())
        from tui_chat.store.library import Library

        return Library(self._wired.configuration.paths.data)

    async def _not_saved(self, services: Services) -> str | None:
        from tui_chat.engine.recovery_file import last_try
        from tui_chat.store.library import BUSY_S

        return await asyncio.to_thread(last_try, services, BUSY_S)

    @property
    def _keeps(self) -> bool:
        return self._options.save or self._options.continue_last or self._options.conversation is not None

    async def _begin(self, services: Services, prompt: str) -> Exchange:
        conversation = Conversation(services.new_id(), services.clock.now())
        run_settings = self._wired.run_settings
        if (found := await self._continued(services.library)) is not None:
            conversation = await services.library.load(found)
            settings = run_settings.over(conversation.settings)
        else:
            settings = conversation.settings = run_settings.over(self._wired.configuration.settings)
        if self._schema is not None and not self._wired.json_schema:
            system = "\n\n".join(filter(None, (settings.system, self._schema.in_words)))
            settings = replace(settings, system=system)
        return await Exchange.ask(services, conversation, prompt, settings, attachments=self._attached)

    async def _continued(self, library: Library) -> str | None:
        """The conversation to continue; None for a new one. Raises LibraryError."""
        if self._options.conversation is not None:
            return await library.resolve_prefix(self._options.conversation)
        if not self._options.continue_last:
            return None
        if (latest := await library.latest()) is None:
            raise LibraryError("There is no conversation to continue yet.", "Leave -c out to begin one.")
        return latest

    async def _answer(self, exchange: Exchange) -> int:
        self._task = task = asyncio.current_task()

        def interrupt() -> None:
            exchange.stop()
            if task is not None and exchange.started and not task.cancelling():
                task.cancel()

        backend = self._wired.backends.get(self._wired.choice.name)
        # Windows' loop has no signal handlers: there KeyboardInterrupt ends the run.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
        self._progress.start()
        try:
            await exchange.run(backend, stream=not self._options.no_stream, watch=partial(self._watch, exchange))
        except asyncio.CancelledError:
            if not (self._broken or exchange.reply.state is State.STOPPED):
                raise
            if task is not None:
                task.uncancel()
        finally:
            self._progress.stop()
        if self._broken is not None:
            raise self._broken
        return self._finish(exchange, backend)

    def _watch(self, exchange: Exchange, event: ev.Event) -> None:
        if self._broken is None:
            try:
                self._show(exchange, event)
            except OSError as error:
                self._break(error)

    def _break(self, error: OSError) -> None:
        """Standard output is gone: nobody reads the rest of the answer."""
        self._broken = error
        if self._task is not None:
            self._task.cancel()

    def _show(self, exchange: Exchange, event: ev.Event) -> None:
        """Print what arrived. Raises OSError."""
        if self._options.events:
            self._write_event(event)
        match event:
            case ev.TextDelta():
                self._progress.stop()
                self._print_new(exchange)
            case ev.ReasoningDelta():
                self._progress.words = "thinking"
            case ev.Waiting(reason):
                if sys.stderr.isatty():
                    self._say(f"{reason}…")
            case ev.Noted(text):
                self._say(text)
            case _:
                pass

    def _write_event(self, event: ev.Event) -> None:
        from tui_chat.cli.json_events import event_object

        if (described := event_object(event)) is not None:
            write_line(answer_report.as_json(described))

    def _say(self, text: str) -> None:
        self._progress.clear()
        self._view.pause()
        note(text)

    def _print_new(self, exchange: Exchange) -> None:
        """Print pieces that are not printed yet; at the end these may be tool calls, which become text only then."""
        reply = exchange.reply
        if reply.relabeled != self._relabeled:
            self._relabeled, self._printed = reply.relabeled, 0
            if not isinstance(self._view, WholeView):
                self._say("what was printed so far was the model's thinking; the answer begins now")
            self._view.begin_again()
        new = "".join(reply.pieces[self._printed :])
        self._printed = len(reply.pieces)
        self._view.piece(new)

    def _finish(self, exchange: Exchange, backend: Backend) -> int:
        """Report on the complete answer; returns the exit code. Raises OSError."""
        turn = exchange.conversation.nodes[exchange.answer_id].turn
        turn = replace(turn, endpoint=turn.endpoint or backend.name)
        self._print_new(exchange)
        self._view.end()
        code = exit_codes.exit_code(turn)
        # What the filter or a limit cut off is no answer to be checked.
        checked = self._schema.checked(turn.text) if self._schema and turn.outcome is Outcome.COMPLETE else None
        code = code or (UNFIT if checked and checked[1] else 0)
        if self._options.json:
            self._write_object(exchange, turn, code, checked)
        elif self._schema is not None:
            self._write_checked(turn, checked)
        for line in (*answer_report.left_out(exchange.plan), *answer_report.notes(turn)):
            note(line, mask=str)  # without secrets already, and an id of a request is random like a key
        for problem in checked[1] if checked else ():
            note(f"not as the schema wants it: {problem}")
        if self._options.verbose:
            tell(answer_report.received(turn, backend))
        return code

    def _write_object(self, exchange: Exchange, turn: Turn, code: int, checked: tuple[str, list[str]] | None) -> None:
        values = answer_report.as_object(turn, exchange.reply.attempts)
        if self._schema is not None:
            values["schema_errors"] = checked[1] if checked else None
        if self._options.events:
            values = {"event": "answer", **values, "exit_code": code}
        write_line(answer_report.as_json(values))

    def _write_checked(self, turn: Turn, checked: tuple[str, list[str]] | None) -> None:
        """Write only what the schema allows to standard output, so that a parser never sees anything else."""
        if checked and not checked[1]:
            write_line(safe_text(checked[0]) if sys.stdout.isatty() else checked[0])
        elif turn.text:
            tell(turn.text.rstrip("\n") + "\n")
