"""What the interface does, one concern a file. A controller gets the ports and services it needs, never a screen."""
