"""The read-and-answer loop of linear mode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from tui_chat.cli.answer_report import left_out, received
from tui_chat.cli.chat_answer import AnswerPrinter, remarks
from tui_chat.cli.chat_input import InputLines, next_prompt
from tui_chat.cli.chat_output import ASSISTANT, YOU, ChatOutput
from tui_chat.cli.exit_codes import INTERRUPTED
from tui_chat.client.backend import Backend
from tui_chat.core.attachment import Attachment
from tui_chat.core.settings import Settings
from tui_chat.core.short_number import counted
from tui_chat.core.slash_commands import SIGN, escaped, unescaped
from tui_chat.engine.backends import Backends
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.file_import import open_file
from tui_chat.engine.recovery_file import last_try
from tui_chat.engine.session import Session
from tui_chat.engine.user_paths import file_named
from tui_chat.store.library import LibraryError
from tui_chat.store.preset_file import PresetFile
from tui_chat.store.prompt_templates import PromptTemplate, PromptTemplates

T = TypeVar("T")

UNKEPT = 1
"""Exit code if something could not be saved."""


class ChatLoop:
    """`endpoint` is a name that `backends` know. `own` are the settings of the command line, which apply to every
    conversation of this run. `command` runs a line that begins with SIGN. `runner` runs coroutines from outside its
    loop, where reading a line may block."""

    def __init__(
        self,
        session: Session,
        backends: Backends,
        endpoint: str,
        lines: InputLines,
        out: ChatOutput,
        runner: asyncio.Runner,
        command: Callable[[ChatLoop, str], None],
        own: Settings | None = None,
        *,
        verbose: bool = False,
        presets: Mapping[str, Settings] | None = None,
        preset_file: PresetFile | None = None,
        templates: PromptTemplates | None = None,
        system_prompts: PromptTemplates | None = None,
    ) -> None:
        self.session = session
        self.out = out
        self.backends = backends
        self.endpoint = endpoint
        self.lines = lines
        self._presets = presets or {}
        self._preset_file = preset_file
        self._templates = templates
        self._system_prompts = system_prompts
        self.attached: tuple[Attachment, ...] = ()
        """Files that go with the next prompt."""
        self.over = False
        """Set by `/quit`."""
        self.compared: list[str] = []
        """The ids of the last comparison's answers."""
        self._runner = runner
        self._command = command
        self._own = own or Settings()
        self._verbose = verbose
        self._code = 0
        self._told = ""

    def read_presets(self) -> Mapping[str, Settings]:
        """The presets as configured now; problems are reported once."""
        if self._preset_file is not None:
            self._presets = self._preset_file.update(self._presets)
            for problem in self._preset_file.news():
                self.out.note(problem)
        return self._presets

    def read_templates(self) -> Mapping[str, PromptTemplate]:
        """The user's templates by name, as the files are now; problems are reported once."""
        return self._read_texts(self._templates)

    def read_system_prompts(self) -> Mapping[str, PromptTemplate]:
        """The user's library of system prompts, likewise."""
        return self._read_texts(self._system_prompts)

    def _read_texts(self, source: PromptTemplates | None) -> Mapping[str, PromptTemplate]:
        found = source.read() if source is not None else {}
        for problem in source.news() if source is not None else ():
            self.out.note(problem)
        return found

    def talk(self) -> int:
        """Read and answer until the end; returns the exit code. Raises OSError if the lines cannot be read, and
        SystemExit on a signal."""
        interrupted = False
        while not self.over and self.out.gone is None:
            try:
                text = next_prompt(self.lines)
                if text is None:
                    self._end_line()
                    break
                self.take(text)
                interrupted = False
            except KeyboardInterrupt:
                self._end_line()
                if interrupted or not self.lines.interactive:
                    return INTERRUPTED
                interrupted = True
                self.out.note("Nothing was sent. Ctrl-C again ends the program; the up key brings a line back.")
        return self.out.gone if self.out.gone is not None else self._code

    def _end_line(self) -> None:
        if self.lines.interactive:
            self.out.new_line()

    def take(self, text: str) -> None:
        """Send a typed line, or run it if it is a command."""
        if not text.strip():
            return
        if text.startswith(SIGN) and not text.startswith(SIGN * 2):
            self._command(self, text)
        else:
            self.send(unescaped(text), shown=self.lines.echoed)

    def send(self, text: str, *, shown: bool = False) -> None:
        """Send a prompt, and print the answer. `shown`: the prompt is already visible."""
        if not shown:
            self.out.said(YOU, text)
        if self.answer(self.session.ask(text, attachments=self.attached)) is not None:
            self.attached = ()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def answer(
        self, beginning: Coroutine[Any, Any, Exchange | None], backend: Backend | None = None
    ) -> Exchange | None:
        """Run an answer from beginning to end, and print notes about it; None if it could not begin."""
        try:
            return self.run(self._answered(beginning, backend or self.backends.get(self.endpoint)))
        except LibraryError as error:
            self._code = UNKEPT
            back = " The up key brings the prompt back." if self.lines.interactive else ""
            self.out.note(f"{error.message} {error.hint} Nothing was sent.{back}")
        return None

    async def _answered(self, beginning: Coroutine[Any, Any, Exchange | None], backend: Backend) -> Exchange | None:
        try:
            exchange = await AnswerPrinter(self.out).run(beginning, backend)
        finally:
            for begun in list(self.session.running.values()):
                self.session.ended(begun)
        if exchange is not None and self.out.gone is None:
            self._tell(exchange, backend)
        return exchange

    def _tell(self, exchange: Exchange, backend: Backend) -> None:
        turn = exchange.conversation.nodes[exchange.answer_id].turn
        for remark in (*left_out(exchange.plan), *remarks(turn)):
            self.out.note(remark)
        if self._verbose and (shown := received(turn, backend)):
            self.out.tell(shown)
        if exchange.problem is not None:
            self._tell_unsaved(exchange.problem)

    def change(self, settings: Settings) -> None:
        """Use these settings from the next prompt on."""
        self.session.change(settings)
        self.saved()

    def saved(self) -> None:
        """Wait until changes are saved; report if they cannot be."""
        unsaved = self.session.services.unsaved
        self.run(unsaved.settled())
        if (problem := unsaved.problem()) is not None:
            self._tell_unsaved(problem)

    def _tell_unsaved(self, problem: LibraryError) -> None:
        """Report each cause once. Every later write retries, and so does the end of the run."""
        if problem.message != self._told:
            self._told = problem.message
            self.out.note(f"{problem.message} {problem.hint} tui-chat keeps trying to save it.")

    def save_the_rest(self) -> str | None:
        """Retry unsaved writes once more. If that fails they go into a file, which the returned text names."""
        return last_try(self.session.services)

    def open(self, target: str) -> None:
        """Open a conversation by id prefix, or the one in a file. If it raises LibraryError or FileError, the open
        conversation stays."""
        self.run(self._opened(target, file_named(target)))
        conversation = self.session.conversation
        path = conversation.path()
        self.lines.remember(escaped(node.turn.text) for node in conversation.prompts())
        count = counted(len(path), "message")
        self.out.note(f"Opened: {conversation.title or 'a conversation without a title'} ({count}).")
        if self.out.terminal:
            self._recall()

    async def _opened(self, target: str, file: Path | None) -> None:
        services = self.session.services
        if file is not None:
            known = (await open_file(services, file)).id
        else:
            known = await services.library.resolve_prefix(target)
        await self.session.open(known)
        self.session.settings = self._own.over(self.session.settings)

    def _recall(self) -> None:
        """Print the last prompt and what became of it, as a starting point."""
        path = self.session.conversation.path()
        prompts = [index for index, node in enumerate(path) if node.turn.role == "user"]
        for node in path[prompts[-1] if prompts else -1 :]:
            if not node.turn.withdrawn:
                self.out.said(YOU if node.turn.role == "user" else ASSISTANT, node.turn.text)
            for remark in remarks(node.turn):
                self.out.note(remark)

    def continued(self) -> str | None:
        """The id of the saved conversation; None while it is empty."""
        return self.session.conversation.id if self.session.conversation.nodes else None
