"""The escape key waits longer over SSH, or as long as the user wants."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tui_chat.core.escape_delay import escape_s

OVER_SSH = {"SSH_TTY": "/dev/pts/1"}


@pytest.mark.parametrize(
    ("set_ms", "env", "expected"),
    [
        (None, {}, 0.1),
        (None, {"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"}, 0.5),
        (None, OVER_SSH, 0.5),
        (None, {"SSH_TTY": ""}, 0.1),
        (10, OVER_SSH, 0.01),
        (5000, {}, 5.0),
        (9, {}, 0.1),
        (5001, OVER_SSH, 0.5),
        ("50", {}, 0.1),
        (True, {}, 0.1),
        (50.0, {}, 0.1),
    ],
)
def test_the_time_of_the_escape_key(set_ms: object, env: Mapping[str, str], expected: float) -> None:
    assert escape_s(set_ms, env) == expected
