"""A keyring in memory, as the library `keyring` offers one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tui_chat.client.keyring_store import KeyringStore, working_key_store


class Ring:
    """Holds what is stored, unless it is broken."""

    priority = 5.0

    def __init__(self, *, broken: bool = False) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self._broken = broken

    def get_keyring(self) -> Ring:
        return self

    def get_password(self, service: str, user: str) -> str | None:
        return self.held.get((service, user))

    def set_password(self, service: str, user: str, key: str) -> None:
        if self._broken:
            raise RuntimeError(key)
        self.held[service, user] = key

    def delete_password(self, service: str, user: str) -> None:
        del self.held[service, user]


def holding(ring: Ring) -> Callable[[], Awaitable[KeyringStore | None]]:
    return lambda: working_key_store(lambda: ring)
