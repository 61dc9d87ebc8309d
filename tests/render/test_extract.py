from tui_chat.render.extract import code_blocks


def test_code_is_copied_as_it_was_written() -> None:
    source = "a\n\n```python title\nx = 1\n\n\ty\n```\n\n- list\n  ~~~\n  z\n  ~~~\n\n> ```sh\n> ls\n\n    indented\n"
    assert code_blocks(source) == [("python", "x = 1\n\n\ty"), ("", "z"), ("sh", "ls"), ("", "indented")]


def test_an_answer_without_code_has_none() -> None:
    assert code_blocks("just `words`\r\nand more") == []
