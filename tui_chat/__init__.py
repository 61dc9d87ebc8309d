"""tui-chat: a terminal chat for large language models."""

__version__ = "0.1.0"
