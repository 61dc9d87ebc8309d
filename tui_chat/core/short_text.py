"""Shortens texts and names of models."""

from __future__ import annotations


def model_label(name: str) -> str:
    """A model's name; of a path, by which servers of llama.cpp name theirs, the file's."""
    is_path = name.startswith(("/", "./", "~/")) or "\\" in name
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2] if is_path else name


def shortened(text: str, most: int) -> str:
    """The text in at most this many characters, with an ellipsis if some of it is left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def on_one_line(text: str, most: int) -> str:
    """The same of a text of several lines."""
    return shortened(" ".join(text.split()), most)
