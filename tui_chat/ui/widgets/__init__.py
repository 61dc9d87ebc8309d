"""The widgets. State comes down to them; what the user did goes up as messages."""
