"""Where keys come from, and that none of them ever shows itself."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.client.asking import PATIENT, ask
from tests.faults.server import HELLO, Wire, serve
from tests.waiting import until
from tui_chat.client import api_key as module
from tui_chat.client.api_key import COMMAND_LIFETIME, ConfiguredKey, FixedKey
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, Outcome, ServerError

KEY = "topsecret-0123456789"


def source(environ: dict[str, str] | None = None, clock: Any = lambda: 0.0, **config: Any) -> ConfiguredKey:
    return ConfiguredKey(EndpointConfig("azure", "https://h", **config), environ or {}, clock)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


async def refused(keys: ConfiguredKey) -> ServerError:
    problem = await keys.get()
    assert isinstance(problem, ServerError)
    assert problem.kind is ErrorKind.CONFIGURATION
    assert problem.hint
    assert KEY not in repr(problem)
    return problem


async def test_none_is_configured() -> None:
    assert await source().get() is None


async def test_the_environment() -> None:
    assert await source({"K": f"  {KEY}\r\n"}, api_key_env="K").get() == KEY
    missing = await refused(source({}, api_key_env="AZURE_MISTRAL_KEY"))
    assert "AZURE_MISTRAL_KEY is not set" in missing.message
    assert "AZURE_MISTRAL_KEY" in (missing.hint or "")
    assert "K is empty" in (await refused(source({"K": " \n"}, api_key_env="K"))).message


async def test_a_command_is_remembered_until_it_is_old_or_refused(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = f"p = open({str(log)!r}, 'a+'); p.write('x'); p.seek(0); print(' {KEY}', len(p.read()))"
    now = [0.0]
    keys = source(clock=lambda: now[0], api_key_command=python(code))
    assert await keys.get() == f"{KEY} 1"
    assert await keys.get() == f"{KEY} 1"
    assert await keys.get(fresh=True) == f"{KEY} 2"
    now[0] = COMMAND_LIFETIME + 1
    assert await keys.get() == f"{KEY} 3"
    assert KEY not in repr(keys)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("/does/not/exist",), "could not be started"),
        (("",), "could not be started"),
        (("a\0b",), "could not be started"),
        (python(f"import sys; print('{KEY}'); print('{KEY}', file=sys.stderr); sys.exit(3)"), "exit code 3"),
        (python("pass"), "printed nothing"),
        (python("print('   ')"), "printed nothing"),
    ],
)
async def test_a_command_that_gives_no_key(command: tuple[str, ...], says: str) -> None:
    assert says in (await refused(source(api_key_command=command))).message


async def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COMMAND_TIMEOUT", 0.2)
    hanging = source(api_key_command=python("import time; time.sleep(60)"))
    assert "did not end" in (await refused(hanging)).message


async def test_a_command_that_prints_a_token_with_its_end_is_run_again_before(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = (
        f"import json, time; p = open({str(log)!r}, 'a+'); p.write('x'); p.seek(0)\n"
        f"print(json.dumps({{'accessToken': '{KEY}-' + p.read(), 'expires_on': int(time.time()) + 600}}))"
    )
    now = [0.0]
    keys = source(clock=lambda: now[0], api_key_command=python(code))
    assert await keys.get() == f"{KEY}-x"
    now[0] = 400
    assert await keys.get() == f"{KEY}-x"
    now[0] = 600 - module.COMMAND_MARGIN + 1
    assert await keys.get() == f"{KEY}-xx"


async def test_a_command_that_prints_json_without_a_token_is_explained() -> None:
    problem = await refused(source(api_key_command=python('print(\'{"tenant": "t"}\')')))
    assert "printed JSON without a token in it (its fields: tenant)" in problem.message
    assert "--query accessToken" in (problem.hint or "")


def sh(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


async def test_a_flood_is_no_key() -> None:
    assert "more than 64 KiB" in (await refused(source(api_key_command=("yes",)))).message
    long = source(api_key_command=sh("head -c 65000 /dev/zero | tr '\\0' y"))
    assert isinstance(key := await long.get(), str)
    assert len(key) == 65_000


async def test_what_a_command_leaves_running_holds_up_nothing_and_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "pid"
    keys = source(api_key_command=sh(f"sleep 100 & echo $! > {log}; echo {KEY}"))
    assert await keys.get() == KEY
    await ended(int(log.read_text()))


async def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMMAND_TIMEOUT", 0.3)
    log = tmp_path / "pid"
    keys = source(
        api_key_command=sh(f"trap '' TERM; (trap '' TERM; sleep 100) & echo $! > {log}; sleep 100; sleep 100")
    )
    assert "did not end within 0.3 seconds" in (await refused(keys)).message
    await ended(int(log.read_text()))


async def test_cancelling_ends_the_command(tmp_path: Path) -> None:
    log = tmp_path / "pid"
    asking = asyncio.ensure_future(source(api_key_command=sh(f"echo $$ > {log}; exec sleep 100")).get())
    await until(lambda: log.exists() and log.read_text().strip(), 30)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await ended(int(log.read_text()))


async def ended(pid: int) -> None:
    """The process is gone, or only its exit code is left for somebody else to take."""

    def gone() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):  # the second while it goes
            return True

    await until(gone, 30)


async def test_a_command_has_neither_the_terminal_nor_an_input() -> None:
    code = "import os, sys; print(os.getsid(0) == os.getpid(), sys.stdin.read() == '', os.path.realpath('/dev/fd/0'))"
    assert await source(api_key_command=python(code)).get() == "True True /dev/null"


async def test_an_error_quotes_what_the_command_complained_about() -> None:
    key = "sk-proj-Zx81Kq0dLm93TnVb27Hs"
    script = f"echo {KEY}; printf '\\033[31mno key %s or {key} for \\000 you\\n' {KEY} >&2; yes >&2 & exit 3"
    message = (await refused(source(api_key_command=sh(script)))).message
    assert "failed with exit code 3. It said: " in message
    assert "no key" in message
    assert key not in message
    assert "\x1b" not in message
    assert len(message) < 500


class Ring:
    def __init__(self, held: dict[tuple[str, str], str], error: Exception | None = None) -> None:
        self.held, self.error = held, error

    def get_password(self, service: str, user: str) -> str | None:
        if self.error:
            raise self.error
        return self.held.get((service, user))


async def test_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = source(api_key_keyring="llm")
    monkeypatch.setitem(sys.modules, "keyring", Ring({("llm", "tui-chat"): f"{KEY}\n"}))
    assert await keys.get() == KEY
    monkeypatch.setitem(sys.modules, "keyring", Ring({("llm", "azure"): KEY}))
    assert await keys.get() == KEY
    monkeypatch.setitem(sys.modules, "keyring", Ring({}))
    assert "holds no key for llm" in (await refused(keys)).message
    monkeypatch.setitem(sys.modules, "keyring", Ring({}, RuntimeError(KEY)))
    assert "could not be read" in (await refused(keys)).message
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "not installed" in (await refused(keys)).message


async def test_a_fixed_key() -> None:
    assert await FixedKey(f" {KEY} ").get() == KEY
    assert await FixedKey("  ").get(fresh=True) is None
    assert KEY not in repr(FixedKey(KEY))


async def test_a_missing_key_is_an_answer_that_says_so() -> None:
    client = HttpBackend(EndpointConfig("azure", "http://127.0.0.1:9", api_key_env="NO_SUCH"), environ={})
    asked = await ask(client)
    assert asked.reply.outcome is Outcome.FAILED
    assert asked.reply.attempts == 0
    assert asked.reply.error is not None
    assert asked.reply.error.kind is ErrorKind.CONFIGURATION


async def test_an_expired_token_is_fetched_anew(tmp_path: Path) -> None:
    """The command runs again after a 401, and what it prints then is what goes out from then on."""
    log = tmp_path / "log"
    code = (
        f"p = open({str(log)!r}, 'a'); p.write('x'); p.close(); print('token', len(open({str(log)!r}).read()), sep='-')"
    )

    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.headers["authorization"] == "Bearer token-1":
                await wire.reply(401, b'{"message": "expired"}')
            else:
                await wire.stream(*HELLO)

    async with serve(script) as server:
        config = EndpointConfig("e", server.url, api_key_command=python(code), timeouts=PATIENT)
        client = HttpBackend(config, environ={})
        assert (await ask(client)).reply.attempts == 2
        assert (await ask(client)).reply.attempts == 1
        await client.aclose()
    assert [r.headers["authorization"][-1] for r in server.requests] == ["1", "2", "2"]
