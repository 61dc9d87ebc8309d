"""Exported HTML: one sound document in which nothing of a conversation is markup, a script or a request."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.hostile import TEXTS, markdownish
from tests.store.trees import START, answer, conversations, talk
from tests.support.pictures import png
from tests.support.thorough import examples
from tui_chat.core.attachment import attachment, data_uri
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import ErrorKind, Outcome, ServerError
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.export.html import html
from tui_chat.export.html_body import body

VOID = {"meta", "br", "hr", "img"}
TAGS = set(
    "html head meta title style body header main article footer h1 h2 h3 h4 h5 h6 p div details summary time a ul ol li"
    " blockquote table caption thead tbody tr th td strong em s sup span pre code br hr figure figcaption img".split()
)  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "datetime", "href", "rel", "style", "start", "dir",
    "data-language", "id", "title", "scope", "open", "src", "alt",
}  # fmt: skip


class Checked(HTMLParser):
    """Fails on tags and attributes that we do not write, and on tags that are not closed in turn."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.places: list[str] = []
        """Where links within the page lead."""
        self.names: list[str] = []
        self.said = ""
        self.feed(source)
        self.close()
        assert self.open == []
        assert len(self.names) == len(set(self.names))
        assert set(self.places) <= set(self.names)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        values = dict(attrs)
        if tag == "a":
            assert "a" not in self.open
            href = values["href"] or ""
            if href.startswith("#"):
                self.places.append(href[1:])
            else:
                assert href.lower().startswith(("http:", "https:", "mailto:"))
                assert "noopener" in (values["rel"] or "")
                self.links.append(href)
        if tag == "img":  # a picture that was attached is in the page; nothing is ever asked for
            assert (values["src"] or "").startswith("data:image/")
        if "id" in values:
            self.names.append(values["id"] or "")
        assert (values.get("style") or "text-align:left").startswith("text-align:")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


@examples(40)
@given(conversations())
def test_any_conversation_is_a_sound_document(conversation: Conversation) -> None:
    Checked(html(conversation))


@examples(150)
@given(st.sampled_from(TEXTS) | markdownish)
def test_any_message_is_sound_and_harmless(text: str) -> None:
    made = body(text)
    Checked(made)
    assert not set(made) & set("\x1b\x07\u202e\u200b\ufeff\x85\x00")


@pytest.mark.parametrize(
    ("text", "links", "said"),
    [
        ("[x](https://a.invalid/?a=1&b=2)", ["https://a.invalid/?a=1&b=2"], "x"),
        ("[x](javascript:alert(1))", [], "[x](javascript:alert(1))"),
        ("[x](data:text/html,hi)", [], "[x](data:text/html,hi)"),
        ("[x](/etc/passwd)", [], "x (/etc/passwd)"),
        ("![cat](http://a.invalid/cat.png)", ["http://a.invalid/cat.png"], "cat"),
        ("[![cat](http://a.invalid/1)](http://a.invalid/2)", ["http://a.invalid/2"], "cat"),
        ("see https://a.invalid/x.", ["https://a.invalid/x"], "see https://a.invalid/x."),
        ("<mailto:a@b.invalid>", ["mailto:a@b.invalid"], "mailto:a@b.invalid"),
        ('<img src=x onerror="alert(1)">', [], '<img src=x onerror="alert(1)">'),
        ('[x](http://a.invalid/"onclick="y)', ["http://a.invalid/%22onclick=%22y"], "x"),
        (
            "www.a.invalid, me@b.invalid",
            ["https://www.a.invalid", "mailto:me@b.invalid"],
            "www.a.invalid, me@b.invalid",
        ),
        ("so[^1]\n\n[^1]: <i>", [], "so1\n1<i>\n ↩"),
        ("a<br>b", [], "a\nb"),
    ],
)
def test_links_and_raw_html(text: str, links: list[str], said: str) -> None:
    checked = Checked(body(text))
    assert (checked.links, checked.said.strip()) == (links, said)


def test_markdown_becomes_markup() -> None:
    made = body(
        "# T\n\n**b** *i* ~~s~~ `c`\n\n3. x\n4. y\n\n```python x\n<b>\n```\n\n| a | b |\n|--|:-:|\n| 1 | 2 |\n\n> q"
    )
    for part in (
        "<h3>T</h3>",
        "<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>",
        '<ol start="3">\n<li>x\n</li>',
        '<pre dir="ltr" data-language="python"><code>&lt;b&gt;\n</code></pre>',
        '<td style="text-align:center">2</td>',
        "<blockquote><p>q</p>",
    ):
        assert part in made


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("- [ ] a *b*", '<ul><li class="task"><span class="box">☐</span> a <em>b</em>'),
        ("- [x] a", '<ul><li class="task"><span class="box">☑</span> a'),
        ("1. [X] a", '<ol>\n<li class="task"><span class="box">☑</span> a'),
        ("- [ ] `a`", '<ul><li class="task"><span class="box">☐</span> <code>a</code>'),
        ("- [x] **a**", '<ul><li class="task"><span class="box">☑</span> <strong>a</strong>'),
        ("- [x] <b>", '<ul><li class="task"><span class="box">☑</span> &lt;b&gt;'),
        ("- a\n  - [ ] b", '<ul><li class="task"><span class="box">☐</span> b'),
        ("- [x]a", "<ul><li>[x]a"),
        ("- a [x] b", "<ul><li>a [x] b"),
        ("- # [x] a", "<ul><li><h3>[x] a</h3>"),
        ("[x] a", "<p>[x] a</p>"),
    ],
)
def test_tasks_have_boxes(text: str, wanted: str) -> None:
    assert wanted in body(text)
    Checked(body(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("> [!WARNING]\n> *a*", '<blockquote class="warning"><p class="label">Warning</p>\n<p><em>a</em></p>'),
        ("> [!note]\n>\n> - a", '<blockquote class="note"><p class="label">Note</p>\n<ul><li>a'),
        ("> > [!TIP]\n> > a", '<blockquote><blockquote class="tip"><p class="label">Tip</p>\n<p>a</p>'),
        ("> [!TIP]\n> a\n\n> [!TIP] b", "<p>a</p>\n</blockquote>\n<blockquote><p>[!TIP] b</p>"),
        ("> [!NOTE]", '<blockquote class="note"><p class="label">Note</p>\n</blockquote>'),
    ],
)
def test_alerts_have_a_label(text: str, wanted: str) -> None:
    assert wanted in body(text)
    Checked(body(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "a[^1] b[^1]\n\n[^1]: c",
            '<p>a<sup><a href="#m-note-1" id="m-mark-1">1</a></sup> b<sup><a href="#m-note-1">1</a></sup></p>\n'
            '<div class="footnote" id="m-note-1"><sup>1</sup><div><p>c</p>\n'
            ' <a href="#m-mark-1" title="back to the text">↩</a></div></div>\n',
        ),
        ("a[^x]", "<p>a[^x]</p>\n"),
        ("[^x]: c", '<div class="footnote" id="m-note-1"><sup>x</sup><div><p>c</p>\n</div></div>\n'),
        (
            '[^"<]: c\n\na[^"<]',
            '<div class="footnote" id="m-note-1"><sup>&quot;&lt;</sup><div><p>c</p>\n'
            ' <a href="#m-mark-1" title="back to the text">↩</a></div></div>\n'
            '<p>a<sup><a href="#m-note-1" id="m-mark-1">&quot;&lt;</a></sup></p>\n',
        ),
    ],
)
def test_footnotes_lead_to_each_other(text: str, wanted: str) -> None:
    assert body(text) == wanted
    Checked(body(text))


def test_footnotes_of_two_messages_and_of_one_label_stay_apart() -> None:
    text = "a[^1] [b[^1]](https://x.example)\n\n[^1]: c\n\n[^1]: d[^2]\n\n[^2]: e"
    made = Checked(body(text, "m1") + body(text, "m2"))
    assert made.names == [f"{at}-{name}" for at in ("m1", "m2") for name in ("mark-1", "note-1", "mark-2", "note-2")]


def test_what_is_nested_too_deeply_is_still_there() -> None:
    assert "the bottom" in Checked(body("> " * 300 + "the bottom")).said


def test_the_whole_page() -> None:
    made = Conversation("c", START, "T <&> \x1b[2J", Settings(system="Be <b>brief</b>."))
    made.add(Node("a", None, answer("yes", outcome=Outcome.LENGTH)))
    error = ServerError(ErrorKind.SERVER, "<script>alert(1)</script>", hint="Wait.")
    blocked = replace(
        answer("", outcome=Outcome.PROMPT_BLOCKED),
        error=error,
        reasoning="because",
        verdicts=(Verdict("prompt", "self_harm", blocked=True, severity="high"),),
    )
    made.add(Node("b", "a", blocked))
    page = html(made)
    checked = Checked(page)
    for words in (
        "T <&>",
        "Be <b>brief</b>.",
        "cut at max_tokens",
        "Prompt blocked by the content filter",
        "self-harmhighblockedhurting oneself",
        "<script>alert(1)</script>",
        "Reasoning",
        "because",
    ):
        assert words in checked.said
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert not any(word in page for word in ("<script", "src=", "url(", "@import", "<link"))


def judged(*verdicts: Verdict, outcome: Outcome = Outcome.COMPLETE, **rest: Any) -> str:
    made = Conversation("c", START, "T")
    made.add(Node("a", None, replace(answer("yes", outcome=outcome), verdicts=verdicts, **rest)))
    return html(made)


def test_the_filters_table_has_a_bar_and_a_word_for_every_category() -> None:
    page = judged(
        Verdict("answer", "hate", False, severity="safe"),
        Verdict("answer", "violence", True, severity="medium"),
        Verdict("prompt", "custom_blocklists", False, True, detail={"ids": ["<b>words</b>", "more"]}),
        Verdict("prompt", "pii", None, detail={"error": "timeout"}),
        outcome=Outcome.ANSWER_BLOCKED,
    )
    assert '<details class="filter" open>' in page
    row = re.search(r'<tr class="blocked"><th scope="row">violence</th>.*', page)
    assert row is not None
    assert '<span class="bar s2"><span></span></span>medium</td><td class="done">blocked</td>' in row[0]
    said = Checked(page).said
    assert said.index("The answer") < said.index("violence") < said.index("hate") < said.index("Your message")
    for words in ("<b>words</b>, more", "not checked", "timeout", "weapons, injury or killing"):
        assert words in said


def test_the_filters_table_is_folded_where_all_passed_and_missing_where_nothing_was_said() -> None:
    assert '<details class="filter">' in judged(Verdict("answer", "hate", False, severity="safe"))
    assert 'class="filter"' not in judged()
    assert "The answer was not checked by the content filter." in judged(not_run="answer")
    assert "Your message: no category given." in judged(outcome=Outcome.PROMPT_BLOCKED)


@examples(30)
@given(st.sampled_from(TEXTS) | markdownish, st.sampled_from(["safe", "high", None]))
def test_a_hostile_category_becomes_no_markup(name: str, severity: str | None) -> None:
    Checked(judged(Verdict("answer", name, True, severity=severity, detail={"ids": [name], "error": name})))


def test_lone_surrogates() -> None:
    html(talk(("\ud800", "\udfff"), title="\ud800")).encode()


def test_files_are_in_the_page_and_become_no_markup() -> None:
    made = talk(("Why?", "So."))
    files = (
        attachment("<b>.log", "text/plain", 9, b"</pre><script>"),
        attachment("cat.png", "image/png", 75, png()),
    )
    made.put("p0", replace(made.nodes["p0"].turn, attachments=files))
    page = html(made)
    assert "_b_.log · 1 line" in Checked(page).said
    assert "</pre><script>" in Checked(page).said
    assert f'src="{data_uri(files[1])}"' in page


def test_the_other_answers_of_a_comparison_are_folded_below_the_one_that_was_kept() -> None:
    made = talk(("Name a river.", "The Rhine."), ("And now?", "The Po."))
    prompt, shown = made.path()[0], made.path()[1]
    made.put(shown.id, replace(shown.turn, settings=Settings(temperature=0.0)))
    other = replace(answer("The <b>Amazon</b>."), settings=Settings(temperature=1.5))
    head = made.head
    made.add(Node("other", prompt.id, other))
    made.head = head
    page = html(made)
    said = Checked(page).said
    assert page.count('<details class="versions">') == 1
    assert said.index("The Rhine.") < said.index("1 other answer to this prompt")
    assert "2 of 2 · temperature 1.5" in said
    assert said.index("The <b>Amazon</b>.") < said.index("And now?")
