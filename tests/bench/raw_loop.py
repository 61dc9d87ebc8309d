"""A yardstick: the least that shows a streamed answer, httpx's lines to standard output.

    python tests/bench/raw_loop.py URL

Each line of standard input is a prompt.
"""

from __future__ import annotations

import asyncio
import json
import sys

import httpx


async def ask(client: httpx.AsyncClient, url: str, prompt: str) -> None:
    body = {"model": "bench", "messages": [{"role": "user", "content": prompt}], "stream": True}
    async with client.stream("POST", f"{url}/chat/completions", json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    sys.stdout.write(choice["delta"].get("content", ""))
                    sys.stdout.flush()


async def main() -> None:
    async with httpx.AsyncClient(timeout=600) as client:
        print("ready", flush=True)
        while prompt := await asyncio.to_thread(sys.stdin.readline):
            await ask(client, sys.argv[1], prompt.strip())


if __name__ == "__main__":
    asyncio.run(main())
