"""Markdown for the tests: texts that models write, corner cases of block structure, and a generator of mixtures."""

from __future__ import annotations

import random
from collections.abc import Sequence

PARTS = [
    "# Title\n",
    "## Second *level* #\n",
    "Setext\n===\n",
    "Setext two\nlines\n---\n",
    "Plain words that go on for a while so that the line has to wrap somewhere in the middle of it.\n",
    "A *b* **c** ***d*** ~~e~~ `f` [g](https://h.example) <https://i.example> ![j](k.png) &amp; &#x202e; l\n",
    "two  \nlines\\\nbroken\n",
    "- one\n- two\n- three\n",
    "* loose\n\n* list\n\n  second paragraph\n",
    "1. one\n2. two\n   - deep\n     1. deeper\n3. three\n",
    "1. same\n1. same\n1. same\n",
    "- [ ] open\n- [x] done\n- [X] too\n",
    " - a\n  - b\n   - c\n",
    "- a\n+ b\n* c\n",
    "-\n- x\n-\n",
    "- ```python\n  def f():\n      return 1\n  ```\n- after\n",
    "> quote\nlazy\n> > inner\n\n> again\n",
    "> - list in quote\n>   more\n> ```\n> code\n> ```\n",
    "> [!NOTE]\n> an alert\n> goes on\n>\n> - list\n",
    "> [!caution]\n>\n> another\n",
    "> [!TIP] is text\n",
    "```python\ndef f(x):\n    '''doc\n    string'''\n    return x  # note\n```\n",
    "````\n```\ninner\n```\n````\n",
    "~~~js\nlet a = 1; /* c */\n~~~\n",
    "  ```\n  indented\n    more\n  ```\n",
    "```\nnever closed\n\n# no title\n",
    "```c\n" + "1\ufe0f\u20e3" * 20 + " 👨🏽\u200d🚒 = 2;\n```\n",
    "```java\n" + "👩\u200d👩" * 20 + "\n```\n",
    "```python\nname = 'é' + e\u0301 # " + "क\u094d\u200dष" * 20 + "\nक\u094d\u200dष = 漢字\n```\n",
    "    indented code\n\n    more\n",
    "\tcode by tab\n",
    "| a | b |\n|---|--:|\n| 1 | 2 |\n| long cell text here | `x|y` |\n",
    "a | b\n:-: | -\n1 | 2 | 3\n4\n",
    "text\n| not | table\n",
    "para\n| h | i |\n|---|---|\n| 1 | 2 |\n",
    "---\n",
    "***\n",
    "- - -\n",
    "<div>\n<b>html</b>\n\n</div>\n",
    "<!-- comment\n\nstill -->\n",
    "a<br>b <kbd>c</kbd>\n",
    "[ref]: https://r.example 'title'\n",
    "[ref] and [other][ref] and [late]\n",
    "[late]: /url\n",
    "漢字かな交じり文、漢字かな交じり文。👩\u200d👩\u200d👧 🇩🇪 e\u0301 שלום नमस्ते\n",
    "\x1b[2J \x9b \u202e \u200b \0 \ud800 \ud83d\ude00\n",
    "word" * 40 + "\n",
    "#hashtag\n",
    "#\n",
    "1986\\. A great year\n",
    "write to me@mail.example or see www.j.example, (https://k.example/a_(b)).\n",
    "$x_1 * y_2 * z$ \\(a_b\\)\n",
    "a\r\nb\rc\r\n\r\nd\n",
    "\n",
    "\n\n",
    "   \n",
]

FOOTNOTES = [
    "a note[^1] and [^two] and `[^1]`\n\n[^1]: Source\n[^two]: Long **note**\n    goes on\n\n    second paragraph\n",
    "[^late]: one\n[^late]: two\nlazy\n",
    "text\n[^x]:\n    below\n\n[^y]:\n",
]
"""CommonMark knows none of these."""

EDGES = [
    "a|\n-|\n[ref]\n\n[ref]:https://a.example\n",
    "[a]:a\n'\n'\n",
    "~~~\n~~~\n[a]:a\n'\n'",
    "[a]: a\n'\n===\nb\n'\nc\n",
    "[a]: a\n    'b\nc\n",
    "[a]: a\n'b | c\n--|--\nd'\n",
    "[a]: a\n\n'b\n\nc'\n",
    "a\n\n[a]: a\n[b]: b\n\n[^1]: c\n[c]: c\n[^2]: d\n",
    "[^1]: c\n[c]: c\n'\n'\n[^2]: d\n",
    "- a\n\n[a]: a\n- b\n",
    "- a\n[a]: a\n- b\n",
    "3. a\n   [a]: a\n   'b\n4. c\n",
    '[^a]: [b]: c\n"d\n',
    "- [a]: a\n'b\n'\n",
    "- a\n- b | c\n  --|--\n  1 | 2\n- d | e\n  --|--\n  3 | 4\n",
    "2.\n8. a|a\n   -|-\na\n",
    "> a|b\n-|-\n",
    "# a|b\n-|-\n",
    "[a]: b|c\n-|-\n",
    "a\nb | c\n--|--\n1 | 2\n\n===\n",
    "a|a\n-|-\n\x1e\n\x0b\n\x85",
]
"""Definitions and tables that later lines change or join."""


def mixture(seed: float, most: int = 12, parts: Sequence[str] = PARTS) -> str:
    """Parts in a random order, with or without empty lines between, sometimes inside a quote or a list."""
    rand = random.Random(seed)
    text = ""
    for _ in range(rand.randint(1, most)):
        part = rand.choice(parts)
        if rand.random() < 0.15:
            mark = rand.choice(["> ", "- ", "  ", "1. "])
            part = mark + part
        text += part + rand.choice(["", "\n", "\n"])
    return text if rand.random() < 0.7 else text.rstrip("\n")


_MARKS = (
    *("> ", ">", "- ", "* ", "-   ", "1. ", "7. ", "12. ", "- [x] ", " 3)  "),
    *("> - ", "- > ", "-\t", "1. - ", ">   1. "),
)


def held(seed: int, parts: Sequence[str] = PARTS) -> str:
    """Mixtures inside of items and quotes, up to three deep, with a line outside of its container now and then."""
    rand = random.Random(seed)
    text = mixture(rand.random(), 4, parts)
    for _ in range(rand.randint(1, 3)):
        mark = rand.choice(_MARKS)
        rows = text.removesuffix("\n").split("\n")
        beside = "".join(sign if sign in ">\t" else " " for sign in mark.replace("[x] ", ""))
        lazy = rand.choice([0, 0, 0.1])
        inside = [row if rand.random() < lazy else (beside + row if row or ">" in mark else row) for row in rows[1:]]
        text = "\n".join([mark + rows[0], *inside]) + "\n"
        text = rand.choice(["", mixture(rand.random(), 1, parts)]) + text
        text += rand.choice(["", "\n", "\n\n"]) + rand.choice(["", mixture(rand.random(), 1, parts)])
    return text


def pieces(text: str, seed: int, longest: int = 12) -> list[str]:
    """The text cut at random."""
    rand = random.Random(seed)
    out: list[str] = []
    at = 0
    while at < len(text):
        size = rand.randint(1, longest)
        out.append(text[at : at + size])
        at += size
    return out
