"""The pages of the manual, `help/*.md`, for the shell (`tui-chat help`), the app and the repository."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

FOLDER = Path(__file__).parent / "help"

ORDER = (
    "setup azure writing reading settings compare filter library importing keys commands themes shell screen-reader "
    "browser troubleshooting privacy platforms".split()
)
"""The order in lists. A page that is missing here comes last."""

ALSO = {
    "reading": "find copy links fold versions branches",
    "writing": "prompt paste queue vim files attach templates palette notification sound",
    "azure": "mistral foundry microsoft notebook portal",
    "commands": "slash",
    "filter": "content safety blocked moderation violence verdict",
    "importing": "import export chatgpt claude move migrate",
    "keys": "keyboard shortcuts bindings hotkeys",
    "library": "conversations history search delete restore backup",
    "privacy": "security secret key stored telemetry",
    "screen-reader": "chat accessibility linear line blind",
    "setup": "endpoint start install openai ollama config configuration url key",
    "settings": "temperature preset system max_tokens options",
    "shell": "ask json schema events script pipe exit codes completion",
    "themes": "colours colors dark light",
    "troubleshooting": "error problem 401 403 404 429 fails broken",
    "browser": "serve web",
    "platforms": "windows macos linux terminal tmux",
    "compare": "side by side models",
}
"""Other words under which a page is looked for."""

_WORDS = lazy_pattern(r"\w+")


@dataclass(frozen=True, slots=True)
class HelpPage:
    """`topic` is its name, `summary` one sentence, `text` all of it as Markdown."""

    topic: str
    title: str
    summary: str
    text: str


def help_pages() -> list[HelpPage]:
    found = [_read(path) for path in FOLDER.glob("*.md")]
    return sorted(found, key=lambda page: (ORDER.index(page.topic) if page.topic in ORDER else len(ORDER), page.topic))


def _read(path: Path) -> HelpPage:
    text = path.read_text(encoding="utf-8")
    heading, _, rest = text.partition("\n\n")
    summary = " ".join(rest.partition("\n\n")[0].split())
    return HelpPage(path.stem, heading.removeprefix("# "), summary, text)


def pages_about(words: str, pages: Sequence[HelpPage]) -> list[HelpPage]:
    """The pages that these words may mean: the one of that name, else by name and other words, else by their text."""
    wanted = [word.casefold() for word in _WORDS.findall(words)]
    name = "-".join(wanted)
    if exact := [page for page in pages if page.topic == name]:
        return exact
    for text_of in (_names, _text):
        found = [page for page in pages if wanted and _holds(text_of(page), wanted)]
        if found:
            return found
    return []


def _names(page: HelpPage) -> str:
    return f"{page.topic} {page.title} {ALSO.get(page.topic, '')}"


def _text(page: HelpPage) -> str:
    return page.text


def _holds(text: str, wanted: Sequence[str]) -> bool:
    """Every word begins one in the text."""
    words = _WORDS.findall(text.casefold().replace("-", " "))
    return all(any(word.startswith(each) for word in words) for each in wanted)
