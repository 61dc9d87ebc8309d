"""The linear mode in this process: lines that follow a script, a real library, a scripted backend."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.scripted import ScriptedBackend
from tui_chat.cli import chat_commands
from tui_chat.cli.chat_loop import ChatLoop
from tui_chat.cli.chat_output import ChatOutput
from tui_chat.client.backend import Backend
from tui_chat.core import event as ev
from tui_chat.core.conversation import Conversation
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.exchange import Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.store.prompt_templates import PromptTemplates, system_prompts

Line = str | type[KeyboardInterrupt] | Callable[[], str]
"""A line, Ctrl-C, or a line that is made when its turn comes."""


@dataclass
class ScriptedLines:
    """Lines of a person (`interactive`), or of a pipe."""

    script: list[Line]
    interactive: bool = False
    echoed: bool = False
    asked: list[str] = field(default_factory=list)
    remembered: list[str] = field(default_factory=list)

    def read(self, prompt: str) -> str | None:
        self.asked.append(prompt)
        if not self.script:
            return None
        line = self.script.pop(0)
        if isinstance(line, str):
            return line
        if isinstance(line, type):
            raise line
        return line()

    def remember(self, prompts: Iterable[str]) -> None:
        self.remembered += prompts


class Stream(io.StringIO):
    """What was written, on a terminal or not. `broken` is raised from the given write on."""

    def __init__(self, *, terminal: bool = False, broken: OSError | None = None, after: int = 0) -> None:
        super().__init__()
        self._terminal = terminal
        self._broken = broken
        self._after = after

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> int:
        if self._broken is not None and self.getvalue().count("\n") >= self._after:
            raise self._broken
        return super().write(text)


@dataclass
class Heard:
    """How a conversation went. `kept` are the conversations of the library, last changed first."""

    code: int | None
    out: str
    err: str
    lines: ScriptedLines
    kept: list[Conversation]
    session: Session

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(role, text) of the conversation that was changed last."""
        return [(node.turn.role, node.turn.text) for node in self.kept[0].path()]


def talk(
    folder: Path,
    lines: Sequence[Line],
    backend: Backend | Sequence[list[ev.Event | Exception]] = (),
    *,
    typed: bool = False,
    terminal: bool = False,
    out: Stream | None = None,
    own: Settings | None = None,
    prepare: Callable[[Library, Session], object] | None = None,
    verbose: bool = False,
    presets: Mapping[str, Settings] | None = None,
    templates: Path | None = None,
    more: Mapping[str, Backend] | None = None,
) -> Heard:
    """Talk to the end. `typed`: a person sits at a terminal. `code` is None where a signal ended it."""
    made: Backend = ScriptedBackend(list(backend)) if isinstance(backend, Sequence) else backend
    script = ScriptedLines(list(lines), interactive=typed, echoed=typed and terminal)
    out = out or Stream(terminal=terminal)
    err = Stream()
    library = Library(folder)
    library.open().now()
    session = Session(Services(library, SystemClock(), Ids()), own or Settings())
    if prepare is not None:
        prepare(library, session)
    code: int | None = None
    try:
        with asyncio.Runner() as runner:
            backends = Backends({}, {"it": made, **(more or {})})
            chat = ChatLoop(
                session,
                backends,
                "it",
                script,
                ChatOutput(out, err),
                runner,
                chat_commands.run,
                own,
                verbose=verbose,
                presets=presets,
                templates=PromptTemplates(templates) if templates else None,
                system_prompts=system_prompts(folder / "config.toml"),
            )
            code = chat.talk()
    except SystemExit as ended:
        err.write(f"exit {ended.code}")
    finally:
        library.close().now()
    return Heard(code, out.getvalue(), err.getvalue(), script, kept(folder), session)


def kept(folder: Path) -> list[Conversation]:
    """All conversations of a library, as another process reads them."""
    library = Library(folder)
    library.open().now()
    try:
        return [library.load(summary.id).now() for summary in library.list().now()]
    finally:
        library.close().now()
