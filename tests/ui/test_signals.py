"""Failures are watched without changing how requests are made."""

from __future__ import annotations

import asyncio
import sys
import threading

import httpx
import pytest

from tui_chat.ui.signals import watch_failures


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_requests_are_answered_whatever_tasks_textual_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    loop, failures = asyncio.get_running_loop(), list[BaseException]()
    handler = loop.get_exception_handler()
    if sys.version_info >= (3, 12):
        loop.set_task_factory(asyncio.eager_task_factory)  # as Textual does
    try:
        watch_failures(failures.append)
        async with await asyncio.start_server(_answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with httpx.AsyncClient(trust_env=False) as client:
                response = await client.get(f"http://127.0.0.1:{port}/")
        assert (response.text, failures) == ("ok", [])
    finally:
        loop.set_task_factory(None)
        loop.set_exception_handler(handler)
