"""The app in a web browser: who may come in, a process for each window, and the page around the terminal."""
