"""Every sign of the screen has one meaning, and one place where it is spelled."""

from __future__ import annotations

import ast
from pathlib import Path

import tui_chat
from tui_chat.core.symbols import MEANINGS, Sign

ROOT = Path(tui_chat.__file__).parent
SPELLED = {sign.value for sign in Sign if not sign.isascii()}
ELSEWHERE = {
    ("cli/stdin_text.py", "›"): "a quotation mark",
    ("core/attachment.py", "×"): "the size of a picture",
    ("engine/attachment_reader.py", "×"): "the size of a picture",
    ("ui/widgets/prompt/pastes.py", "×"): "a range of characters",
    ("ui/keymap.py", "→"): "a key",
    ("render/block.py", "☑"): "a task that is done, in Markdown",
}


def test_each_sign_has_one_meaning_and_each_meaning_one_sign() -> None:
    assert list(MEANINGS) == list(Sign)
    assert len(set(MEANINGS.values())) == len(Sign)
    assert all(len(sign) == 1 for sign in Sign)


def test_signs_are_spelled_in_one_place() -> None:
    found = {
        (str(path.relative_to(ROOT)), sign)
        for path in ROOT.rglob("*.py")
        if path.name != "symbols.py"
        if SPELLED & set(source := path.read_text(encoding="utf-8")) or "\\u" in source
        for text in _texts(ast.parse(source))
        for sign in SPELLED & set(text.replace("←→", ""))  # two keys
    }
    assert found == set(ELSEWHERE)


def _texts(tree: ast.Module) -> list[str]:
    """All texts of a module but those that stand alone, as docstrings do."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    ]
