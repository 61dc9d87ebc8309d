"""Copies code from answers: the last block, a clicked one, or the one being read."""

from __future__ import annotations

import asyncio
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.session import Session
from tui_chat.render.copied_parts import code_blocks, source_blocks
from tui_chat.render.safe import safe_text
from tui_chat.ui.ports import Copy, Notifier


class CodeSpot(Protocol):
    """Where the reading cursor is. `block` is (which from 0, of how many) of the blocks, None for a whole message;
    `text` is what is seen of it, without decoration; `code` the number of a code block among those of its message."""

    @property
    def id(self) -> str: ...

    @property
    def block(self) -> tuple[int, int] | None: ...

    @property
    def text(self) -> str: ...

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
                self._copy(blocks[-1], "code")
                return
        self._notifier.say("There is no code in this conversation yet.")

    async def copy_block(self, node_id: str, number: int) -> None:
        """One code block of a message, by its number from 0."""
        blocks = await self._blocks(node_id)
        if number < len(blocks):
            self._copy(blocks[number], "code")

    async def copy_at(self, spot: CodeSpot) -> None:
        """The code block that is read, all code of a message, or of a paragraph the code that it speaks of."""
        blocks = await self._blocks(spot.id)
        if spot.code is not None and spot.code < len(blocks) and _seen(blocks[spot.code], spot.text):
            self._copy(blocks[spot.code], "code")
            return
        if spot.block is not None:
            # A list item or a quote: the code that is seen in it.
            seen = [code for code in blocks if code.strip() and _seen(code, spot.text)]
            blocks = seen or (await self._nearest(spot.id, spot.block) if blocks else [])
        if not blocks:
            self._notifier.say("There is no code in this message.")
        else:
            self._copy("\n\n".join(blocks), "code" if len(blocks) == 1 else f"code of {len(blocks)} blocks")

    async def _blocks(self, node_id: str) -> list[str]:
        source = self._transcript.markdown_of(node_id)
        return [code for _, code in await asyncio.to_thread(code_blocks, source)]

    async def _nearest(self, node_id: str, block: tuple[int, int]) -> list[str]:
        """The code block below a block of the message, which it mostly announces; else the last one above."""
        return await asyncio.to_thread(_nearest_code, self._transcript.markdown_of(node_id), block)


def _nearest_code(source: str, block: tuple[int, int]) -> list[str]:
    parts, (which, count) = source_blocks(source), block
    if len(parts) != count:
        return []
    for below in parts[which + 1 :]:
        if found := code_blocks(below):
            return [found[0][1]]
    for above in reversed(parts[:which]):
        if found := code_blocks(above):
            return [found[-1][1]]
    return []


def _seen(code: str, text: str) -> bool:
    """Whether a code block is in what is seen: by its lines, because lists indent them."""
    lines = {"".join(line.split()) for line in text.split("\n")}
    return all("".join(line.split()) in lines for line in safe_text(code).split("\n"))
