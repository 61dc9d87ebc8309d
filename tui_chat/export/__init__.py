"""Formats a conversation as Markdown and HTML. Writes no file.

It exports the shown path, from the first turn to the head; the portable file (`store/portable`) holds all branches.
`formats.FORMATS` maps suffixes to formats; `engine/conversation_files.save_file` writes them.
"""
