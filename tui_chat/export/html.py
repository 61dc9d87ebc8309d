"""A conversation as one self-contained HTML file: no scripts, no fonts, no requests; pictures are embedded."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tui_chat.core.attachment import Attachment, about, data_uri
from tui_chat.core.conversation import Conversation
from tui_chat.core.filter_details import spans_of
from tui_chat.core.message import Turn
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.export.html_body import body, link
from tui_chat.export.html_filter import STYLE as FILTER_STYLE
from tui_chat.export.html_filter import filter_table
from tui_chat.export.html_filter_marks import STYLE as MARK_STYLE
from tui_chat.export.html_filter_marks import marked
from tui_chat.export.html_versions import STYLE as VERSIONS_STYLE
from tui_chat.export.html_versions import other_answers
from tui_chat.export.message_headings import SPEAKERS, notes, page_title, time_of
from tui_chat.render.sanitize import clean, safe_line

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2227; --soft: #5c6670; --line: #d5dade; --ground: #fbfbfa; --box: #f0f2f3;
  --mine: #e8eef4; --bad: #a4262c; --warn: #8a5a00; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe3e6; --soft: #98a2ab; --line: #363d43; --ground: #15181b;
  --box: #1f2428; --mine: #1d2933; --bad: #ff8f8a; --warn: #e0b05a; --link: #7db8f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 50rem; color: var(--ink); background: var(--ground);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
article { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
article > header, .about { color: var(--soft); font-size: .875rem; }
article > header h2 { display: inline; margin: 0; font-size: inherit; color: var(--ink); }
article.user > .text { background: var(--mine); border-radius: .5rem; padding: .1rem 1rem; margin-top: .5rem; }
h3, h4, h5, h6 { margin: 1.2em 0 .4em; line-height: 1.3; font-size: 1.05rem; }
p, li, h1, h2, h3, h4, h5, h6, td, th, summary { unicode-bidi: plaintext; }
pre { background: var(--box); border-radius: .4rem; padding: .7rem .9rem; overflow-x: auto; overflow-wrap: normal; }
pre[data-language]::before { content: attr(data-language); display: block; color: var(--soft); font-size: .75rem; }
code { font: .9em/1.45 ui-monospace, monospace; background: var(--box); border-radius: .25rem; padding: .1em .25em; }
pre code { padding: 0; background: none; }
.task { list-style: none; margin-left: -1.2em; }
.footnote { display: flex; gap: .4em; font-size: .9em; }
.raw { white-space: pre-wrap; }
blockquote { margin: 1em 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
.label { margin: 0; font-weight: 600; }
.warning > .label { color: var(--warn); }
.caution > .label { color: var(--bad); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid var(--line); padding: .3rem .6rem; text-align: start; }
hr { border: 0; border-top: 1px solid var(--line); }
a { color: var(--link); }
.file img { display: block; max-width: 100%; border-radius: .4rem; margin-top: .4rem; }
.file pre { max-height: 30rem; overflow: auto; }
details { margin: .5rem 0; color: var(--soft); }
summary { cursor: pointer; font-size: .875rem; }
footer { margin-top: .6rem; color: var(--soft); font-size: .85rem; }
footer p { margin: .15rem 0; }
footer .blocked, footer .error { color: var(--bad); font-weight: 600; }
@media print { body { max-width: none; } pre { white-space: pre-wrap; } }
""".strip()


def html(conversation: Conversation) -> str:
    """The shown path as one HTML document, with the other answers to its prompts folded.

    Nothing in a conversation becomes markup unintentionally.
    """
    return repair_surrogates("\n".join(_page(conversation)) + "\n")


def _page(conversation: Conversation) -> Iterator[str]:
    title = _line(page_title(conversation))
    yield "<!doctype html>"
    yield '<html lang="und">'
    yield '<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">\n<meta name="generator" content="tui-chat">'
    styles = "\n".join((_STYLE, FILTER_STYLE, MARK_STYLE, VERSIONS_STYLE))
    yield f"<title>{title}</title>\n<style>\n{styles}\n</style>\n</head>\n<body>"
    yield f"<header>\n<h1>{title}</h1>"
    yield f'<p class="about">{_time(conversation.created.isoformat(), time_of(conversation.created))}</p>'
    system = conversation.settings.system
    if system and system.strip():
        yield _folded("System prompt", system, "system")
    yield "</header>\n<main>"
    for number, node in enumerate(conversation.path(), 1):
        yield from _message(node.turn, f"m{number}")
        yield from other_answers(conversation, node, _message, f"m{number}")
    yield "</main>\n</body>\n</html>"


def _message(turn: Turn, anchor: str, head: str = "") -> Iterator[str]:
    yield f'<article class="{turn.role}">'
    when = _time(turn.created.isoformat(), time_of(turn.created))
    yield f"<header><h2>{_line(head) or SPEAKERS[turn.role]}</h2> · {when}</header>"
    if turn.reasoning:
        yield _folded("Reasoning", turn.reasoning, f"{anchor}-reasoning")
    if turn.text:
        yield f'<div class="text">\n{marked(body(turn.text, anchor), turn.text, spans_of(turn))}</div>'
    yield from map(_file, turn.attachments)
    if turn.citations:
        yield "<footer>\n<p>Sources</p>\n<ol>"
        yield from (f"<li>{link(c.url, _line(c.title or c.url))}</li>" for c in turn.citations)
        yield "</ol>\n</footer>"
    # The table says what was found better than a line for each category.
    said = [f'<p class="{note.kind}">{_line(note.text)}</p>' for note in notes(turn) if note.kind != "filter"]
    yield from filter_table(turn)
    if said:
        yield "<footer>\n" + "\n".join(said) + "\n</footer>"
    yield "</article>"


def _file(attached: Attachment) -> str:
    title = f"{_line(attached.name)} · {_line(about(attached))}"
    if attached.is_image:
        picture = f'<img src="{escape(data_uri(attached))}" alt="{_line(attached.name)}">'
        return f'<figure class="file"><figcaption>{title}</figcaption>{picture}</figure>'
    text = escape(clean(attached.text))
    return f'<details class="file">\n<summary>{title}</summary>\n<pre dir="auto"><code>{text}</code></pre>\n</details>'


def _folded(summary: str, text: str, anchor: str) -> str:
    return f'<details>\n<summary>{summary}</summary>\n<div class="text">\n{body(text, anchor)}</div>\n</details>'


def _line(text: str) -> str:
    return escape(safe_line(text).strip())


def _time(machine: str, shown: str) -> str:
    return f'<time datetime="{escape(clean(machine))}">{escape(shown)}</time>'
