"""Random conversations: any tree, any outcome, any text. What the library and the portable file must give back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from tests.support.pictures import png
from tui_chat.core.attachment import attachment, plain_name
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_labels import ConversationLabels
from tui_chat.core.message import Citation, ErrorKind, Outcome, ServerError, Timing, Turn, Usage
from tui_chat.core.settings import MAX_TOKENS_LIMIT, Settings
from tui_chat.core.verdict import Verdict

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

texts = st.text(st.characters(codec="utf-8"), max_size=40)
words = st.none() | texts
numbers = st.floats(0, 1e9, allow_nan=False)
whole = st.integers(0, 2**60)
zones = st.just(UTC) | st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)
settings = st.builds(
    Settings,
    system=words,
    temperature=st.none() | st.floats(0, 2),
    top_p=st.none() | st.floats(0, 1),
    max_tokens=st.none() | st.integers(1, MAX_TOKENS_LIMIT),
    seed=st.none() | st.integers(-(2**63), 2**63 - 1),
    stop=st.none() | st.lists(texts.filter(bool), min_size=1, max_size=3).map(tuple),
)
details = (
    st.fixed_dictionaries({"score": numbers, "threshold": numbers})
    | st.fixed_dictionaries({"ids": st.lists(texts, max_size=3)})
    | st.fixed_dictionaries({"url": texts, "license": words})
    | st.fixed_dictionaries({"error": texts})
)
verdicts = st.builds(
    Verdict,
    source=st.sampled_from(["prompt", "answer"]),
    category=texts,
    blocked=st.none() | st.booleans(),
    detected=st.none() | st.booleans(),
    severity=words,
    detail=st.none() | details,
)
errors = st.builds(
    ServerError,
    kind=st.sampled_from(ErrorKind),
    message=texts,
    status=st.none() | whole,
    code=words,
    request_id=words,
    retry_after_s=st.none() | numbers,
    hint=words,
)
citations = st.builds(Citation, url=texts.map("https://{}".format), title=texts)
answers = st.builds(
    Turn,
    role=st.just("assistant"),
    text=texts,
    created=moments,
    reasoning=texts,
    refusal=texts,
    outcome=st.sampled_from(Outcome),
    finish_reason=words,
    verdicts=st.lists(verdicts, max_size=3).map(tuple),
    not_run=st.sampled_from([None, "prompt", "answer"]),
    usage=st.none() | st.builds(Usage, *[st.none() | whole] * 5),
    settings=st.none() | settings,
    model=words,
    endpoint=words,
    request_id=words,
    error=st.none() | errors,
    timing=st.none() | st.builds(Timing, st.none() | numbers, numbers),
    sent=st.sampled_from([None, True, False]),
    withdrawn=st.booleans(),
    citations=st.lists(citations, max_size=2).map(tuple),
)
attachments = st.builds(
    attachment,
    st.text(st.characters(codec="utf-8"), max_size=12).map(plain_name),
    st.sampled_from(["text/plain", "text/plain; charset=utf-16", "application/pdf"]),
    st.integers(0, 2**40),
    texts.map(str.encode),
) | st.builds(attachment, st.just("cat.png"), st.just("image/png"), st.just(75), st.just(png()))
prompts = st.builds(
    Turn,
    role=st.sampled_from(["user", "system"]),
    text=texts,
    created=moments,
    attachments=st.lists(attachments, max_size=2).map(tuple),
)

names = st.just("") | st.text(st.characters(codec="utf-8"), max_size=12)
labels = st.builds(
    ConversationLabels,
    pinned=st.none() | moments,
    archived=st.none() | moments,
    tags=st.lists(st.sampled_from(["a-b", "work", "日本", "c++"]), unique=True).map(sorted).map(tuple),
)


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """A tree whose every turn hangs below any earlier one; any of them, or none, is the head."""
    made = Conversation(
        id=draw(st.text("0123456789abcdefghjkm", min_size=1, max_size=13)),
        created=draw(moments),
        title=draw(texts),
        settings=draw(settings),
    )
    made.labels = draw(labels)
    for number, turn in enumerate(draw(st.lists(answers | prompts, max_size=8))):
        parent = draw(st.sampled_from([None, *made.nodes]))
        made.add(Node(f"t{number}", parent, turn, draw(names)))
    made.head = draw(st.sampled_from([None, *made.nodes])) if draw(st.booleans()) else made.head
    return made


def prompt(text: str, seconds: float = 0) -> Turn:
    return Turn("user", text, START + timedelta(seconds=seconds))


def answer(text: str = "", seconds: float = 0, outcome: Outcome | None = None) -> Turn:
    return Turn("assistant", text, START + timedelta(seconds=seconds), outcome=outcome)


def talk(*pairs: tuple[str, str], id: str = "talk", title: str = "") -> Conversation:  # noqa: A002 - as the field
    """A conversation of (prompt, complete answer) pairs."""
    made = Conversation(id=id, created=START, title=title)
    for number, (question, reply) in enumerate(pairs):
        made.add(Node(f"p{number}", made.head, prompt(question, 2 * number)))
        made.add(Node(f"a{number}", made.head, answer(reply, 2 * number + 1, Outcome.COMPLETE)))
    return made


def forked() -> Conversation:
    """`a0` has two prompts below it, of which the second is shown; the first has two answers."""
    made = talk(("one", "1"), ("two", "2"))
    made.add(Node("other", "p1", answer("2b", outcome=Outcome.STOPPED)))
    made.add(Node("edited", "a0", prompt("two, edited")))
    made.add(Node("last", "edited", answer("3", outcome=Outcome.COMPLETE)))
    return made
