"""The parsed command line as one value."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Literal

from tui_chat.core.quick_dataclass import dataclass

if TYPE_CHECKING:
    from tui_chat.core.settings import Settings

USAGE = 2


@dataclass(frozen=True, slots=True)
class Options:
    """The command line's values. None: not given."""

    command: str = "app"
    config: str | None = None
    data_dir: str | None = None
    endpoint: str | None = None
    url: str | None = None
    key_env: str | None = None
    auth: str | None = None
    dialect: str | None = None
    model: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] | None = None
    system: str | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    reasoning_effort: str | None = None
    prompt_mode: str | None = None
    safe_prompt: bool | None = None
    extra_body: str | None = None
    preset: str | None = None
    # the app
    open: str | None = None
    new: bool = False
    continue_last: bool = False
    private: bool = False
    theme: str | None = None
    # ask
    prompt: str | None = None
    no_stream: bool = False
    json: bool = False
    verbose: bool = False
    conversation: str | None = None
    save: bool = False
    attach: tuple[str, ...] = ()
    events: bool = False
    plain: bool = False
    render: bool = False
    schema: str | None = None
    # serve
    host: str | None = None
    port: int | None = None
    # help and completion
    topic: tuple[str, ...] = ()
    shell: str | None = None
    values: str | None = None
    # the saved conversations
    query: str | None = None
    limit: int | None = None
    order: Literal["newest", "best"] = "newest"
    ids: tuple[str, ...] = ()
    format: str | None = None
    output: str | None = None
    files: tuple[str, ...] = ()
    yes: bool = False
    restore: bool = False
    for_good: bool = False

    @property
    def settings(self) -> Settings:
        from tui_chat.core.settings import NAMES, Settings

        return Settings(**{name: getattr(self, name) for name in NAMES})


def parse(argv: Sequence[str]) -> Options:
    """Parse the arguments. Wrong usage ends the process with 2, --help and --version with 0, as in argparse."""
    if not argv:
        # The app starts without any most of the time, and its first frame waits: argparse is loaded where it is needed.
        return Options()
    from tui_chat.cli.subcommands import build_parser

    found = vars(build_parser().parse_args(list(argv)))
    known = {f.name for f in fields(Options)}
    values = {name: value for name, value in found.items() if name in known and value is not None}
    for name in ("stop", "ids", "files", "attach", "topic"):
        if name in values:
            values[name] = tuple(values[name])
    options = Options(**values)
    problem = _contradiction(options)
    if problem:
        print(f"tui-chat: {problem}\nSee tui-chat --help.", file=sys.stderr)
        raise SystemExit(USAGE)
    return options


def _contradiction(options: Options) -> str | None:
    if options.url and options.endpoint:
        return "--url and --endpoint name two endpoints; give one of them."
    others = {"--open": options.open, "--new": options.new, "--conversation": options.conversation}
    if options.continue_last and (other := next((name for name, value in others.items() if value), None)):
        return f"-c and {other} ask for two conversations; give one of them."
    if options.stop and "" in options.stop:
        return "--stop needs a text that is not empty."
    if options.command == "completion" and options.shell not in ("bash", "zsh", "fish") and options.values is None:
        return "completion needs the name of a shell: bash, zsh or fish."
    if options.events and not options.json:
        return "--events goes with --json."
    if options.json and (look := "--render" if options.render else "--plain" if options.plain else None):
        return f"{look} does not go with --json, which prints one object."
    if options.auth == "entra" and options.key_env:
        return "--key-env names a key, and --auth entra signs in without one; give one of them."
    return None
