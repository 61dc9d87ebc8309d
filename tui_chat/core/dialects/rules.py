"""The fields of a dialect of chat completions: the shape of each `DIALECT` in this folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Literal

from tui_chat.core.endpoint import Auth
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import EFFORTS

Thinking = Literal["left out", "parts", "field"]
"""How a model's thinking is sent back with the answer that followed it: not at all; as a content part, as Mistral's
`thinking`; or as the field `reasoning_content`, as DeepSeek's."""

ALL_EFFORTS = ("none", *EFFORTS, "xhigh")
"""The words for `reasoning_effort` of OpenAI, Azure, Mistral and OpenRouter (their OpenAPI documents). Models differ in
which they accept: a rejected one is left out, with a note."""

COMPLETIONS = "/chat/completions"
V1 = "/v1/chat/completions"
NO_VERSION = ""
"""In `Host.versions`: a path that rejects an api-version."""


@dataclass(frozen=True, slots=True)
class Host:
    """How one kind of host is addressed.

    `suffix` matches that host name and everything below it; "" matches a loopback address, then `port` must agree.
    `home` is the path of the chat completions if only the host is given. `ladder` lists the ways of sending a key, the
    usual one first; another is tried once after a 401. `prefixes` maps paths that people paste to the paths that they
    mean; a path that matches `bare` says no more than the host. `versions` holds (path pattern, api-version): added if
    the URL has none. `routes` holds (path pattern, other path of the same host), for hosts that serve chat completions
    under one or the other.
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
    """The fields of a dialect. A name of None means unknown, so never sent.

    `temperature_max` and `stop_max` (None: no limit) are the server's maximums. `efforts` and `prompt_modes` are the
    words for `reasoning_effort` and `prompt_mode`, from little to much; empty: the field is unknown. `safe_prompt`:
    that field is known. `stream_options`: usage has to be requested in a stream, and may be. `prefix`: an assistant
    turn at the end is marked as the beginning of the answer; `continues`: one at the end is continued rather than
    replied to. `completion_tokens` matches the models that take `max_completion_tokens` instead of `max_tokens`.
    `json_schema`: `response_format` can hold an answer to a JSON schema. `thinking` says how the model's thinking is
    sent back. `at` returns the rules for an address, if they differ between addresses.
    """

    name: str
    hosts: tuple[Host, ...] = ()
    seed: str | None = "seed"
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
