"""`/compare` in linear mode: answers the last prompt several ways in turn, and keeps one of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tui_chat.cli.chat_input import next_prompt
from tui_chat.cli.chat_loop import ChatLoop
from tui_chat.core.comparison import Choices, Variant, heads, read_comparison, read_versions, when
from tui_chat.core.conversation_usage import measure
from tui_chat.core.endpoint import BUILT_IN
from tui_chat.core.message import Outcome
from tui_chat.core.outcome_wording import said
from tui_chat.engine.comparison import Comparison, begin_comparison, keep_answer, standing_answer, version_names
from tui_chat.engine.exchange import Exchange
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.usage_lines import sum_words

KEEP = "keep"
USAGE = (
    "/compare NAME VALUE VALUE… answers the last prompt once with each value: /compare temperature 0.2 1, "
    "/compare model NAME NAME, /compare endpoint NAME NAME. /compare versions reads out the answers that are there, "
    "/compare versions 1 3 some of them. /compare keep NUMBER continues with one of the answers."
)


def compare(chat: ChatLoop, text: str) -> None:
    prompt = chat.session.conversation.last_prompt()
    if not text:
        chat.out.note(USAGE)
    elif prompt is None:
        chat.out.note("There is no prompt to compare answers to yet. Send one, then compare.")
    elif text.split()[0].lower() == KEEP:
        _keep(chat, text.split()[1:])
    elif (versions := read_versions(text, [*version_names(chat.session.conversation, prompt.id).values()])) is not None:
        if versions.problem:
            chat.out.note(versions.problem)
        else:
            _read_out(chat, Comparison.found(chat.session.conversation, prompt.id, versions.numbers))
    else:
        variants = read_comparison(text, _choices(chat))
        if isinstance(variants, str):
            chat.out.note(f"{safe_line(variants)} Nothing was sent.")
        else:
            _answer(chat, prompt.id, variants)


def _choices(chat: ChatLoop) -> Choices:
    backends = chat.backends
    fixed = frozenset(name for name in backends.names if backends.described(name) is None)
    base = Variant(chat.session.settings, chat.endpoint)
    model = backends.get(chat.endpoint).model
    models = (model,) if model else ()
    return Choices(base, backends.names, chat.read_presets(), models, fixed, backends.rules(chat.endpoint))


def _answer(chat: ChatLoop, prompt_id: str, variants: Sequence[Variant]) -> None:
    chat.compared = []
    for number, (variant, head) in enumerate(zip(variants, heads(variants), strict=True), 1):
        conversation, own = chat.session.conversation, chat.backends.get(variant.endpoint).model
        if (standing := standing_answer(conversation, prompt_id, variant, own)) is not None:
            turn, now = conversation.nodes[standing].turn, datetime.now().astimezone()
            chat.out.note(f"{number} of {len(variants)}: {safe_line(head)}, answered before, {when(turn.created, now)}")
            chat.out.tell(said(turn))
            chat.compared.append(standing)
            continue
        chat.out.note(f"{number} of {len(variants)}: {safe_line(head)}")
        exchange = chat.answer(_begun(chat, prompt_id, variant), chat.backends.asking(variant.endpoint, variant.model))
        if exchange is None or chat.out.gone is not None:
            break
        chat.compared.append(exchange.answer_id)
        if conversation.nodes[exchange.answer_id].turn.outcome is Outcome.STOPPED:
            break
    if chat.compared and chat.out.gone is None:
        _say_sum(chat, variants)
        _ask(chat)


async def _begun(chat: ChatLoop, prompt_id: str, variant: Variant) -> Exchange:
    (exchange,) = await begin_comparison(chat.session, prompt_id, [variant])
    return exchange


def _read_out(chat: ChatLoop, comparison: Comparison) -> None:
    """The answers that are there, one after the other; nothing is sent."""
    count, names = len(comparison.answers), version_names(comparison.conversation, comparison.prompt_id)
    for number, head in enumerate(comparison.heads):
        turn = comparison.turn(number)
        facts = [f"{turn.usage.completion_tokens} tokens"] if turn.usage and turn.usage.completion_tokens else []
        facts += [f"{turn.timing.total_ms / 1000:.1f} seconds"] if turn.timing else []
        made = head.split(" · ")[0 if comparison.prompts else 1 :]
        words = ", ".join((f"version {names[comparison.answers[number]]}", *made, *facts))
        chat.out.note(f"{number + 1} of {count}: {safe_line(words)}")
        chat.out.tell(said(turn))
    chat.compared = list(comparison.answers)
    _say_sum(chat, comparison.variants)
    _ask(chat)


def _say_sum(chat: ChatLoop, variants: Sequence[Variant]) -> None:
    meters = measure(chat.session.conversation, chat.backends.price, chat.compared)
    if words := sum_words(meters, has_cost=any(each.endpoint not in BUILT_IN for each in variants)):
        chat.out.note(f"In all: {words}")


def _ask(chat: ChatLoop) -> None:
    """Ask which one to keep. If no question can be asked, say how to choose."""
    count = len(chat.compared)
    if not chat.lines.interactive:
        chat.out.note(f"The conversation is unchanged; /compare keep NUMBER, from 1 to {count}, continues with one.")
        return
    chat.out.note(f"Which one is kept? A number from 1 to {count}; an empty line leaves the conversation as it was.")
    typed = next_prompt(chat.lines)
    if typed is None or not typed.strip():
        chat.out.note("The conversation is unchanged; the answers are versions of its last one.")
    elif typed.strip().isdecimal():
        _keep(chat, [typed.strip()])
    else:
        # Not a number: what was typed is a prompt or a command, and must not be lost.
        chat.take(typed)


def _keep(chat: ChatLoop, words: Sequence[str]) -> None:
    known = [each for each in chat.compared if each in chat.session.conversation.nodes]
    if not known:
        chat.out.note("There are no answers of a comparison in this conversation to keep.")
    elif len(words) != 1 or not words[0].isdecimal() or not 1 <= int(words[0]) <= len(known):
        chat.out.note(f"/compare keep: expected a number from 1 to {len(known)}. Nothing was changed.")
    else:
        keep_answer(chat.session, known[int(words[0]) - 1])
        chat.saved()
        chat.out.note(f"Kept: the conversation continues with answer {words[0]}.")
