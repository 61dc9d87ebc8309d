"""Which models have answered: the last used first, and each once."""

from __future__ import annotations

from dataclasses import replace

from tests.store.trees import START, answer, prompt
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome
from tui_chat.store.library import Library


def test_the_last_used_comes_first() -> None:
    library = Library.private()
    library.open().now()
    talk = Conversation("c", START)
    talk.add(Node("p", None, prompt("Hi")))
    for number, (endpoint, model) in enumerate((("azure", "phi"), ("azure", "large"), ("azure", "phi"), ("", "x"))):
        turn = replace(answer("Yes", number, Outcome.COMPLETE), endpoint=endpoint, model=model)
        talk.add(Node(f"a{number}", "p", turn))
    library.create(talk).now()
    assert library.models.used().now() == [("azure", "phi"), ("azure", "large")]
    library.close().now()
