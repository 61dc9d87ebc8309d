"""The app in a real browser: headless Chromium, where it is installed (`apt-get install chromium`)."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import tui_chat
from tests.support.rows import row
from tests.waiting import until
from tests.web.browser import CHROMIUM, Browser, Page, chromium
from tests.web.serving import Serving, serving

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
    pytest.mark.skipif(importlib.util.find_spec("textual_serve") is None, reason="the extra web is not installed"),
]

ENTER, ESCAPE = ("Enter", 13), ("Escape", 27)


async def ready(page: Page) -> None:
    """The prompt is there and takes what is typed."""
    await until(lambda: "demo" in page.text() and "╰" in page.text(), 60)
    await until_evaluated(page, "document.activeElement?.tagName", "TEXTAREA")


async def ask(page: Page, text: str) -> None:
    await page.type(text)
    await until(lambda: text in page.text(), 30)
    await page.press(*ENTER)


async def test_the_app_in_a_browser(tmp_path: Path) -> None:
    """One long story, because starting a browser and a server is what takes the time."""
    cut = "--max-tokens=400"  # the long answer takes seconds, and not half a minute
    async with chromium(tmp_path / "chromium") as browser:
        async with serving(tmp_path, cut) as server:
            with row("a wrong token, and none"):
                stranger = await browser.page()
                await stranger.open(f"{server.base}/?token=wrong")
                await until_said(stranger, "not the one that tui-chat serve printed")
                await stranger.open(server.base)
                await until_said(stranger, "Open the address that tui-chat serve printed")
            page = await browser.page()
            await page.open(server.address)
            await ready(page)
            with row("a foreign page"):
                await a_foreign_page_sees_nothing(browser, server)
                await page.call("Page.bringToFront")
            with row("open, ask, read, filter, reload"):
                await open_ask_read_filter_reload(browser, page, server, tmp_path)
            with row("the app has ended, and is started again"):
                # ctrl+q: the app itself ends
                await page.call("Input.dispatchKeyEvent", type="rawKeyDown", key="q", code="KeyQ", modifiers=2,
                                windowsVirtualKeyCode=81)  # fmt: skip
                await until_said(page, "tui-chat has ended")
                await page.evaluate("document.getElementById('again').click()")
                await ready(page)
        with row("the server is gone"):
            await until_said(page, "The connection to tui-chat is gone")


async def stored(home: Path) -> Any:
    """The conversation, once its last answer is whole: the screen is a moment ahead of the disk."""
    async with asyncio.timeout(30):
        while True:
            (kept,) = json.loads(await asyncio.to_thread(exported, home))
            if kept["turns"][-1]["outcome"] != "incomplete":
                return kept


async def open_ask_read_filter_reload(browser: Browser, page: Page, server: Serving, home: Path) -> None:
    assert await page.evaluate("location.href") == f"{server.base}/"
    await ask(page, "[here](https://a.example/x)")
    await until(lambda: "scripted demo" in page.text() and "ready" in header(page), 30)
    await click(page, "▎ here")
    await until(lambda: "Open a.example?" in page.text(), 30)
    await page.press(*ENTER)
    await until_opened(browser, "https://a.example/x")  # here, and not on the machine that serves
    await page.call("Page.bringToFront")
    await nothing_came_from_elsewhere(page, server)

    granted = {"origin": server.base, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    await browser.call("Browser.grantPermissions", granted)
    await until(lambda: "ready" in header(page), 30)
    await page.press("F8", 119)
    await until(lambda: "clipboard" in page.text(), 30)
    assert "**scripted demo**" in await page.evaluate("navigator.clipboard.readText()")

    await ask(page, "block prompt")
    await until(lambda: "Your message was not sent to the model" in page.text(), 30)
    await page.press(*ESCAPE)
    await until(lambda: "Your message was not sent to the model" not in page.text(), 30)

    await ask(page, "long answer")
    await until(lambda: "less than nothing" in page.text(), 30)
    assert "ready" not in header(page)
    await page.call("Page.reload")
    await until(lambda: "ready" in header(page), 90)
    # The same app went on with the answer: nothing of it is missing, and nothing was asked again.
    kept = await stored(home)
    outcomes = [turn["outcome"] for turn in kept["turns"] if turn["role"] == "assistant"]
    assert outcomes == ["complete", "prompt_blocked", "length"]
    assert len(kept["turns"][-1]["text"]) > 1500

    def corners() -> list[int]:
        return [row.find("╮") for row in page.screen.display if "╮" in row]

    await until(lambda: min(corners(), default=0) > 80, 60)
    await page.call("Emulation.setDeviceMetricsOverride", width=500, height=400, deviceScaleFactor=1, mobile=False)
    # Beyond the new edge the old picture stays: the prompt's corner is what comes nearer.
    await until(lambda: 20 < min(corners(), default=0) < 70, 60)
    # A character has another size by now, as after zooming: the last row is in view all the same.
    bottom = "document.querySelector('.xterm-screen').getBoundingClientRect().bottom"
    await until_evaluated(page, f"String({bottom} <= innerHeight)", "true")


async def click(page: Page, words: str) -> None:
    """Click the last letter of these words."""
    rows = page.text().rstrip().split("\n")
    y = next(number for number, row in enumerate(rows) if words in row)
    x = rows[y].index(words) + len(words) - 1
    box = await page.evaluate("document.querySelector('.xterm-screen').getBoundingClientRect().toJSON()")
    at = {
        "x": box["x"] + (x + 0.5) * box["width"] / max(map(len, rows)),
        "y": box["y"] + (y + 0.5) * box["height"] / len(rows),
    }
    for kind in ("mousePressed", "mouseReleased"):
        await page.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)


async def until_opened(browser: Browser, url: str) -> None:
    async with asyncio.timeout(60):
        while True:
            targets = (await browser.call("Target.getTargets", {}))["targetInfos"]
            if url in [target["url"] for target in targets]:
                return
            await asyncio.sleep(0.05)


def header(page: Page) -> str:
    return page.text().partition("\n")[0]


def exported(home: Path) -> str:
    return tui_chat(home, "export").stdout


async def nothing_came_from_elsewhere(page: Page, server: Serving) -> None:
    host = server.base.removeprefix("http://")
    assert page.urls
    assert [url for url in page.urls if f"//{host}/" not in url and not url.startswith(("data:", "about:"))] == []


async def a_foreign_page_sees_nothing(browser: Browser, server: Serving) -> None:
    """The browser has the cookie; a page from another origin is refused all the same."""
    foreign = await browser.page()
    await foreign.open("data:text/html,<p>foreign</p>")
    url = server.base.replace("http:", "ws:")
    tried = f"""new Promise((done) => {{
        const socket = new WebSocket('{url}/session/{"0" * 32}');
        socket.onopen = () => done('open'); socket.onerror = () => done('refused'); }})"""
    assert await foreign.evaluate(tried) == "refused"
    assert await foreign.evaluate(f"fetch('{server.base}/alive').then(() => 'read', () => 'refused')") == "refused"


async def until_said(page: Page, words: str) -> None:
    await until_evaluated(page, "document.body?.innerText ?? ''", words)


async def until_evaluated(page: Page, script: str, wanted: str) -> None:
    """Wait until what the script gives holds this."""
    found = ""
    async with asyncio.timeout(60):
        while wanted not in found:
            found = str(await page.evaluate(script))
            await page.evaluate("new Promise((done) => setTimeout(done, 50))")
