"""Gets an endpoint's API key from the environment, a command or the keyring. A key never appears in a repr or an
error."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tui_chat.client.key_command import KeyCommandError, run_key_command
from tui_chat.client.keyring_store import UNLOCK_SECONDS, Load, installed, unhurried
from tui_chat.core.endpoint import KEYRING_SERVICE, EndpointConfig
from tui_chat.core.message import ErrorKind, ServerError

if TYPE_CHECKING:
    from tui_chat.wire.entra import SignedIn
    from tui_chat.wire.key_command_output import PrintedKey

COMMAND_TIMEOUT = 30.0
"""Seconds for a key command: enough to touch a hardware token, and an end for one that waits for a password."""

COMMAND_LIFETIME = 30 * 60.0
"""Seconds after which a command is run again: its output may be a token that expires."""

COMMAND_MARGIN = 120.0
"""Seconds before a token's expiry, as printed by the command, at which the command is run again."""


class KeySource(Protocol):
    """Returns the key on request: None if there is none, an error if there should be one."""

    async def get(self, *, fresh: bool = False) -> str | ServerError | None:
        """The key, trimmed. `fresh` asks again after a 401 instead of answering from memory."""
        ...


@runtime_checkable
class SignIn(KeySource, Protocol):
    """A source of tokens for one audience, which a server may name, for the signed-in account."""

    @property
    def signed_in(self) -> tuple[SignedIn, float] | None:
        """Who is signed in, and until when in Unix time; None before the first token."""
        ...

    def aim(self, scope: str | None, claims: str | None = None) -> None:
        """Request tokens for another scope from now on; None: the alternative one that the server may want.

        `claims` are those the server requires of the next token, as JSON.
        """
        ...


def key_source(config: EndpointConfig, environ: Mapping[str, str] | None = None) -> KeySource:
    """The source of an endpoint's key: its configuration, or a sign-in if `auth` is "entra"."""
    if config.auth != "entra":
        return ConfiguredKey(config, environ)
    from tui_chat.client.entra import EntraToken
    from tui_chat.wire.entra import other_scope, scope_for
    from tui_chat.wire.resolve_endpoint import Endpoint, resolve

    if config.scope is not None:
        return EntraToken(config.scope, fixed=True)
    endpoint = resolve(config, None)
    scope = scope_for(endpoint.url if isinstance(endpoint, Endpoint) else config.url)
    return EntraToken(scope, other=other_scope(scope))


class FixedKey:
    """A known key, such as that of a server that this program started."""

    def __init__(self, key: str | None) -> None:
        self._key = key.strip() or None if key else None

    async def get(self, *, fresh: bool = False) -> str | None:
        return self._key

    def __repr__(self) -> str:
        return f"FixedKey({'…' if self._key else None})"


class ConfiguredKey:
    """The key as configured: `api_key_env`, `api_key_command` or `api_key_keyring`."""

    def __init__(
        self,
        config: EndpointConfig,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        load_keyring: Load = installed,
    ) -> None:
        self._load_keyring = load_keyring
        self._config = config
        self._environ = os.environ if environ is None else environ
        self._clock = clock
        self._kept: tuple[str, float] | None = None
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"ConfiguredKey({self._config.name!r})"

    async def get(self, *, fresh: bool = False) -> str | ServerError | None:
        config = self._config
        if config.api_key_env:
            return _from_environment(config.name, config.api_key_env, self._environ)
        if config.api_key_command:
            return await self._from_memory(config.api_key_command, fresh=fresh)
        if config.api_key_keyring:
            return await _from_keyring(config.name, config.api_key_keyring, self._load_keyring)
        return None

    async def _from_memory(self, command: tuple[str, ...], *, fresh: bool) -> str | ServerError:
        async with self._lock:  # two conversations that start together ask for one touch of the token, not two
            if not fresh and self._kept is not None and self._clock() < self._kept[1]:
                return self._kept[0]
            found = await _from_command(self._config.name, command)
            if isinstance(found, ServerError):
                self._kept = None
                return found
            lasts = COMMAND_LIFETIME
            if found.expires is not None:
                lasts = min(lasts, found.expires - time.time() - COMMAND_MARGIN)
            self._kept = (found.key, self._clock() + lasts)
            return found.key


def _refuse(message: str, hint: str) -> ServerError:
    return ServerError(ErrorKind.CONFIGURATION, message, hint=hint)


def _from_environment(name: str, variable: str, environ: Mapping[str, str]) -> str | ServerError:
    key = environ.get(variable, "").strip()
    if key:
        return key
    state = "is empty" if variable in environ else "is not set"
    return _refuse(
        f"{variable} {state}: this environment variable should hold the key for the endpoint {name}.",
        f"Set {variable} and start again, or name another variable as api_key_env of the endpoint.",
    )


async def _from_command(name: str, command: tuple[str, ...]) -> PrintedKey | ServerError:
    from tui_chat.wire.key_command_output import printed_key

    try:
        found = printed_key(await run_key_command(command, COMMAND_TIMEOUT), time.time())
    except KeyCommandError as problem:
        change = f"Run it by hand to see why, or change api_key_command of the endpoint {name}."
        return _refuse(str(problem), change)
    if isinstance(found, str):
        alone = "Have it print the key alone, as az does with --query accessToken --output tsv."
        return _refuse(f"The key command {command[0]} {found}.", alone)
    return found


async def _from_keyring(name: str, service: str, load: Load) -> str | ServerError:
    """The password stored for (service, "tui-chat"), or for the endpoint's own name as user.

    Under our own service the user is always an endpoint's name, so an endpoint called tui-chat gets no other's key.
    """
    users = (name,) if service == KEYRING_SERVICE else (KEYRING_SERVICE, name)
    try:
        ring = await unhurried(load, UNLOCK_SECONDS)
        found = await unhurried(
            lambda: next(filter(None, (ring.get_password(service, user) for user in users)), None), UNLOCK_SECONDS
        )
    except ImportError:
        return _refuse(
            f"The key for the endpoint {name} should come from the keyring, which is not installed.",
            "Install tui-chat with its extra keyring, or use api_key_env.",
        )
    except Exception as problem:  # a keyring is a plug-in: what it raises is not documented
        return _refuse(
            f"The keyring could not be read for {service}: {type(problem).__name__}.",
            "Unlock the keyring and try again, or use api_key_env.",
        )
    return (found or "").strip() or _refuse(
        f"The keyring holds no key for {service}.", f"Store one with: keyring set {service} {users[0]}"
    )
