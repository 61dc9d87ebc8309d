"""Actions on the message or block under the reading cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.excluded_messages import goes_out, may_go_out
from tui_chat.engine.session import Session
from tui_chat.render.copied_parts import source_blocks
from tui_chat.ui.controllers.code import CodeSpot
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.ports import Copy, Jobs, MenuDialogs, MenuItem, Notifier, PromptText

NOTHING = "There is nothing to read here yet."


class ReadSpot(CodeSpot, Protocol):
    """The message or block under the cursor. `block` is (which from 0, of how many), None for a whole message; `text`
    is what is seen of it, without decoration."""

    @property
    def block(self) -> tuple[int, int] | None: ...

    @property
    def text(self) -> str: ...

    @property
    def links(self) -> Sequence[tuple[str, str]]:
        """The links in it: text and address."""
        ...

    @property
    def has_code(self) -> bool: ...

    @property
    def foldable(self) -> bool:
        """Its message has long code or thinking."""
        ...


class Cursor(Protocol):
    @property
    def spot(self) -> ReadSpot | None: ...


class Streams(Protocol):
    def answer(self, node_id: str) -> object | None:
        """The reply under way for an answer; None if there is none."""
        ...


class Views(Protocol):
    """How messages are shown."""

    def toggle_source(self, node_id: str) -> None: ...

    def toggle_details(self, node_id: str) -> None: ...

    def toggle_folds(self, node_id: str, number: int | None) -> bool: ...


class ReadableTurns(Protocol):
    @property
    def has_focus(self) -> bool: ...

    @property
    def cursor(self) -> Cursor: ...

    @property
    def views(self) -> Views: ...

    @property
    def streams(self) -> Streams: ...

    def markdown_of(self, node_id: str) -> str: ...

    def action_move(self, what: Literal["code"], by: int) -> bool:
        """To the next code block (1), the previous one (-1), or the nearest one of the message (0)."""
        ...


class AskedAgain(Protocol):
    def last_answer(self) -> str: ...

    async def retry(self, prompt_id: str | None = None) -> None: ...


class Branches(Protocol):
    def begin(self, prompt_id: str) -> None: ...


class Exclusions(Protocol):
    def toggle_exclusion(self, answer_id: str, name: str) -> None: ...


class ReadCode(Protocol):
    async def copy_at(self, spot: ReadSpot) -> None: ...


class ReadVersions(Protocol):
    def show(self, node_id: str, by: int) -> None: ...


class ReadLinks(Protocol):
    async def choose(self, links: Sequence[tuple[str, str]]) -> None: ...


class ReadFiles(Protocol):
    async def view_of(self, node_id: str) -> None:
        """Show a file of this prompt, which has any or none."""
        ...


@dataclass(eq=False)
class ReadingController:
    """`selected` gives the text that is selected on the screen."""

    _session: Session
    _transcript: ReadableTurns
    _prompt: PromptText
    _answers: AskedAgain
    _versions: ReadVersions
    _branches: Branches
    _exclusions: Exclusions
    _code: ReadCode
    _links: ReadLinks
    _files: ReadFiles
    _compare: Callable[[], Awaitable[object]]
    _keys: Keymap
    _selected: Callable[[], str | None]
    _copy: Copy
    _dialogs: MenuDialogs
    _notifier: Notifier
    _jobs: Jobs

    def copy(self) -> None:
        """Copy what is under the reading cursor or selected, else the last answer."""
        if self._transcript.has_focus and self._transcript.cursor.spot is not None:
            self._jobs.run(self.do("copy"))
        elif selected := self._selected():
            self._copy(selected, "selection")
        elif text := self._answers.last_answer():
            self._copy(text, "answer")
        else:
            self._notifier.note("There is no answer to copy yet.")

    async def menu(self) -> None:
        """The actions on the message or block under the cursor, as a list."""
        offers, spot = self.offers(), self._transcript.cursor.spot
        if not offers or spot is None:
            self._notifier.note(NOTHING)
            return
        keys = {offer.name: self._keys.of(f"reading.{offer.name}") for offer in offers}
        name = await self._dialogs.menu("Block" if spot.block is not None else "Message", offers, keys)
        if name == "compare":
            await self._compare()
        elif name is not None:
            await self.do(name)

    def offers(self) -> list[MenuItem]:
        """The available actions."""
        spot = self._transcript.cursor.spot
        conversation = self._session.conversation
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
            (spot.has_code, "copy_code", "Copy the code block"),
            (bool(spot.links), "links", "Open the link" if len(spot.links) == 1 else "Open a link"),
            (self._has_files(spot.id), "files", "View a file that was sent with it"),
            (True, "edit", "Edit the prompt and send it; the old one stays"),
            (True, "retry", "Answer again"),
            (True, "compare", "Compare answers side by side"),
            (True, "quote", f"Quote the {what} in the prompt"),
            (
                answer is not None and may_go_out(conversation, answer),
                "sent",
                "Exclude it from requests" if out else "Include it in requests again",
            ),
            (place > 0, "older", f"The version before ({place} of {len(versions)})"),
            (place + 1 < len(versions), "newer", f"The next version ({place + 2} of {len(versions)})"),
            (not prompt, "source", "The Markdown source, or what it means"),
            (spot.foldable, "fold", "Fold or unfold long code and thinking"),
            (not prompt, "details", "Details: settings, tokens, times"),
        )
        return [MenuItem(name, words) for there, name, words in wanted if there]

    async def do(self, name: str) -> None:
        """Do this action at the cursor."""
        spot = self._transcript.cursor.spot
        if spot is None or spot.id not in self._session.conversation.nodes:
            self._notifier.note(NOTHING)
            return
        match name:
            case "copy" if selected := self._selected():
                self._copy(selected, "selection")
            case "copy":
                self._copy(await self._markdown(spot), "block" if spot.block is not None else "message")
            case "copy_code":
                self._transcript.action_move("code", 0)
                await self._code.copy_at(self._transcript.cursor.spot or spot)
            case "links":
                await self._links.choose(spot.links)
            case "files":
                await self._files.view_of(spot.id)
            case "edit":
                self._edit(spot.id)
            case "retry":
                self._retry(spot.id)
            case "quote":
                self._quote(await self._markdown(spot))
            case "sent":
                self._toggle_exclusion(spot.id)
            case "older" | "newer":
                self._versions.show(spot.id, -1 if name == "older" else 1)
            case _:
                self._look(spot, name)

    def to_code(self, by: int) -> None:
        """To the next code block (1), or the previous one (-1)."""
        if not self._transcript.action_move("code", by):
            self._notifier.note(f"There is no code block {'below' if by > 0 else 'above'}.")

    def _look(self, spot: ReadSpot, name: str) -> None:
        transcript = self._transcript
        comes = transcript.streams.answer(spot.id) is not None
        if name == "source":
            transcript.views.toggle_source(spot.id)
            if comes:
                self._notifier.note("The source is shown once the answer is complete.")
        elif name == "details":
            transcript.views.toggle_details(spot.id)
        elif not transcript.views.toggle_folds(spot.id, spot.code):
            nothing = "There is no long code and no thinking to fold here."
            self._notifier.note("Code can be folded once the answer is complete." if comes else nothing)

    # Taking

    async def _markdown(self, spot: ReadSpot) -> str:
        """The source of what the cursor is on; of a block that cannot be located there, its visible text."""
        source = self._transcript.markdown_of(spot.id)
        if spot.block is None:
            return source
        if self._session.conversation.nodes[spot.id].turn.role != "assistant":
            return spot.text
        # Off the loop: a very long answer takes a while to parse.
        blocks = await asyncio.to_thread(source_blocks, source)
        which, count = spot.block
        return blocks[which] if len(blocks) == count else spot.text

    def _quote(self, text: str) -> None:
        """Append a quote to the prompt, with room for a comment."""
        quoted = "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))
        before = "\n\n" if self._prompt.text.strip() else ""
        self._prompt.replace_text(f"{self._prompt.text}{before}{quoted}\n\n")
        self._prompt.focus()

    # Changing

    def _prompt_of(self, node_id: str) -> str | None:
        node = self._session.conversation.last_prompt(node_id)
        return None if node is None else node.id

    def _has_files(self, node_id: str) -> bool:
        prompt = self._session.conversation.last_prompt(node_id)
        return prompt is not None and bool(prompt.turn.attachments)

    def _answer(self, node_id: str) -> str | None:
        """The answer itself, or the one that is shown below a prompt."""
        conversation = self._session.conversation
        if conversation.nodes[node_id].turn.role == "assistant":
            return node_id
        path = [node.id for node in conversation.path()]
        below = path[path.index(node_id) + 1 :] if node_id in path else []
        return below[0] if below else None

    def _edit(self, node_id: str) -> None:
        prompt_id = self._prompt_of(node_id)
        if prompt_id is None:
            self._notifier.note("There is no prompt here that could be edited.")
        else:
            self._branches.begin(prompt_id)

    def _retry(self, node_id: str) -> None:
        prompt_id = self._prompt_of(node_id)
        if prompt_id is None:
            self._notifier.note("There is no prompt here that could be answered.")
        else:
            self._jobs.run(self._answers.retry(prompt_id))

    def _toggle_exclusion(self, node_id: str) -> None:
        conversation, answer = self._session.conversation, self._answer(node_id)
        current = self._session.current
        if answer is None or not may_go_out(conversation, answer) or (current and current.answer_id == answer):
            self._notifier.note("There is no answer here yet that could be left out.")
        else:
            self._exclusions.toggle_exclusion(answer, "This answer")
