"""Runs slash commands in the app. Their names and help are in core/slash_commands.py."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import TYPE_CHECKING

from tui_chat.core.slash_commands import SLASH_COMMANDS
from tui_chat.engine.user_paths import is_file
from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.file_dialog import typed_path

if TYPE_CHECKING:
    from tui_chat.ui.controllers import Controllers
    from tui_chat.ui.widget_messages import SlashInvoked

Handler = Callable[["Controllers", str], "Awaitable[object] | object"]
"""Does something with what follows the name. A text that it returns says why nothing was done."""


async def _open(controllers: Controllers, words: str) -> str | None:
    """A file of this name comes before a conversation with these words."""
    if await asyncio.to_thread(is_file, typed_path(words)):
        await controllers.files.open_named(words)
        return None
    return await controllers.library.open_named(words)


WITH_ARGUMENT: Mapping[str, Handler] = {
    "help": lambda c, words: c.manual.open_about(words),
    "compare": lambda c, text: c.compare.compare(text),
    "open": lambda c, words: _open(c, words),
    "find": lambda c, words: c.find.find(words),
    "model": lambda c, name: c.endpoints.use_model(name, c.palette.model_lists),
    "endpoint": lambda c, name: c.endpoint_list.use(name),
    "set": lambda c, text: c.settings.set_typed(text),
    "system": lambda c, text: c.system_prompts.set_typed(text),
    "preset": lambda c, name: c.presets.use_named(name),
    "attach": lambda c, path: c.attaching.attach_named(path),
    "save": lambda c, path: c.files.save_to(path),
    "tag": lambda c, words: c.library.actions.tag_open(words),
    "theme": lambda c, name: c.theme_named(name),
    "history": lambda c, words: c.prompt_history.search(words),
}

ALONE: Mapping[str, Handler] = {
    "system": lambda c, _: c.settings.set_typed("system"),
    **{
        command.name: lambda c, _, name=command.name: c.slash.choose(name)  # type: ignore[misc]
        for command in SLASH_COMMANDS
        if not command.is_whole
    },
    "history": lambda c, _: c.prompt_history.search(),
}
"""Names that are no command of the table by themselves."""

BY_COMMAND = {command.name: command.command for command in SLASH_COMMANDS}


def invoke(controllers: Controllers, call: SlashInvoked) -> None:
    """Run a command. What was typed comes back where it did nothing."""
    controllers.slash.begun(call.typed)
    handler = (WITH_ARGUMENT if call.argument else ALONE).get(call.name) or _by_id(BY_COMMAND[call.name])
    done = handler(controllers, call.argument)
    if isawaitable(done):
        controllers.jobs.run(_finish(controllers, call, done))
    else:
        _report(controllers, call, done)


def _by_id(name: str) -> Handler:
    run = BY_ID[name].run
    assert run is not None
    return lambda c, _: run(c)


async def _finish(controllers: Controllers, call: SlashInvoked, work: Awaitable[object]) -> None:
    _report(controllers, call, await work)


def _report(controllers: Controllers, call: SlashInvoked, result: object) -> None:
    if isinstance(result, str):
        controllers.slash.refuse(call.typed, result)
