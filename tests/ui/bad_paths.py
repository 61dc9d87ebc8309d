"""Paths where nothing can be written."""

NAMED = ["~nobody-of-this-name/x", "/nowhere/x", "n" * 300, "n" * 5000, "a\0b", "/dev/null/x", "\udcff/x"]
BAD = [*NAMED, "/", "~", ".", "/dev/null"]
