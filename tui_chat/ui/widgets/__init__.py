"""Widgets: state comes down to them, facts go up as messages."""
