"""The interface: the only room that imports Textual.

A screen lays out, a widget does no I/O, no widget is the model.
"""
