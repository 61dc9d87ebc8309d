"""Markdown to styled lines, also while it grows."""
