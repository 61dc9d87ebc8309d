"""Workarounds for faults of Textual 8.2. Each file names the version and the fault, and goes when the fault does."""
