"""The prompts that up and down recall: sent ones, and stashed ones behind them. Pure."""

from __future__ import annotations

from collections.abc import Sequence


class PromptRecall:
    """Oldest first. The draft that is in the prompt while the walk begins is its last place."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._aside: list[str] = []
        self._place: int | None = None
        """Index into the texts while the user walks; None while the own draft is shown."""
        self._draft = ""

    def remember(self, prompts: Sequence[str], aside: Sequence[str] = ()) -> None:
        """Another conversation is shown, with what was sent and put aside there."""
        self._texts = [*prompts, *aside]
        self._aside = list(aside)
        self._place = None

    @property
    def aside(self) -> tuple[str, ...]:
        """Texts stashed since the conversation was shown, and those passed to `remember`."""
        return tuple(self._aside)

    def recall_later(self, text: str) -> None:
        """Add a text to the history of the up key."""
        if text.strip():
            self._aside.append(text)
            self.sent(text)

    def sent(self, text: str) -> None:
        """A prompt went out: the walk begins behind it."""
        self._texts.append(text)
        self._place = None

    @property
    def walking(self) -> bool:
        """A text from before is shown, or what became of it."""
        return self._place is not None

    def shows(self, text: str) -> bool:
        """Whether the user is on the walk, at this text."""
        return self._place is not None and self._texts[self._place] == text

    def walk(self, step: int, shown: str) -> str | None:
        """The text one step back (-1) or forth (1) from what is shown; None at the ends."""
        place = len(self._texts) if self._place is None else self._place
        target = place + step
        if not 0 <= target <= len(self._texts) or (self._place is None and step > 0):
            return None
        if self._place is None:
            self._draft = shown
        self._place = None if target == len(self._texts) else target
        return self._draft if self._place is None else self._texts[target]
