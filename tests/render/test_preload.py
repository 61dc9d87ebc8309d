"""What the first answer needs is there before it comes."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import re
from tui_chat.render.document import Document
from tui_chat.render.preload import warm
from tui_chat.render.styles import dark
from tests.bench.texts import PIECE

warm()
late = []
compiled = re._compiler.compile
re._compiler.compile = lambda pattern, flags=0: late.append(pattern) or compiled(pattern, flags)
document = Document(80, dark())
for at in range(0, len(PIECE), 4):
    document.feed(PIECE[at : at + 4])
    document.update()
assert not late, late
"""


def test_the_first_answer_compiles_no_pattern_while_it_comes() -> None:
    """The one for the preview of the last line took four milliseconds, for which the first word waited."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
