"""The app in a web browser: access control, a process per window, and the page around the terminal."""
