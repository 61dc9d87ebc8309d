"""The demo as a backend: the ordinary HTTP client, with the script where the network would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.demo.pace import HUMAN, Pace

if TYPE_CHECKING:
    from tui_chat.client.backend import Backend

NAME = "demo"
CONFIG = EndpointConfig(
    name=NAME,
    url="https://demo.invalid/v1/chat/completions",  # a host that can never exist, should a request ever get out
    auth="none",
    dialect="azure-serverless",
)


def demo_backend(pace: Pace = HUMAN) -> Backend:
    """The scripted endpoint, ready to be asked."""
    from tui_chat.client.http import HttpBackend
    from tui_chat.demo.transport import DemoTransport

    return HttpBackend(CONFIG, transport=DemoTransport(pace))
