"""For the tests of the app. What `support/fork_server.py` runs as the program has Textual's own ways."""

import tests.support.known_handlers  # noqa: F401 - changes Textual
