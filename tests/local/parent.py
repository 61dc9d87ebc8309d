"""Starts the model as the program does, tells its process number, and waits to be killed."""

from __future__ import annotations

import asyncio

from tui_chat.local.find_model import find_model
from tui_chat.local.process import ModelProcess


async def main() -> None:
    process = ModelProcess(model) if (model := find_model()) else None
    assert process
    loading = asyncio.create_task(process.ready())
    while process.pid is None:  # noqa: ASYNC110  (there is no event for it)
        await asyncio.sleep(0)
    print(process.pid, flush=True)
    print(await loading, flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
