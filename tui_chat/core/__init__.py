"""Values and rules: conversations, turns, settings, verdicts.

Standard library only: no I/O, no clock, no asyncio, no Textual.
"""
