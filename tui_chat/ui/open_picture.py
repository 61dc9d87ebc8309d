"""Shows a picture in the viewer that the desktop has for it."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tui_chat.core.attachment import Attachment
from tui_chat.core.link_pipe_variable import OPEN_LINKS_FD
from tui_chat.ui.link_safety import run_quietly

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
"""The copy's suffix comes from the picture's bytes, never from its name: a name could have a program started."""


class PictureCopies:
    """Copies for viewers, readable by this user alone. They go with the program."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def open(self, attached: Attachment) -> bool:
        """False where there is no viewer, or the screen is in a browser elsewhere. Blocks."""
        suffix = SUFFIXES.get(attached.media_type)
        if suffix is None or OPEN_LINKS_FD in os.environ:
            return False
        try:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="tui-chat-"))
                atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
            copy = self._folder / f"{attached.sha256[:16]}{suffix}"
            copy.write_bytes(attached.data)
            return _shown(copy)
        except OSError:
            return False


def _shown(copy: Path) -> bool:
    if sys.platform == "win32":
        os.startfile(copy)
        return True
    viewer = "open" if sys.platform == "darwin" else "xdg-open"
    return run_quietly([viewer, str(copy)])
