"""The options of the model process as a line of JSON."""

from __future__ import annotations

import json
import os
from dataclasses import asdict

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.local.find_model import DEFAULT_CONTEXT

DEFAULT_TEMPERATURE = 0.2
"""llama.cpp's own 0.8 makes so small a model a coin flip: half of its answers to easy questions were wrong."""
TOY_DRY = 0.8
"""How strongly the built-in model is kept from repeating itself (llama.cpp's DRY sampler): it loops otherwise. Other
files are left alone, as code and tables repeat themselves with good reason."""
DEFAULT_MAX_TOKENS = 512
"""A small model loops; an answer without a limit must still end."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """`key` is a secret: it goes through the pipe and nowhere else. `context` and `max_tokens` are in tokens.

    `temperature`, `max_tokens` and `dry` hold where a request does not say otherwise.
    """

    model: str
    key: str
    alias: str
    context: int = DEFAULT_CONTEXT
    threads: int = 1
    temperature: float = DEFAULT_TEMPERATURE
    max_tokens: int = DEFAULT_MAX_TOKENS
    dry: float = 0.0

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> ServerOptions:
        """Parse a line. Raises ValueError or TypeError for anything else."""
        return cls(**json.loads(line))


def threads() -> int:
    """How many threads to compute with: one on machines with two cores or fewer, else half of the cores, at most 8.

    llama.cpp's threads spin while they wait: two of them alongside other work on two cores fell from 80 to 2 tokens
    a second.
    """
    known = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return max(1, min(len(known) // 2, 8))
