"""What a fault is: a server's script, and what a client that tells the truth makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.server import Script, Server
from tui_chat.core.message import ErrorKind, Outcome
from tui_chat.core.reply import Reply


@dataclass(frozen=True)
class Fault:
    """`within` is in seconds. `attempts` None is any number. `also` looks at whatever else matters."""

    group: str
    name: str
    script: Script
    outcome: Outcome
    text: str = ""
    kind: ErrorKind | None = None
    attempts: int | None = 1
    within: float = 2.0
    config: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    stream: bool = True
    also: Callable[[Reply, Server], bool] = lambda reply, server: True

    def __str__(self) -> str:
        return f"{self.group}-{self.name}"
