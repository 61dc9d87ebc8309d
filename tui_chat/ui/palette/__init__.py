"""The command palette without a screen: what it offers, and how that is ranked by what was typed."""
