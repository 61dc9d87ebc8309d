"""tui-chat: a terminal chat for large language models."""

__version__ = "1.0.0rc1"
