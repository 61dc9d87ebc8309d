"""What the tests of the built-in model share: who needs it, and how to find what a process looks like from outside."""

from __future__ import annotations

import pytest

from tui_chat.local.find_model import available


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the model where it is not installed: it is optional, and so are its tests."""
    if available():
        return
    for item in items:
        if item.get_closest_marker("model"):
            item.add_marker(pytest.mark.skip(reason="the built-in model is not installed"))
