"""The dialects of chat completions, one row each in `table.py`."""
