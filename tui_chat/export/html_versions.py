"""The other answers to a prompt, such as those of a comparison, folded below the answer that the conversation continues
from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui_chat.core.comparison import heads, variant_of
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Turn

STYLE = """
.versions > div { display: grid; gap: 0 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); }
.versions article { color: var(--ink); min-width: 0; }
""".strip()


def other_answers(
    conversation: Conversation, shown: Node, message: Callable[[Turn, str, str], Iterator[str]], anchor: str
) -> Iterator[str]:
    """Each answer under its request's settings, if these differ. `message` draws a turn with an anchor and a
    heading."""
    nodes = [conversation.nodes[each] for each in conversation.children(shown.parent)] if shown.parent else []
    known = [node for node in nodes if node.turn.role == shown.turn.role == "assistant"]
    if len(known) < 2:
        return
    others = "1 other answer" if len(known) == 2 else f"{len(known) - 1} other answers"
    yield f'<details class="versions">\n<summary>{others} to this prompt</summary>\n<div>'
    for number, (node, head) in enumerate(zip(known, heads([variant_of(each.turn) for each in known]), strict=True), 1):
        if node is not shown:
            words = f"{number} of {len(known)}" if head.isdecimal() else f"{number} of {len(known)} · {head}"
            yield from message(node.turn, f"{anchor}v{number}", words)
    yield "</div>\n</details>"
