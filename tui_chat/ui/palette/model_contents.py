"""The models and endpoints to choose from: configured, listed by servers, and recently used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import field

from tui_chat.core.cost import price_words
from tui_chat.core.endpoint import BUILT_IN
from tui_chat.core.message import ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.core.short_number import short_number
from tui_chat.engine.backends import Backends
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.store.errors import LibraryError
from tui_chat.store.library import Library
from tui_chat.ui.palette.entry import Kind, PaletteEntry, PaletteSection, entry
from tui_chat.ui.palette.ranking import ranked
from tui_chat.ui.palette.sources import is_spelled, model_entry
from tui_chat.wire.model_list import retirement

OWN = {"local": "the built-in toy model", "demo": "scripted answers, no model"}
"""Descriptions of the built-in endpoints."""

UNNAMED = "the endpoint's default model"
MOST = 200
"""Models of one endpoint that are listed: some servers have thousands, and typing finds them."""


@dataclass
class ModelContents:
    """One heading for each endpoint, the one in use first. `load` asks the servers and the library."""

    backends: Backends
    lists: ModelListCache
    library: Library
    endpoint: str
    used: dict[str, list[str]] = field(default_factory=dict)
    """Models that have answered, by endpoint."""
    asking: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    """Why an endpoint has no list."""
    title: str = "Models and endpoints"
    hint: str = "A model or an endpoint"

    def sections(self, typed: str) -> Sequence[PaletteSection]:
        entries = list(self._entries())
        found = ranked(entries, typed, most=None)
        new = self._typed(typed.strip(), entries)
        return [*found, *new] if typed.strip() else found

    def _entries(self) -> Iterator[PaletteEntry]:
        for name in self._names():
            yield from self._of(name)
        yield entry(Kind.COMMAND, "endpoint.edit", "Endpoints", "More", detail="add, edit, check, delete")
        yield entry(Kind.COMMAND, "endpoint.add", "Add an endpoint", "More", detail="a URL or a curl command")

    def _names(self) -> list[str]:
        names = list(self.backends.names)
        return sorted(names, key=lambda name: (name != self.endpoint, name in BUILT_IN))

    def _of(self, name: str) -> Iterator[PaletteEntry]:
        section = f"{name} (in use)" if name == self.endpoint else name
        described = self.backends.described(name)
        own = described[0].model if described is not None else None
        in_use = name == self.endpoint
        if own is None:
            title = OWN.get(name, UNNAMED)
            yield entry(Kind.ENDPOINT, name, title, section, words=("endpoint model", name), current=in_use)
        else:
            yield self._model(name, own, section, "configured", current=in_use)
        used, listed = self.used.get(name, []), self.lists.known(name)
        if described is not None:
            known = listed if listed is not None else used
            others = [model for model in _first(used, known) if model != own][:MOST]
            yield from (self._model(name, model, section, "used" if model in used else "") for model in others)
        if name in self.asking:
            yield entry(Kind.NOTE, name, "asking the server for its models …", section)
        elif name in self.failed:
            yield entry(Kind.NOTE, name, self.failed[name], section)

    def _model(self, endpoint: str, model: str, section: str, state: str, *, current: bool = False) -> PaletteEntry:
        """A model, with what its server and the configuration say of it: `used · 131k context · until 2026-11-30`."""
        listed, described = self.lists.about(endpoint, model), self.backends.described(endpoint)
        own = described[0] if described is not None and described[0].model == model else None
        context = (own.context if own else None) or (listed.context if listed else None)
        price = (own.price if own else None) or (listed.price if listed else None)
        facts = (
            state,
            f"{short_number(context)} context" if context else "",
            price_words(price) if price else "",
            retirement(listed) if listed else "",
            f"of {listed.deployed}" if listed and listed.deployed not in (None, model) else "",
            "can be deployed" if listed and listed.deployable else "",
        )
        detail = " · ".join(filter(None, facts)) or " "
        return model_entry(
            endpoint, model, section, detail=detail, current=current, also=listed.aliases if listed else ()
        )

    def _typed(self, typed: str, entries: Iterable[PaletteEntry]) -> list[PaletteSection]:
        """A name that no list has is taken too: many endpoints list nothing."""
        if self.endpoint in BUILT_IN or self.backends.described(self.endpoint) is None:
            return []
        names_endpoint = typed.casefold() in map(str.casefold, self.backends.names)
        if names_endpoint or looks_like_key(typed) or any(is_spelled(each.title, typed) for each in entries):
            return []
        new = model_entry(self.endpoint, typed, "As typed", detail=f"at {self.endpoint}")
        return [PaletteSection(new.section, (new,))]

    async def load(self) -> AsyncIterator[None]:
        """Recently used models, then the servers' lists as they arrive."""
        try:
            for endpoint, model in await self.library.models.used():
                self.used.setdefault(endpoint, []).append(model)
        except LibraryError:
            pass  # the list of conversations (ctrl+o) says what is wrong with the library
        to_ask = [n for n in self._names() if self.lists.can_ask(n, quietly=n != self.endpoint)]
        self.asking = {name for name in to_ask if self.lists.known(name) is None}
        yield
        for next_one in asyncio.as_completed([self._ask(name) for name in self.asking]):
            await next_one
            yield

    async def _ask(self, name: str) -> None:
        found = await self.lists.ask(name)
        self.asking.discard(name)
        if isinstance(found, ServerError):
            self.failed[name] = f"no list: {found.message}"


def _first(first: Sequence[str], known: Iterable[str]) -> list[str]:
    """The known ones, those of `first` before the others."""
    rest = list(known)
    return [*(name for name in first if name in rest), *(name for name in rest if name not in first)]
