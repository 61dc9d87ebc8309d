"""What is a formula between single dollars, and what is a price, a shell's variable or a spreadsheet's cell."""

import re

import pytest

from tui_chat.render.document import Document, render
from tui_chat.render.parser import formula_end
from tui_chat.render.styles import dark

PALETTE = dark()

FORMULAS = r"""
See «$x$» here.
«$x$»
«$x$», «$y$» and «$z$».
(«$a+b$»)
"«$a$»"
«$a*b*c$» and *not*
«$\alpha_{i} \* \beta$»
«$E=mc^2$»!
«$(a, b)$» is a pair
«$(x_1, y_1)$», «$(x_2, y_2)$»
«${x}$» and «${\bf y}$»
«$[0, 1]$» and «$\{1, 2\}$»
the «$n$»th, «$1$»st, «$2$»nd and «$3$»rd
«$k$»NN in «$3$»D
all «$x_i$»s
«$p$»-value
«$5 \text{ dollars}$»
«$10^{max}$»
«$2$» and «$3$»
«$5$» of them
«$5 + 5$» is ten
«$2x$» or «$2 x$»
«$-1$» to «$+1$»
«$x < 5$» and «$y > 5$»
«$f: A \to B$»
«$\$5$» as TeX
设«$x$»为正数，则«$x+1$»也是。
関数«$f(x)$»は
변수«$x$»는
«$x$»,«$y$»
«$x$»/«$y$»
«$x$»: a number
|«$x$»|
**«$x$»**
«$x$»\
«$a$».
«$a_1*b*c_2$»?
""".strip().splitlines()

TEXTS = r"""
Set $HOME:$PATH and $XDG_DATA
$HOME:$PATH
$HOME/$USER
$A$B
$a-$b
"$HOME"/"$PATH"
'$HOME':'$PATH'
$HOME/bin:$PATH:/usr/bin:$OTHER
${HOME}/${USER}
${HOME}:$PATH
$HOME:${PATH}
$(date):$(pwd)
$(date) and $(pwd)
$A:$(b)
$(a)$(b)
echo $A $B $C
export PATH=$PATH:$HOME/bin
export A=$B; export C=$D
A=$B C=$ D
it costs $5 and $10
$5 or $6
$5/$10
$5-$10
$20k–$30k
$5, $6, and $7.
$5 or 6$
$5 (was 6$)
$1,000 and more than 2,000$
between 5$ and 6$
5$, 6$
5$-10$
US$5 to US$ 10
A$5 and NZ$ 6
$A$1:$B$2
$1$2
/foo$/ and /bar$/
$.ajax()+$.get()
$a->b=$c
$this->x($y)
$x,$y
$ x$
$x $
a $ b $ c
$
$$
$HOME
""".strip().splitlines()


def formulas_of(text: str) -> list[str]:
    """The formulas of a paragraph, found from left to right as the parser does."""
    found: list[str] = []
    at = 0
    while (at := text.find("$", at)) >= 0:
        end = formula_end(text, at) if text[at - 1 : at] != "\\" else None
        found += [text[at:end]] if end else []
        at = end or at + 1
    return found


@pytest.mark.parametrize("marked", FORMULAS)
def test_it_is_a_formula(marked: str) -> None:
    assert formulas_of(re.sub("[«»]", "", marked)) == re.findall("«(.*?)»", marked)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_text(text: str) -> None:
    assert formulas_of(text) == []


def test_emphasis_around_variables_of_a_shell_is_drawn() -> None:
    """In a formula the stars would stay, and it would be slanted."""
    (line,) = render("*Set* $HOME:*$PATH* and $XDG_DATA", 80, PALETTE)
    assert line.plain == "Set $HOME:$PATH and $XDG_DATA"
    assert [segment.text for segment in line.segments if segment.style and segment.style.italic] == ["Set", "$PATH"]


@pytest.mark.parametrize("text", [*TEXTS, *(re.sub("[«»]", "", marked) for marked in FORMULAS)])
def test_a_text_that_comes_letter_by_letter_ends_like_the_whole(text: str) -> None:
    document = Document(80, PALETTE)
    for letter in text:
        document.feed(letter)
        document.update()
    document.finish()
    document.update()
    assert document.lines == render(text, 80, PALETTE)
