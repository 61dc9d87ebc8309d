"""The slash commands of linear mode. Their names and syntax are in core/slash_commands.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui_chat.cli import chat_settings_commands as knobs
from tui_chat.cli import output
from tui_chat.cli.chat_compare import compare
from tui_chat.cli.chat_input import next_prompt
from tui_chat.cli.chat_loop import ChatLoop
from tui_chat.core.attachment import about
from tui_chat.core.branch_tree_lines import tree_lines
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.outcome_wording import said
from tui_chat.core.prompt_template import INPUT, expand, placeholders
from tui_chat.core.short_number import counted
from tui_chat.core.short_text import shortened
from tui_chat.core.slash_commands import (
    CHAT_COMMANDS,
    SIGN,
    Misused,
    PlainPrompt,
    SlashCall,
    Takes,
    TemplateCall,
    UnknownSlash,
    escaped,
    help_lines,
    named,
    read_prompt,
    split_name,
    unknown_sentence,
)
from tui_chat.core.slash_completion import SlashChoice, SlashChoices, by_value, corrected
from tui_chat.core.symbols import Sign
from tui_chat.engine.conversation_files import FileError, save_file
from tui_chat.engine.session import resumable
from tui_chat.engine.user_paths import expanded, file_named, is_file, short_path
from tui_chat.export.formats import FORMATS
from tui_chat.help_pages import help_pages, pages_about
from tui_chat.render.sanitize import safe_line
from tui_chat.store.library import LibraryError, Summary
from tui_chat.store.prompt_templates import PromptTemplate

RECENT = 10
HISTORY = 20
OFFERED = 60
"""Characters that are shown of what may have been meant."""
WIDTH = 100
"""The width of tables without a terminal to fit them to."""
_BARS = lazy_pattern(f"[{Sign.FULL}{Sign.REST}]+ ")
"""Bars, which a screen reader would read square by square; the grade follows in words."""

Handler = Callable[[ChatLoop, str], object]


def run(chat: ChatLoop, line: str) -> None:
    """Run the command in this line, or report an unknown one. Nothing unknown is ever sent."""
    # Files are looked at only where the name is none of ours.
    ours = not line.startswith(SIGN) or named(split_name(line)[0].lower()) is not None
    match read_prompt(line, () if ours else chat.read_templates().keys(), CHAT_COMMANDS):
        case SlashCall(command, argument):
            HANDLERS[command.name](chat, argument)
            _offer(chat, corrected(line, ChatNames(chat), CHAT_COMMANDS))
        case TemplateCall(name, rest):
            _send_template(chat, chat.read_templates()[name], rest)
        case Misused(sentence):
            chat.out.note(sentence)
        case UnknownSlash() as named_so:
            unknown = by_value(named_so, ChatNames(chat), CHAT_COMMANDS)
            first = line.partition("\n")[0]
            chat.out.note(
                f"{unknown_sentence(unknown, CHAT_COMMANDS)} Nothing was sent. {SIGN}help lists the commands; "
                f"to send a text that begins with {SIGN}, write {SIGN}{first[:20]}{'…' if len(first) > 20 else ''}"
            )
            _offer(chat, unknown.instead)
        case PlainPrompt(text):
            chat.send(text)


def _offer(chat: ChatLoop, instead: str) -> None:
    """Put what may have been meant within reach of the up key."""
    if instead and chat.lines.interactive:
        chat.lines.remember([instead])
        chat.out.note(f"The up key brings {safe_line(shortened(instead, OFFERED))}")


class ChatNames:
    """The names that linear mode knows without asking a server."""

    rules = None
    templates = ()

    def __init__(self, chat: ChatLoop) -> None:
        self._chat = chat
        self.settings = chat.session.settings

    def choices(self, takes: Takes, typed: str) -> SlashChoices:
        presets = self._chat.read_presets if takes is Takes.PRESET else dict
        names = self._chat.backends.names if takes is Takes.ENDPOINT else presets()
        return SlashChoices(tuple(map(SlashChoice, names)))


def _send_template(chat: ChatLoop, template: PromptTemplate, rest: str) -> None:
    """Ask for the placeholders' values, and send the text. The end of the input sends nothing."""
    values: dict[str, str] = {}
    for name in placeholders(template.text):
        if name == INPUT and rest:
            continue
        value = chat.lines.read(f"{safe_line(name)}: ")
        if value is None:
            chat.out.note("Nothing was sent: the input ended before the template was filled in.")
            return
        values[name] = value
    text = expand(template.text, rest, values).text
    if text.strip():
        chat.send(text)
    else:
        chat.out.note(f"The template /{template.name} is empty. Nothing was sent.")


def _help(chat: ChatLoop, topic: str) -> None:
    if topic:
        _manual(chat, topic)
        return
    templates = ((each.name, safe_line(each.first_line)) for each in chat.read_templates().values())
    chat.out.tell("\n".join([*help_lines(CHAT_COMMANDS, templates), *_RULES]))


def _manual(chat: ChatLoop, topic: str) -> None:
    """Print a page of the manual, or the names of matching pages."""
    found = pages_about(topic, pages := help_pages())
    if len(found) == 1:
        chat.out.tell(found[0].text.rstrip())
    elif found:
        chat.out.note(f"Several pages are about it. {SIGN}help and one of these names shows it:")
        chat.out.tell("\n".join(f"{page.topic}: {page.summary}" for page in found))
    else:
        names = ", ".join(page.topic for page in pages)
        chat.out.note(f"No page of the manual is about {safe_line(topic)[:100]!r}. There are {names}.")


_RULES = (
    f"{SIGN}help and a word shows a page of the manual: setup, azure, filter, troubleshooting …",
    "A line is sent when you press enter. One that ends in a backslash continues on the next line.",
    "To send a text that begins with a slash, begin with two.",
    "Ctrl-C stops an answer; what arrived is kept. At the prompt, Ctrl-C twice ends the program.",
)


def _quit(chat: ChatLoop, _: str) -> None:
    chat.over = True


def _new(chat: ChatLoop, _: str) -> None:
    before = chat.continued()
    chat.session.new()
    kept = chat.session.by_hand.kept
    chat.out.note(
        "A new conversation."
        + (f" As set before: {', '.join(kept)}." if kept else "")
        + (f" The one before: {SIGN}open {before}" if before else "")
    )


def _open(chat: ChatLoop, rest: str) -> None:
    try:
        if rest:
            _open_named(chat, rest)
        else:
            _list(chat, chat.session.services.library.list(RECENT).now(), "No conversation is saved yet.")
    except (LibraryError, FileError) as error:
        chat.out.note(str(error))


def _open_named(chat: ChatLoop, words: str) -> None:
    """Open a conversation by id prefix, file, or words: if several have the words, list them."""
    library = chat.session.services.library
    try:
        chat.open(words)
    except LibraryError:
        found = dict.fromkeys(hit.conversation_id for hit in library.search(words, 5 * RECENT).now())
        if file_named(words) is not None:
            raise
        if not found:
            shown = f"{shortened(safe_line(words), WIDTH)!r}"
            chat.out.note(f"No conversation has {shown} in its id, title or text. {SIGN}open lists the latest.")
        elif len(found) == 1:
            chat.open(next(iter(found)))
        else:
            _list(chat, [library.summary(known).now() for known in list(found)[:RECENT]], "")
            chat.out.note(f"{len(found)} conversations have these words. {SIGN}open ID opens one.")


def _tree(chat: ChatLoop, _: str) -> None:
    """Print all branches, one line per turn; the shown path is marked."""
    lines = tree_lines(chat.session.conversation)
    if not lines:
        chat.out.note("There is nothing in this conversation yet.")
    for line in lines:
        turn = line.node.turn
        which = f" (version {line.version[0]} of {line.version[1]})" if line.version else ""
        state = f" ({turn.outcome})" if turn.outcome is not None and turn.outcome != "complete" else ""
        name = f" “{safe_line(line.node.name)}”" if line.node.name else ""
        words = shortened(safe_line(" ".join(said(turn)[: 2 * WIDTH].split())), WIDTH)
        indent = " " * len(line.guide)  # without its lines, which a screen reader would read one by one
        chat.out.tell(f"{'*' if line.shown else ' '} {indent}{turn.role}{name}{which}{state}: {words}")


def _tag(chat: ChatLoop, words: str) -> None:
    """Tag the open conversation; `-name` removes a tag, no words list the tags."""
    conversation, library = chat.session.conversation, chat.session.services.library
    if not conversation.nodes:
        chat.out.note("An empty conversation takes no tags yet: send a prompt first.")
        return
    typed = words.replace(",", " ").split()
    removed = [word[1:] for word in typed if word.startswith("-")]
    try:
        library.labels.tag([conversation.id], [word for word in typed if not word.startswith("-")], removed).now()
        tags = library.labels.tags_of(conversation.id).now()
    except LibraryError as error:
        chat.out.note(str(error))
        return
    chat.out.note(f"Tags: {' '.join(f'#{tag}' for tag in tags)}" if tags else f"No tags. {SIGN}tag NAME gives one.")


def _list(chat: ChatLoop, found: list[Summary], nothing: str) -> None:
    if found:
        chat.out.tell("\n".join(map(_summary, found)))
    else:
        chat.out.note(nothing)


def _summary(summary: Summary) -> str:
    return f"{safe_line(summary.id)}  {summary.updated.astimezone():%Y-%m-%d %H:%M}  {safe_line(summary.title)}"


def _retry(chat: ChatLoop, _: str) -> None:
    if chat.answer(chat.session.retry()) is None and chat.out.gone is None:
        chat.out.note("There is no prompt to answer yet.")


def _continue(chat: ChatLoop, _: str) -> None:
    if resumable(chat.session.conversation) is None:
        chat.out.note("Nothing to continue: the last answer is complete.")
    else:
        chat.answer(chat.session.resume())


def _edit(chat: ChatLoop, _: str) -> None:
    prompt = chat.session.conversation.last_prompt()
    if prompt is None:
        chat.out.note("There is no prompt to edit yet.")
        return
    chat.out.tell(prompt.turn.text)
    chat.out.note("Write it again; the up key brings the old one back. An empty line changes nothing.")
    chat.lines.remember([prompt.turn.text])
    text = next_prompt(chat.lines)
    if text is None or not text.strip() or text == prompt.turn.text:
        chat.out.note("Nothing was changed, and nothing was sent.")
    else:
        chat.answer(chat.session.edit(prompt.id, text, attachments=prompt.turn.attachments))


def _copy(chat: ChatLoop, _: str) -> None:
    from tui_chat.ui.clipboard import Clipboard, Copied, harmless

    text = next((n.turn.text for n in chat.session.conversation.upward() if n.turn.role == "assistant"), "")
    if not text:
        chat.out.note("There is no answer to copy yet.")
        return
    refused: list[str] = []
    # The terminal itself is not asked: that would be a sequence among plain words.
    done = chat.run(Clipboard(refused.append).put(harmless(text)))
    if isinstance(done, Copied) and not refused:
        chat.out.note(f"The answer was {done.said}.")
    else:
        chat.out.note(f"No program for the clipboard was found; nothing was copied. {SIGN}save PATH writes a file.")


def _find(chat: ChatLoop, words: str) -> None:
    """Print the lines of the conversation that contain all of the words."""
    wanted = words.lower().split()
    if not wanted:
        chat.out.note(f"{SIGN}find WORDS: expected the words to look for.")
        return
    found = [
        f"{'You' if node.turn.role == 'user' else 'Assistant'}: {line.strip()}"
        for node in chat.session.conversation.path()
        if not node.turn.withdrawn
        for line in node.turn.text.splitlines()
        if all(word in line.lower() for word in wanted)
    ]
    if found:
        chat.out.tell("\n".join(found))
    chat.out.note(f"{counted(len(found), 'line')} found.")


def _save(chat: ChatLoop, path: str) -> None:
    conversation = chat.session.conversation
    if not conversation.nodes:
        chat.out.note("There is nothing to save yet.")
    elif not path:
        chat.out.note(f"{SIGN}save PATH: expected a file name that ends in .chat.json, .md or .html.")
    else:
        _save_to(chat, path)


def _save_to(chat: ChatLoop, path: str) -> None:
    from pathlib import Path

    target = expanded(Path(path.strip("'\"")))
    if is_file(target):
        chat.out.note(f"{target} already exists and was left unchanged. Choose another name.")
        return
    try:
        chat.run(save_file(chat.session.conversation, target, FORMATS, chat.session.services.library))
    except FileError as error:
        chat.out.note(str(error))
    else:
        chat.out.note(f"Saved to {short_path(target)}.")


def _history(chat: ChatLoop, words: str) -> None:
    """Print matching prompts, this conversation's first, newest first; the up key recalls them."""
    wanted = words.lower().split()
    own = [node.turn.text for node in chat.session.conversation.upward() if node.turn.role == "user"]
    try:
        others = [text for text, _ in chat.session.services.library.prompts.find(words, HISTORY).now()]
    except LibraryError as error:
        chat.out.note(str(error))
        return
    fits = [text for text in own if all(word in text.lower() for word in wanted)]
    found = list(dict.fromkeys([*fits, *others]))[:HISTORY]
    if found:
        chat.out.tell("\n".join(safe_line(" ".join(text.split())) for text in found))
        chat.lines.remember(escaped(text) for text in reversed(found))
    else:
        chat.out.note("No sent prompt contains these words." if wanted else "No prompt was sent yet.")


def _filter(chat: ChatLoop, _: str) -> None:
    from tui_chat.core.filter_table import rows
    from tui_chat.export.filter_table_formats import as_text

    table = as_text(rows(chat.session.conversation), output.columns() or WIDTH)
    chat.out.tell(_BARS.sub("", table))


def _attach(chat: ChatLoop, path: str) -> None:
    """Attach a file to the next prompt; without a path, list the attached files; `none` removes them."""
    from pathlib import Path

    from tui_chat.engine.attachment_reader import encoding_words, no_images, read_attachment

    if path == "none":
        chat.attached = ()
    elif path:
        try:
            found = read_attachment(expanded(Path(path.strip("'\""))))
        except FileError as error:
            chat.out.note(str(error))
            return
        refused = no_images([found], chat.backends.get(chat.endpoint).model)
        if refused is not None:
            chat.out.note(f"{refused.message} {refused.hint}")
            return
        if words := encoding_words(found):
            chat.out.note(words)
        chat.attached = (*chat.attached, found)
    names = ", ".join(f"{safe_line(each.name)} ({about(each)})" for each in chat.attached)
    if names:
        chat.out.note(f"With the next prompt: {names}. {SIGN}attach none takes all of it back.")
    else:
        chat.out.note(f"Nothing is attached. {SIGN}attach PATH sends a file with the next prompt.")


HANDLERS: Mapping[str, Handler] = {
    "help": _help,
    "new": _new,
    "open": _open,
    "continue": _continue,
    "retry": _retry,
    "edit": _edit,
    "copy": _copy,
    "find": _find,
    "model": knobs.model,
    "endpoint": knobs.endpoint,
    "set": knobs.set_setting,
    "system": knobs.system,
    "preset": knobs.preset,
    "attach": _attach,
    "compare": compare,
    "save": _save,
    "tag": _tag,
    "history": _history,
    "context": knobs.context,
    "tree": _tree,
    "filter": _filter,
    "doctor": knobs.doctor,
    "quit": _quit,
}
