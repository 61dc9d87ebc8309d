"""The library, the configuration, themes and portable files, on disk."""
