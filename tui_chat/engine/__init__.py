"""One answer from prompt to disk, and the open conversation.

No Textual: the app, `ask` and `chat` share it.
"""
