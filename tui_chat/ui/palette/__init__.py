"""The command palette without its screen: entries, and how they are ranked for a query."""
