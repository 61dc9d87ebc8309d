"""`tui-chat models`: lists an endpoint's chat models, one per line."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from tui_chat.cli import output
from tui_chat.cli.exit_codes import CONFIGURATION
from tui_chat.cli.options import Options
from tui_chat.client.backend import Listing
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.render.sanitize import safe_line

if TYPE_CHECKING:
    from tui_chat.cli.wiring import Wired
    from tui_chat.wire.model_list import Model

LISTED, FAILED = 0, 1

DEPLOYABLE = "These can be deployed. --model takes the name of a deployment: the portal has them under Deployments."


def run_models(options: Options) -> int:
    """List the models of the chosen endpoint; returns the exit code."""
    from tui_chat.cli.wiring import wire

    output.prepare()
    wired = wire(options)
    if isinstance(wired, ServerError):
        return _refused(wired)
    for problem in (*wired.configuration.problems, *wired.notes):
        output.note(str(problem))
    found = asyncio.run(_asked(wired))
    if isinstance(found, ServerError):
        return _refused(found)
    if any(model.deployable for model in found):
        output.note(DEPLOYABLE)
    if options.json:
        return output.write([json.dumps([_object(model) for model in found], ensure_ascii=False, indent=2) + "\n"])
    if not found:
        output.note(f"The endpoint {safe_line(wired.choice.name)} lists no model for chat.")
    width = output.columns()
    names = max((len(safe_line(model.id)) for model in found), default=0)
    return output.write(output.fitted(_line(model, names), width) + "\n" for model in found)


async def _asked(wired: Wired) -> tuple[Model, ...] | ServerError:
    try:
        backend = wired.backends.get(wired.choice.name)
        if isinstance(backend, Listing):
            return await backend.models()
        name = wired.choice.name
        return ServerError(ErrorKind.NOT_FOUND, f"The endpoint {name} is built in and has no list of models.")
    finally:
        await wired.backends.aclose()


def _line(model: Model, names: int) -> str:
    """`mistral-small-2506   context 131072   also mistral-small-latest`."""
    from tui_chat.wire.model_list import in_words

    return f"{safe_line(model.id):<{names}}  {safe_line(in_words(model))}".rstrip()


def _object(model: Model) -> dict[str, object]:
    price = None if model.price is None else {"input": model.price.input, "output": model.price.output}
    return {
        "id": model.id,
        "context": model.context,
        "output": model.output,
        "capabilities": list(model.capabilities),
        "aliases": list(model.aliases),
        "retires": model.retires,
        "replaced_by": model.replaced_by,
        "preview": model.preview,
        "deployed": model.deployed,
        "deployable": model.deployable,
        "price": price and price | {"currency": "USD"},
    }


def _refused(error: ServerError) -> int:
    output.note(error.message)
    if error.hint:
        output.note(error.hint)
    return CONFIGURATION if error.kind is ErrorKind.CONFIGURATION else FAILED
