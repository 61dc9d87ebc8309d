"""Endpoints as they are kept: saved.toml, a keyring, and windows in which a test fills forms in."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.ring import Ring, holding
from tests.ui.controllers.fakes import Copied, Lists, Notices, Tasks, Written
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.endpoint_api_key import EndpointKeyController
from tui_chat.ui.controllers.endpoint_manager import EndpointManagerController
from tui_chat.ui.controllers.endpoints import EndpointsController
from tui_chat.ui.endpoint_form import Described, EndpointForm, described
from tui_chat.ui.item_list_contents import ItemChoice
from tui_chat.ui.kept_api_keys import KeptKeys
from tui_chat.ui.ports import Copy
from tui_chat.ui.saved_choices import SavedChoices

KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NEW_KEY = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"


class Filled:
    """A form that was closed: with what it describes, or given up."""

    def __init__(self, form: EndpointForm, taken: Collection[str], *, saved: bool) -> None:
        found = described(form, taken) if saved else None
        assert not isinstance(found, str), found
        self.form, self._found = form, found

    @property
    def closed(self) -> Awaitable[Described | None]:
        async def closed() -> Described | None:
            return self._found

        return closed()


class Windows(Lists):
    """Lists, and forms in which `changes` are made one after the other; None gives the form up."""

    def __init__(self, *choices: ItemChoice | None, answers: Collection[object] = ()) -> None:
        super().__init__(choices, *answers)
        self.changes: list[Callable[[EndpointForm], EndpointForm] | None] = []
        self.forms: list[EndpointForm] = []
        self.checked: list[str] = []
        self.keys: list[tuple[str, bool] | None] = []
        """What is typed where a key is asked for."""
        self.why: list[str] = []
        self.kept: list[str] = []
        """Why it is asked for, and how long it lasts."""
        self.left: EndpointForm | None = None
        """What is in a form when it is given up."""

    async def check(self, name: str, steps: Callable[[], AsyncGenerator[Any, None]], copy: Copy) -> bool:
        self.checked.append(name)
        return bool(self.keys)

    async def ask_key(self, title: str, said: str, kept: str, *, keyring: bool, typed: str) -> tuple[str, bool] | None:
        self.why.append(said)
        self.kept.append(kept)
        return self.keys.pop(0) if self.keys else None

    def describe(
        self,
        form: EndpointForm,
        taken: Collection[str],
        check: object,
        models: object,
        has_keyring: object,
        titles: object,
    ) -> Filled:
        self.forms.append(form)
        change = self.changes.pop(0)
        return Filled((self.left or form) if change is None else change(form), taken, saved=change is not None)


class Stage:
    """Endpoints that were added in an earlier run, with their keys in a keyring."""

    def __init__(self, context: AppContext, folder: Path, windows: Windows, *endpoints: EndpointConfig) -> None:
        self.context, self.windows, self.ring, self.notices = context, windows, Ring(), Notices()
        self.file = folder / "saved.toml"
        context.saved = SavedFile(self.file)
        context.key_store = holding(self.ring)
        context.origins = {f"endpoints.{each.name}": "saved.toml" for each in endpoints}
        for each in endpoints:
            context.saved.endpoint(each.name, each)
            context.backends.add(each)
            if each.api_key_keyring:
                self.ring.held["tui-chat", each.name] = KEY
        choices, self.jobs = SavedChoices(context.saved, self.notices), Tasks()
        kept, prompt = KeptKeys(context, choices), Written()
        self.endpoints = EndpointsController(
            context, choices, kept, prompt, lambda: None, windows, self.notices, self.jobs
        )
        self.key = EndpointKeyController(context, self.endpoints, kept, prompt, Copied(), windows, self.notices)
        self.manager = EndpointManagerController(context, self.endpoints, self.key, windows)

    async def show(self) -> None:
        await self.manager.show()
        await self.jobs.done()

    @property
    def written(self) -> dict[str, Any]:
        found = tomllib.loads(self.file.read_text())["endpoints"]
        assert isinstance(found, dict)
        return found


def changing(**values: Any) -> Callable[[EndpointForm], EndpointForm]:
    return lambda form: replace(form, **values)
