"""The list of endpoints: use, add, edit, check and delete. Those of config.toml are read-only."""

from __future__ import annotations

from tui_chat.core.cost import no_price_words
from tui_chat.core.endpoint import BUILT_IN, EndpointConfig
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.endpoint_api_key import EndpointKeyController
from tui_chat.ui.controllers.endpoints import EndpointsController
from tui_chat.ui.endpoint_text import described, summary, whose
from tui_chat.ui.item_list_contents import Item, ItemAction, ItemChoice, ItemDialogs, ItemListContents

LIST, ADD = "list", "add"
"""The arguments of `/endpoint` that list all of them, and add one."""

ACTIONS = (
    ItemAction("use", "enter", "use"),
    ItemAction("add", "a", "add", needs_item=False),
    ItemAction("edit", "e", "edit"),
    ItemAction("check", "c", "check"),
    ItemAction("delete", "del", "delete"),
)
BUILT_IN_ABOUT = {
    "local": "The small model that comes with tui-chat. It is built in and always there.",
    "demo": "Scripted answers that show what a chat can meet. It is built in and always there.",
}


@dataclass(eq=False)
class EndpointManagerController:
    _context: AppContext
    _endpoints: EndpointsController
    _keys: EndpointKeyController
    _dialogs: ItemDialogs

    async def price(self) -> None:
        """Type the price of the endpoint in use, or learn where it is given."""
        name, found = self._context.endpoint, self._context.backends.described(self._context.endpoint)
        if found is not None and self._endpoints.is_added(name):
            await self._endpoints.edit(found[0], at="input")
        else:
            origin = self._endpoints.origin(name)
            model = self._context.backend.model
            await self.show(no_price_words(name, model, None if origin in ("environment", "") else origin), name)

    async def show(self, said: str | None = "", point_at: str = "") -> None:
        """The list, until an endpoint is used or it is closed. `said` stands below it."""
        while (choice := await self._dialogs.items(self._listed(said or "", point_at))) is not None:
            said, point_at = await self._do(choice), choice.name
            if said is None:
                return

    async def _do(self, choice: ItemChoice) -> str | None:
        """A sentence about it; None if an endpoint is used now."""
        match choice.action:
            case "use":
                self._endpoints.choose(choice.name)
                return None
            case "add":
                return None if await self._endpoints.add() else ""
            case "check":
                await self._keys.check(choice.name)
                return ""
            case _:
                return await self._change(choice)

    async def use(self, typed: str) -> str | None:
        """Handle the slash command's argument: an endpoint's name, or the word for all of them or a new one."""
        if typed in (LIST, ADD) and typed not in self._context.backends.names:
            await (self.show() if typed == LIST else self._endpoints.add())
            return None
        return self._endpoints.use(typed)

    async def _change(self, choice: ItemChoice) -> str | None:
        """Edit or delete an added endpoint; returns a sentence if the app cannot change it."""
        name, found = choice.name, self._context.backends.described(choice.name)
        if found is None:
            return f"{name} is built in: it cannot be changed."
        if not self._endpoints.is_added(name):
            return f"{name}: {whose(self._endpoints.origin(name))} Nothing was changed."
        if choice.action == "edit":
            return None if await self._endpoints.edit(found[0]) else ""
        await self._endpoints.delete(found[0])
        return ""

    def _listed(self, said: str, point_at: str) -> ItemListContents:
        names = self._context.backends.names
        ordered = sorted(names, key=lambda name: (name in BUILT_IN, names.index(name)))
        return ItemListContents(
            "Endpoints", [self._item(name) for name in ordered], ACTIONS, said=said, point_at=point_at
        )

    def _item(self, name: str) -> Item:
        found, in_use = self._context.backends.described(name), name == self._context.endpoint
        if found is None:
            return Item(name, "built in", BUILT_IN_ABOUT.get(name, ""), in_use)
        config, key = found
        return Item(name, self._detail(config), self._about(config, held=key is not None), in_use)

    def _detail(self, config: EndpointConfig) -> str:
        own = "" if self._endpoints.is_added(config.name) else self._endpoints.origin(config.name)
        return " · ".join(filter(None, (own, summary(config))))

    def _about(self, config: EndpointConfig, *, held: bool) -> str:
        rules = self._context.backends.rules(config.name)
        return described(config, rules.name if rules else "", self._endpoints.origin(config.name), held=held)
