"""Copies code from answers: the last block, a clicked one, or the one being read."""

from __future__ import annotations

import asyncio
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.session import Session
from tui_chat.render.copied_parts import code_blocks
from tui_chat.ui.ports import Copy, Notifier


class CodeSpot(Protocol):
    """Where the reading cursor is. `code` is the number of a code block among those of its message."""

    @property
    def id(self) -> str: ...

    @property
    def code(self) -> int | None: ...


class MarkdownSources(Protocol):
    def markdown_of(self, node_id: str) -> str:
        """The source of a message that is shown, also while it comes."""
        ...


@dataclass(eq=False)
class CodeController:
    """Parses off the event loop: a very long answer takes a while."""

    _session: Session
    _transcript: MarkdownSources
    _copy: Copy
    _notifier: Notifier

    async def copy_last(self) -> None:
        """The last code block of the last answer that has one."""
        for node in list(self._session.conversation.upward()):
            if node.turn.role == "assistant" and (blocks := await self._blocks(node.id)):
                self._copy(blocks[-1], "last code block")
                return
        self._notifier.note("There is no code in this conversation yet.")

    async def copy_block(self, node_id: str, number: int) -> None:
        """One code block of a message, by its number from 0."""
        blocks = await self._blocks(node_id)
        if number < len(blocks):
            self._copy(blocks[number], "code")

    async def copy_at(self, spot: CodeSpot) -> None:
        """The code block that is read."""
        blocks = await self._blocks(spot.id)
        if spot.code is None or spot.code >= len(blocks):
            self._notifier.note("There is no code in this message.")
        else:
            which = f" ({spot.code + 1} of {len(blocks)})" if len(blocks) > 1 else ""
            self._copy(blocks[spot.code], f"code{which}")

    async def _blocks(self, node_id: str) -> list[str]:
        source = self._transcript.markdown_of(node_id)
        return [code for _, code in await asyncio.to_thread(code_blocks, source)]
