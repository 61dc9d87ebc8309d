"""Explains failed responses: kind, message, wait, rejected fields and the next step, each in its own module."""
