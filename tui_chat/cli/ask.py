"""`tui-chat ask`: one question; the answer goes to standard output, everything about it to standard error."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from tui_chat.cli import result
from tui_chat.cli.options import Options
from tui_chat.cli.output import note, prepare, tell
from tui_chat.cli.stdin_text import read_all
from tui_chat.cli.wiring import Wired, wire
from tui_chat.client.backend import Backend
from tui_chat.core import event as ev
from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Turn
from tui_chat.core.reply import State
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.conversation_files import FileError
from tui_chat.engine.exchange import Exchange, Services
from tui_chat.engine.recovery import last_try
from tui_chat.render.safe import safe_text
from tui_chat.store.ids import Ids
from tui_chat.store.library import BUSY_S, Library, LibraryError

UNREADABLE = 1
"""Exit code where a file cannot be attached."""

UNSAVED = 1
"""Exit code where the answer is there and could not be saved."""


def run_ask(options: Options) -> int:
    """Ask, print, and return the exit code."""
    prepare()
    wired = wire(options)
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
        return asyncio.run(_Asking(options, wired, attached).run(prompt))
    except KeyboardInterrupt:
        return result.INTERRUPTED
    except LibraryError as error:
        return _refuse(options, ServerError(ErrorKind.CONFIGURATION, error.message, hint=error.hint), 1)


def _prompt(options: Options) -> str | ServerError:
    """PROMPT, an empty line, then standard input where it is asked for ('-') or is a pipe or a file."""
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
    from tui_chat.engine.attached_files import encoding_words, no_images, read_attachment

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


def _refuse(options: Options, error: ServerError, code: int = result.CONFIGURATION) -> int:
    """Nothing was asked: say why, as text and, where it was asked for, as the object."""
    if options.json:
        now = SystemClock().now()
        failed = Turn("assistant", "", now, outcome=Outcome.FAILED, error=error, endpoint=options.endpoint)
        print(result.as_json(failed, 0))
    note(error.message)
    if error.hint:
        note(error.hint)
    return code


@dataclass
class _Asking:
    """One run of `ask`. `broken` is why standard output cannot be written any more."""

    options: Options
    wired: Wired
    attached: tuple[Attachment, ...] = ()
    broken: OSError | None = None
    printed: int = 0
    """How many pieces of the answer are on standard output."""
    relabeled: int = 0
    """How often what was printed turned out to be thinking."""

    async def run(self, prompt: str) -> int:
        library = Library(self.wired.configuration.paths.data) if self._keeps else Library.private()
        await library.open()
        services = Services(library, SystemClock(), Ids())
        try:
            exchange = await self._begin(services, prompt)
            code = await self._answer(exchange)
        finally:
            await self.wired.backends.aclose()
            lost = await asyncio.to_thread(last_try, services, BUSY_S)
            if lost is not None:
                note(lost)
            await library.close()
        return code or (0 if lost is None else UNSAVED)

    @property
    def _keeps(self) -> bool:
        return self.options.save or self.options.continue_last or self.options.conversation is not None

    async def _begin(self, services: Services, prompt: str) -> Exchange:
        conversation = Conversation(services.new_id(), services.clock.now())
        if (found := await self._continued(services.library)) is not None:
            conversation = await services.library.load(found)
            settings = self.wired.run_settings.over(conversation.settings)
        else:
            settings = conversation.settings = self.wired.run_settings.over(self.wired.configuration.settings)
        return await Exchange.ask(services, conversation, prompt, settings, attachments=self.attached)

    async def _continued(self, library: Library) -> str | None:
        """The conversation that the prompt is asked in; None for a new one. Raises LibraryError."""
        if self.options.conversation is not None:
            return await library.resolve_prefix(self.options.conversation)
        if not self.options.continue_last:
            return None
        if (latest := await library.latest()) is None:
            raise LibraryError("There is no conversation to continue yet.", "Leave -c out to begin one.")
        return latest

    async def _answer(self, exchange: Exchange) -> int:
        task = asyncio.current_task()

        def watch(event: ev.Event) -> None:
            if self.broken is not None:
                return
            try:
                self._show(exchange, event)
            except OSError as error:
                self.broken = error
                if task is not None:
                    task.cancel()

        def interrupt() -> None:
            exchange.stop()
            if task is not None and exchange.started and not task.cancelling():
                task.cancel()

        backend = self.wired.backends.get(self.wired.choice.name)
        # Windows' loop has no signal handlers: there KeyboardInterrupt ends the run.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
        try:
            await exchange.run(backend, stream=not self.options.no_stream, watch=watch)
        except asyncio.CancelledError:
            if not (self.broken or exchange.reply.state is State.STOPPED):
                raise
            if task is not None:
                task.uncancel()
        if self.broken is not None:
            raise self.broken
        return self._finish(exchange, backend)

    def _show(self, exchange: Exchange, event: ev.Event) -> None:
        """Print what arrived. Raises OSError."""
        match event:
            case ev.TextDelta():
                self._print_new(exchange)
            case ev.Waiting(reason):
                if sys.stderr.isatty():
                    note(f"{reason}…")
            case ev.Noted(text):
                note(text)
            case _:
                pass

    def _print_new(self, exchange: Exchange) -> None:
        """The pieces that are not printed yet; at the end these may be tool calls, which become text only then."""
        if self.options.json:
            return
        reply = exchange.reply
        if reply.relabeled != self.relabeled:
            self.relabeled, self.printed = reply.relabeled, 0
            note("what was printed so far was the model's thinking; the answer begins now")
            _write("\n\n")
        new = "".join(reply.pieces[self.printed :])
        self.printed = len(reply.pieces)
        _write(new)

    def _finish(self, exchange: Exchange, backend: Backend) -> int:
        turn = exchange.conversation.nodes[exchange.answer_id].turn
        turn = replace(turn, endpoint=turn.endpoint or backend.name)
        if self.options.json:
            _write(result.as_json(turn, exchange.reply.attempts) + "\n")
        else:
            self._print_new(exchange)
            _write("" if turn.text.endswith("\n") or not turn.text else "\n")
        for line in (*result.left_out(exchange.plan), *result.notes(turn)):
            note(line, mask=str)  # without secrets already, and an id of a request is random like a key
        if self.options.verbose:
            tell(result.received(turn, backend))
        return result.exit_code(turn)


def _write(text: str) -> None:
    """To standard output: as it came into a pipe or a file, made safe on a terminal. Raises OSError."""
    sys.stdout.write(safe_text(text) if sys.stdout.isatty() else text)
    sys.stdout.flush()
