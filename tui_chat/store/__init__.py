"""What is kept: the library, the configuration, themes and portable files."""
