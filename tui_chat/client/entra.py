"""Signs in with Entra ID, using azure-identity's DefaultAzureCredential, and renews the token before it expires.

The library is an extra, slow to import, and starts programs such as `az`. It is therefore loaded and called in a thread
that neither the event loop nor the end of the program waits for.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any, Protocol

from tui_chat.client.keyring_store import unhurried
from tui_chat.core.message import ServerError
from tui_chat.wire.entra import SignedIn, Token, signed_in
from tui_chat.wire.errors.sign_in import MISSING, explain_sign_in, late

SIGN_IN_SECONDS = 60.0
"""Seconds for one token: the library tries one way after the other, some for ten seconds each."""

RENEW_BEFORE = 300.0
"""Seconds before its expiry at which a token is renewed, as Azure's own libraries do."""


class Credential(Protocol):
    """The part of azure-identity's credentials that is used."""

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """An object with `token` and `expires_on`. `claims` is an option."""
        ...

    def close(self) -> None: ...


Load = Callable[[], Credential]
"""Creates a credential; raises ImportError if the library is not installed."""


def default_credential() -> Credential:
    """DefaultAzureCredential: environment, managed identity, then the account signed in with az, PowerShell or azd."""
    for name in ("azure", "msal"):  # without a handler, Python prints their warnings onto our screen
        if not logging.getLogger(name).hasHandlers():
            logging.getLogger(name).addHandler(logging.NullHandler())
    made: Credential = importlib.import_module("azure.identity").DefaultAzureCredential()
    return made


class EntraToken:
    """The key of an endpoint with `auth = "entra"`; implements `SignIn`.

    `scope` is the audience of the token, `other` an alternative. `fixed`: the user chose the scope, and no server
    changes it.
    """

    def __init__(
        self,
        scope: str,
        load: Load = default_credential,
        clock: Callable[[], float] = time.time,
        other: str | None = None,
        *,
        fixed: bool = False,
    ) -> None:
        self._scope = scope
        self._other = other
        self._fixed = fixed
        self._claims: str | None = None
        """The claims that a server demands of the next token."""
        self._load = load
        self._clock = clock
        self._kept: Token | None = None
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"EntraToken({self._scope!r})"

    @property
    def signed_in(self) -> tuple[SignedIn, float] | None:
        """Who is signed in, and until when in Unix time; None before the first token."""
        return None if self._kept is None else (signed_in(self._kept.value), self._kept.expires)

    async def get(self, *, fresh: bool = False) -> str | ServerError:
        async with self._lock:  # conversations that start together sign in once
            left = 0.0 if self._kept is None else self._kept.expires - self._clock()
            if self._kept is not None and not fresh and left > RENEW_BEFORE:
                return self._kept.value
            got = await self._asked()
            if isinstance(got, Token):
                self._kept = got
            elif self._kept is not None and not fresh and left > 0:
                return self._kept.value  # still valid: the next request tries again
            return got.value if isinstance(got, Token) else got

    def aim(self, scope: str | None, claims: str | None = None) -> None:
        """Request tokens for another scope from now on: the one the server named, else the alternative. A server that
        names claims accepts the audience."""
        self._claims = claims
        wanted = None if self._fixed or claims else scope or self._other
        if wanted is not None and wanted != self._scope:
            self._scope, self._other, self._kept = wanted, self._scope if self._other else None, None

    async def _asked(self) -> Token | ServerError:
        claims, self._claims = self._claims, None  # once: later tokens have them by the policy
        try:
            return await unhurried(partial(self._token, claims), SIGN_IN_SECONDS)
        except ImportError:
            return MISSING
        except TimeoutError:
            return late(SIGN_IN_SECONDS)
        except Exception as problem:  # of the library, or of a plug-in of its: what they raise is not documented
            return explain_sign_in(str(getattr(problem, "message", "") or problem), self._scope)

    def _token(self, claims: str | None) -> Token:
        """Runs in a thread. A credential is used once: a kept one would hold connections, and rejected tokens."""
        with closing(self._load()) as credential:
            # The claims go to the credential as they are: az and PowerShell say how to sign in with them.
            options = {"claims": claims, "enable_cae": True} if claims else {}
            found = credential.get_token(self._scope, **options)
            return Token(str(found.token), float(found.expires_on))
