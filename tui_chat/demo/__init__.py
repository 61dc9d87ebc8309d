"""A scripted endpoint with Azure's content filter, for trying things out."""
