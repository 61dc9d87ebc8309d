"""The fields of a dialect of chat completions: the shape of each `DIALECT` in this folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Literal

from tui_chat.core.endpoint import Auth
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import EFFORTS

Thinking = Literal["left out", "parts", "field"]
"""How a model's thinking goes back to its server with the answer that followed it: not at all; as a part of the
content, as Mistral's `thinking`; or as the field `reasoning_content`, as DeepSeek's."""

ALL_EFFORTS = ("none", *EFFORTS, "xhigh")
"""The words for `reasoning_effort` of OpenAI, Azure, Mistral and OpenRouter (their OpenAPI documents). Which of them a
model takes differs: one that is refused is left out, with a note."""

COMPLETIONS = "/chat/completions"
V1 = "/v1/chat/completions"
NO_VERSION = ""
"""In `Host.versions`: a path that refuses an api-version."""


@dataclass(frozen=True, slots=True)
class Host:
    """How one kind of host is addressed.

    `suffix` matches that host name and everything below it; "" matches a loopback address, then `port` must agree.
    `home` is the path of the chat completions when only the host is given. `ladder` lists the ways in which a key can
    be sent, the usual one first; another is tried once after a 401. `prefixes` are paths that people paste, with the
    path that they mean; a path that matches `bare` says no more than the host. `versions` holds (pattern for a path,
    api-version): added where the URL names none. `routes` holds (pattern for a path, other path of the same host), for
    hosts that serve chat completions under one or the other.
    """

    suffix: str
    home: str = V1
    ladder: tuple[Auth, ...] = ("bearer",)
    port: int | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    versions: tuple[tuple[str, str], ...] = ()
    bare: str | None = None
    routes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The fields that a dialect knows. A name of None means: not known, so never sent.

    `temperature_max` and `stop_max` (None: no limit) are what the server accepts at most. `efforts` and `prompt_modes`
    are the words that it takes for `reasoning_effort` and `prompt_mode`, from little to much; none: the field is not
    known. `safe_prompt` says whether that field is known. `stream_options` says whether usage has to be asked for in a
    stream, and may be. `prefix` is true where an assistant turn at the end of the list is to be marked as the beginning
    of the answer; `continues`, whether one at the end is continued instead of being answered. `completion_tokens`
    matches the models that take `max_completion_tokens` instead of `max_tokens`. `json_schema` is true where
    `response_format` is known to hold an answer to a JSON schema. `thinking` says how the model's thinking is sent
    back. `at` gives the rules for an address, where they differ from one to the next.
    """

    name: str
    hosts: tuple[Host, ...] = ()
    seed: str | None = "seed"
    stop: str | None = "stop"
    stop_max: int | None = None
    temperature_max: float = 2.0
    seed_min: int | None = None
    efforts: tuple[str, ...] = EFFORTS
    prompt_modes: tuple[str, ...] = ()
    safe_prompt: bool = False
    stream_options: bool = False
    prefix: bool = False
    continues: bool = False
    completion_tokens: str = "(?!)"
    json_schema: bool = False
    thinking: Thinking = "left out"
    at: Callable[[str], Rules] | None = None
