"""Shows the keys and help: commands that fit the moment first, the user's templates, the demo's keywords."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.command_groups import Situation, likely
from tui_chat.ui.controllers.help_pages import ManualController
from tui_chat.ui.key_help_layout import HelpSection


class HelpDialogs(Protocol):
    async def help(self, sections: Sequence[HelpSection]) -> bool:
        """Show the keys. True if the user asked for the manual."""
        ...


class MakesSections(Protocol):
    """See `help_sections`; the keys are given."""

    def __call__(
        self,
        likely: Sequence[str],
        *,
        reading: bool,
        templates: Sequence[tuple[str, str]],
        demo: Sequence[tuple[str, str]],
    ) -> list[HelpSection]: ...


@dataclass(eq=False)
class KeyHelpController:
    _context: AppContext
    _sections: MakesSections
    _situation: Callable[[], Situation]
    _templates: Callable[[], Sequence[tuple[str, str]]]
    _dialogs: HelpDialogs
    _manual: ManualController

    async def show(self) -> None:
        now = self._situation()
        sections = self._sections(likely(now), reading=now.reading, templates=self._templates(), demo=self._demo())
        if await self._dialogs.help(sections):
            await self._manual.choose()

    @property
    def version(self) -> str:
        """What a bug report should name."""
        import platform
        from importlib.metadata import version

        from tui_chat import __version__

        python, textual = platform.python_version(), version("textual")
        made_of = (f"Python {python}", f"Textual {textual}", platform.platform(terse=True))
        return f"tui-chat {__version__} · {' · '.join(made_of)}. A crash leaves last-crash.txt in the data folder."

    def _demo(self) -> list[tuple[str, str]]:
        from tui_chat.demo.scenarios import SCENARIOS

        return [(s.keyword, s.help) for s in SCENARIOS] if self._context.endpoint == "demo" else []
