"""The context lengths that servers' lists of models gave, by address and model. Whoever asks a list teaches all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_chat.wire.model_list import Model


class KnownContexts:
    """`on_news` is called when a list gave something new."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], int] = {}
        self.on_news: Callable[[], object] = lambda: None

    def get(self, url: str, model: str | None) -> int | None:
        """In tokens. Without a model: of the only one that is listed."""
        return self._known.get((url, model))

    def keep(self, url: str, model: str | None, tokens: int) -> None:
        """What an earlier run has learned."""
        self._known[url, model] = tokens

    def listed(self, url: str, models: Sequence[Model]) -> None:
        """Take what a list says."""
        named = [(name, model.context) for model in models for name in (model.id, *model.aliases)]
        alone = [(None, models[0].context)] if len(models) == 1 else []
        found = {(url, name): tokens for name, tokens in (*named, *alone) if tokens is not None}
        if found.items() - self._known.items():
            self._known |= found
            self.on_news()
