"""What is done with the message or block under the reading cursor. This file owns what each of these takes: the source
of the whole message, of one block, or its code."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_chat.engine.sent import goes_out, may_go_out
from tui_chat.render.extract import code_blocks, source_blocks
from tui_chat.render.safe import safe_text
from tui_chat.ui.context import AppContext

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen
    from tui_chat.ui.widgets.transcript.reading_cursor import Spot

NOTHING = "There is nothing to read here yet."


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be done: the action's name, and what the menu says."""

    name: str
    words: str


class ReadingController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk

    def offers(self) -> list[Offer]:
        """What can be done where the cursor is."""
        spot = self._screen.transcript.cursor.spot
        conversation = self._desk.session.conversation
        if spot is None or spot.id not in conversation.nodes:
            return []
        what = "block" if spot.block is not None else "message"
        prompt = conversation.nodes[spot.id].turn.role == "user"
        versions = conversation.siblings(spot.id)
        place = versions.index(spot.id)
        answer = self._answer(spot.id)
        out = answer is not None and goes_out(conversation, answer)
        wanted = (
            (True, "copy", f"Copy the {what} as Markdown"),
            (not prompt, "copy_code", "Copy the code"),
            (True, "edit", "Edit the prompt and send it as a branch"),
            (True, "retry", "Answer again"),
            (True, "quote", f"Quote the {what} in the prompt"),
            (
                answer is not None and may_go_out(conversation, answer),
                "sent",
                "Leave it out of what is sent" if out else "Take it back into what is sent",
            ),
            (place > 0, "older", f"The version before ({place} of {len(versions)})"),
            (place + 1 < len(versions), "newer", f"The next version ({place + 2} of {len(versions)})"),
            (not prompt, "source", "The Markdown source, or what it means"),
            (not prompt, "fold", "Fold or unfold long code and thinking"),
            (not prompt, "details", "What it was made with, and all that is known"),
        )
        return [Offer(name, words) for there, name, words in wanted if there]

    async def do(self, name: str) -> None:
        """Do one of these where the cursor is."""
        spot = self._screen.transcript.cursor.spot
        if spot is None or spot.id not in self._desk.session.conversation.nodes:
            self._screen.say(NOTHING)
            return
        match name:
            case "copy" if selected := self._screen.get_selected_text():
                self._screen.copy(selected, "selection")
            case "copy":
                self._screen.copy(await self._markdown(spot), "block" if spot.block is not None else "message")
            case "copy_code":
                await self._copy_code(spot)
            case "edit":
                self._edit(spot.id)
            case "retry":
                self._retry(spot.id)
            case "quote":
                self._quote(await self._markdown(spot))
            case "sent":
                self._turn_around(spot.id)
            case "older" | "newer":
                self._show_version(spot.id, -1 if name == "older" else 1)
            case _:
                self._look(spot, name)

    def _look(self, spot: Spot, name: str) -> None:
        transcript = self._screen.transcript
        comes = transcript.streams.answer(spot.id) is not None
        if name == "source":
            transcript.views.toggle_source(spot.id)
            if comes:
                self._screen.say("The source is shown once the answer is complete.")
        elif name == "details":
            transcript.views.toggle_details(spot.id)
        elif not transcript.views.toggle_folds(spot.id, spot.code):
            nothing = "There is no long code and no thinking to fold here."
            self._screen.say("Code can be folded once the answer is complete." if comes else nothing)

    # Taking

    async def _markdown(self, spot: Spot) -> str:
        """The source of what the cursor is on; of a block that cannot be told apart there, what is seen of it."""
        source = self._screen.transcript.markdown_of(spot.id)
        if spot.block is None:
            return source
        if self._desk.session.conversation.nodes[spot.id].turn.role != "assistant":
            return spot.text
        # Off the loop: a very long answer takes a while to parse.
        blocks = await asyncio.to_thread(source_blocks, source)
        which, count = spot.block
        return blocks[which] if len(blocks) == count else spot.text

    async def _copy_code(self, spot: Spot) -> None:
        source = self._screen.transcript.markdown_of(spot.id)
        blocks = [code for _, code in await asyncio.to_thread(code_blocks, source)]
        if spot.code is not None and spot.code < len(blocks) and _seen(blocks[spot.code], spot.text):
            self._screen.copy(blocks[spot.code], "code")
            return
        if spot.block is not None:
            # A list item or a quote: the code that is seen in it.
            blocks = [code for code in blocks if code.strip() and _seen(code, spot.text)]
        if not blocks:
            self._screen.say("There is no code block here.")
        else:
            self._screen.copy("\n\n".join(blocks), "code" if len(blocks) == 1 else f"code of {len(blocks)} blocks")

    def _quote(self, text: str) -> None:
        """Into the prompt, at its cursor, with room for what is to be said about it."""
        prompt = self._screen.prompt
        quoted = "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))
        before = "\n\n" if prompt.text.strip() else ""
        prompt.move_cursor(prompt.document.end)
        prompt.insert(f"{before}{quoted}\n\n")
        prompt.focus()

    # Changing

    def _prompt(self, node_id: str) -> str | None:
        node = self._desk.session.conversation.last_prompt(node_id)
        return None if node is None else node.id

    def _answer(self, node_id: str) -> str | None:
        """The answer itself, or the one that is shown below a prompt."""
        conversation = self._desk.session.conversation
        if conversation.nodes[node_id].turn.role == "assistant":
            return node_id
        path = [node.id for node in conversation.path()]
        below = path[path.index(node_id) + 1 :] if node_id in path else []
        return below[0] if below else None

    def _edit(self, node_id: str) -> None:
        prompt_id = self._prompt(node_id)
        if prompt_id is None:
            self._screen.say("There is no prompt here that could be edited.")
        else:
            self._screen.editing.begin(prompt_id)

    def _retry(self, node_id: str) -> None:
        prompt_id = self._prompt(node_id)
        if prompt_id is None:
            self._screen.say("There is no prompt here that could be answered.")
        else:
            self._screen.later(self._screen.turns.retry(prompt_id))

    def _turn_around(self, node_id: str) -> None:
        conversation, answer = self._desk.session.conversation, self._answer(node_id)
        current = self._desk.session.current
        if answer is None or not may_go_out(conversation, answer) or (current and current.answer_id == answer):
            self._screen.say("There is no answer here yet that could be left out.")
            return
        wanted = not goes_out(conversation, answer)
        self._screen.rejections.send(conversation, answer, wanted)
        if goes_out(conversation, answer) is wanted:
            word = "go out with later requests" if wanted else "are left out of later requests"
            self._screen.say(f"This answer and its prompt {word}.")

    def _show_version(self, node_id: str, by: int) -> None:
        shown = self._desk.session.show_version(node_id, by)
        if shown is None:
            self._screen.say("There is no older version." if by < 0 else "There is no newer version.")
        else:
            self._screen.later(self._screen.turns.show_path(shown))


def _seen(code: str, text: str) -> bool:
    """Whether a code block is in what is seen: by its lines, because lists indent them."""
    lines = {"".join(line.split()) for line in text.split("\n")}
    return all("".join(line.split()) in lines for line in safe_text(code).split("\n"))
