"""`tui-chat help [TOPIC]`: prints the list of manual pages, or one page."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from tui_chat.cli import output
from tui_chat.cli.answer_view import can_render
from tui_chat.cli.options import USAGE, Options
from tui_chat.help_pages import HelpPage, help_pages, pages_about
from tui_chat.render.sanitize import safe_line


def run_help(options: Options) -> int:
    """Print it; returns the exit code."""
    output.prepare()
    pages = help_pages()
    words = " ".join(options.topic)
    if not words.strip():
        return output.write([*_listed(pages), "\n", HOW])
    found = pages_about(words, pages)
    if len(found) == 1:
        return _print(found[0], options)
    if not found:
        output.note(f"No page is about {safe_line(words)[:100]!r}. tui-chat help lists all of them.")
        return USAGE
    output.note(f"Several pages are about {safe_line(words)[:100]!r}:")
    return output.write(_listed(found))


HOW = "tui-chat help TOPIC shows a page, tui-chat COMMAND --help the options of a command.\n"


def _listed(pages: Sequence[HelpPage]) -> Iterator[str]:
    width = max(len(page.topic) for page in pages)
    columns = output.columns()
    return (output.fitted(f"{page.topic:<{width}}  {page.summary}", columns) + "\n" for page in pages)


def _print(page: HelpPage, options: Options) -> int:
    terminal = sys.stdout.isatty() and can_render(os.environ, sys.platform)
    if options.render or (terminal and not options.plain):
        from tui_chat.cli.rendered_view import rendered

        return output.write_styled(rendered(page.text, sys.stdout, os.environ))
    return output.write([page.text])
