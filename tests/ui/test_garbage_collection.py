"""What is loaded is walked once, and what is free goes back to the system."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import sys
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat
from tui_chat.ui.garbage_collection import return_free_memory

BLOCK, BLOCKS = 100_000, 300


def _resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc keeps it"
)
def test_memory_that_is_free_below_something_in_use_goes_back_to_the_system() -> None:
    blocks = [os.urandom(BLOCK) for _ in range(BLOCKS)]
    in_use = os.urandom(BLOCK)
    del blocks
    held = _resident()
    return_free_memory()
    assert held - _resident() > BLOCK * BLOCKS // 2
    assert len(in_use) == BLOCK


async def test_what_is_loaded_is_set_aside_before_a_conversation_is_opened(tmp_path: Path) -> None:
    """Both were walked in one go, which held up the loop for twice as long."""
    set_aside: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            set_aside.append(gc.get_freeze_count())

    gc.callbacks.append(note)
    try:
        async with chat(tmp_path, ScriptedBackend([])):
            assert set_aside[-1] > set_aside[0]
    finally:
        gc.callbacks.remove(note)
