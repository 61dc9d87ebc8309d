"""What is made with light imports works like anything else, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CERTS = Path(__file__).parents[2] / "faults" / "certs"

TLS = """
from tui_chat.ui.textual_fixes.light_imports import light_imports
with light_imports():
    import asyncio, textual.app
import ssl, subprocess, sys

async def main():
    trusted = ssl.create_default_context(cafile=sys.argv[1])
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(sys.argv[1])
    async def answer(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()
    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=own) as server:
        host, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port, ssl=trusted)
        writer.write(b"over TLS\\n")
        print((await reader.readline()).decode().strip())
        writer.close()
    child = await asyncio.create_subprocess_exec(sys.executable, "-Sc", "print(5)", stdout=asyncio.subprocess.PIPE)
    print((await child.communicate())[0].decode().strip())

asyncio.run(main())
"""


def test_tls_and_programs_of_asyncio_are_as_ever() -> None:
    command = [sys.executable, "-c", TLS, str(CERTS / "good.pem")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.split("\n")[:2], done.stderr) == (["over TLS", "5"], "")


def test_each_late_module_is_one_for_which_something_stands() -> None:
    """With a version of Python, Rich or Textual that imports another name, the module is loaded after all."""
    script = (
        "from tui_chat.ui.textual_fixes.light_imports import LATE, light_imports\n"
        "import sys\n"
        "with light_imports():\n import asyncio, textual.app, textual.widgets, textual.drivers.linux_driver\n"
        "print(*(name for name in LATE if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == []


def test_what_is_imported_later_goes_with_it() -> None:
    script = (
        "from tui_chat.ui.textual_fixes.light_imports import light_imports\n"
        "with light_imports():\n import textual.app, textual.widgets\n"
        "import textual.command, textual.system_commands, rich.table, rich.traceback, rich.syntax\n"
        "for name in textual.widgets.__all__: getattr(textual.widgets, name)"
    )
    subprocess.run([sys.executable, "-c", script], timeout=60, check=True)


def test_no_class_of_textual_is_compiled_before_it_is_used() -> None:
    script = (
        "from tui_chat.ui.textual_fixes.light_imports import light_imports\n"
        "with light_imports():\n from textual.binding import Binding\n"
        "print(Binding.__init__.__code__.co_filename); Binding('a', 'b'); print(Binding.__init__.__code__.co_filename)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert [Path(line).name for line in done.stdout.split()] == ["quick_dataclass.py", "<string>"]
