"""Reads the user's texts next to `config.toml`: prompt templates, `prompts/NAME.md`, each a slash command of its name,
and system prompts, `system/NAME.md`."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterable
from pathlib import Path

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import SIGN, SLASH_COMMANDS
from tui_chat.regular_file import read_regular_file

FOLDER, SYSTEM_FOLDER = "prompts", "system"
SUFFIX = ".md"
LARGEST = 256 * 1024
"""Bytes of a template: a hand-written text that is inserted as a whole."""

MOST = 500
"""Templates that are read; a folder with more was named by mistake."""

_NAME = lazy_pattern(r"[^\W_][\w-]{0,59}")

_TAKEN = tuple(command.name for command in SLASH_COMMANDS)

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    name: str
    text: str

    @property
    def first_line(self) -> str:
        """The description in lists."""
        return next((line.strip("# \t") for line in self.text.splitlines() if line.strip("# \t")), "an empty template")


class PromptTemplates:
    """The templates of a folder, read on first use, and again when a file has changed.

    Use it from one thread at a time. `taken` are names that templates cannot have; `noun` is what one is called, with
    the folder, and `sign` is typed before its name.
    """

    def __init__(
        self, folder: Path, taken: Iterable[str] = _TAKEN, *, noun: str = "template prompts", sign: str = SIGN
    ) -> None:
        self._folder = folder
        self._noun, self._sign = noun, sign
        self._taken = frozenset(taken)
        self._stamp: Stamp | None = None
        self._found: dict[str, PromptTemplate] = {}
        self._problems: tuple[str, ...] = ()
        self._said: set[str] = set()

    @property
    def folder(self) -> Path:
        """The folder, whether or not it exists."""
        return self._folder

    def read(self) -> dict[str, PromptTemplate]:
        """The templates by name, reloaded if files have changed; unusable ones are left out, and are problems."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            self._found, self._problems = self._read(Path(self._folder, name) for name, _, _ in stamp)
        return self._found

    def news(self) -> tuple[str, ...]:
        """Problems found and not reported yet, a sentence or two each: each is reported once."""
        new = tuple(problem for problem in self._problems if problem not in self._said)
        self._said.update(new)
        return new

    def _look(self) -> Stamp:
        """The templates' names and stamps, without reading the files. A missing or unreadable folder has none."""
        try:
            paths = sorted(path for path in self._folder.iterdir() if path.suffix.lower() == SUFFIX)[:MOST]
        except (OSError, ValueError):
            return ()
        return tuple(_stamped(path) for path in paths if not path.name.startswith("."))

    def _read(self, paths: Iterable[Path]) -> tuple[dict[str, PromptTemplate], tuple[str, ...]]:
        found: dict[str, PromptTemplate] = {}
        problems: list[str] = []
        for path in paths:
            template = self._template(path, found)
            if isinstance(template, str):
                problems.append(f"The {self._noun}/{path.name} is left out: {template}")
            else:
                found[template.name] = template
        return found, tuple(problems)

    def _template(self, path: Path, found: Collection[str]) -> PromptTemplate | str:
        """The template, or what is wrong with it and what to do."""
        name = path.stem.lower()
        if not _NAME.fullmatch(name):
            return "its name cannot be typed as a command. Use letters, digits, - and _."
        if name in self._taken:
            return f"{self._sign}{name} is a command of tui-chat. Rename the file."
        if name in found:
            return f"another file has the name {self._sign}{name}. Rename one of them."
        try:
            text = read_regular_file(path, LARGEST).decode("utf-8-sig")
        except UnicodeDecodeError:
            return "it is not UTF-8. Save it as UTF-8."
        except OSError as error:
            if error.errno == errno.EFBIG:
                return f"it is larger than {LARGEST // 1024} KiB. Shorten it."
            return f"{error.strerror or 'it cannot be read'}. Correct or remove it."
        return PromptTemplate(name, text.replace("\r\n", "\n").strip("\n"))


def system_prompts(config: Path) -> PromptTemplates:
    """The system prompts next to a configuration file. None may have the name that clears a system prompt."""
    return PromptTemplates(config.with_name(SYSTEM_FOLDER), ("none",), noun="system prompt system", sign="/system ")


def _stamped(path: Path) -> tuple[str, int, int]:
    try:
        about = path.stat()
    except OSError:
        return path.name, 0, 0
    return path.name, about.st_mtime_ns, about.st_size
