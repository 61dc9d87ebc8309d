"""Formats a conversation as Markdown and HTML. Writes no file.

What is exported is the path that is shown, from the first turn to the head; the portable file (`store/portable`) holds
all branches. `files.FORMATS` says which suffix means which format; `engine/files.save_file` writes them.
"""
