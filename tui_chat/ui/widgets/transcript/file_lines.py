"""The attached files of a prompt in the transcript, one clickable line each."""

from __future__ import annotations

from rich.style import Style

from tui_chat.core.attachment import about
from tui_chat.core.message import Turn
from tui_chat.core.symbols import Sign
from tui_chat.render.line import Line
from tui_chat.render.sanitize import safe_line
from tui_chat.render.wrap import flow
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

FILES = "files"
"""The key in a style's meta that marks the lines of a prompt's files."""


def file_lines(turn: Turn, node_id: str, options: RenderOptions) -> list[Line]:
    """`@ app.log · 200 lines`; nothing for a prompt without files."""
    palette, meta = options.palette, Style(meta={FILES: node_id})
    return [
        line
        for each in turn.attachments
        for line in flow(
            [
                (f"{Sign.FILE} ", palette.muted + meta),
                (safe_line(each.name), palette.link + meta),
                (f" · {safe_line(about(each))}", palette.muted + meta),
            ],
            max(options.width, 1),
        )
    ]
