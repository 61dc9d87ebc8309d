"""Where keys come from, and that none of them ever shows itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.client.asking import QUICK, ask
from tests.faults.server import HELLO, Wire, serve
from tui_chat.client import keys as module
from tui_chat.client.http import HttpBackend
from tui_chat.client.keys import COMMAND_LIFETIME, ConfiguredKey, FixedKey
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
    assert "AZURE_MISTRAL_KEY, which is not set" in missing.message
    assert "AZURE_MISTRAL_KEY" in (missing.hint or "")
    assert "which is empty" in (await refused(source({"K": " \n"}, api_key_env="K"))).message


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
        config = EndpointConfig("e", server.url, api_key_command=python(code), timeouts=QUICK)
        client = HttpBackend(config, environ={})
        assert (await ask(client)).reply.attempts == 2
        assert (await ask(client)).reply.attempts == 1
        await client.aclose()
    assert [r.headers["authorization"][-1] for r in server.requests] == ["1", "2", "2"]
