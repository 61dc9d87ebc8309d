"""The table of commands: their ids, keys, titles, and what they do. Bindings (ui/key_bindings.py), the palette, the
help and the key bar are made from it.

The ids are public: users change keys under `[keys]` in the configuration.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.pane_widths import STEP

if TYPE_CHECKING:
    from tui_chat.ui.controllers import Controllers

EDITOR = "editor"
"""The group of jobs that lend the terminal to another program."""

Run = Callable[["Controllers"], Awaitable[object] | object]


@dataclass(frozen=True, slots=True)
class Command:
    """`run` is what it does. Where that is None, the prompt deals with the key itself.

    `short` is the word in the key bar; "" keeps it out of there. `help` is shown in the palette before the key. `words`
    are other words by which it is looked for. `early`: it acts before the first conversation is shown, too.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    run: Run | None
    short: str = ""
    help: str = ""
    early: bool = False
    words: str = ""

    @property
    def group(self) -> str:
        """Commands of one group stand together."""
        return self.id.partition(".")[0]


def job(make: Callable[[Controllers], Coroutine[Any, Any, object]], group: str = "jobs") -> Run:
    """A command that waits for the disk or the user: the screen takes keys meanwhile."""
    return lambda c: c.jobs.run(make(c), group)


# fmt: off
# A table: a row is two lines, what it does and how it is found.
COMMANDS: tuple[Command, ...] = (
    Command("chat.send", ("enter",), "Send the prompt", None, "send"),
    Command("chat.newline", ("shift+enter", "alt+enter", "ctrl+j"), "A new line in the prompt (also \\ then enter)",
            None),
    Command("chat.stop", ("escape",), "Stop the answer; what came stays", lambda c: c.escape.close_innermost(), "stop",
            words="cancel abort interrupt halt"),
    Command("chat.interrupt", ("ctrl+c",), "Copy a selection, else stop, else stash the prompt, else quit",
            lambda c: c.leaving.interrupt(), early=True, words="stash"),
    Command("chat.new", ("ctrl+n",), "New conversation", lambda c: c.conversation.begin_new(), "new",
            words="clear reset start create chat session"),
    Command("chat.open", ("ctrl+o",), "Conversations: open, search, rename, delete",
            job(lambda c: c.library.choose()), "open",
            words="history search find switch resume chats sessions list library recent past previous pin archive"),
    Command("chat.rename", (), "Rename this conversation", job(lambda c: c.library.rename_open()),
            words="title name call"),
    Command("chat.delete", (), "Delete this conversation", job(lambda c: c.library.delete_open()),
            help="it can be brought back for 30 days", words="remove erase"),
    Command("chat.deleted", (), "Deleted conversations: look, bring back",
            job(lambda c: c.library.choose("is:deleted")), help="kept for 30 days",
            words="trash bin recycle restore undelete undo recover removed"),
    Command("chat.open_file", (), "Import: open conversations from files", job(lambda c: c.files.open()),
            help="of this and of other programs",
            words="load file json markdown chatgpt claude webui librechat zip read"),
    Command("chat.tree", (), "Branches of this conversation, as a tree", job(lambda c: c.branches.show()),
            help="also /tree", words="versions fork alternatives jump history graph"),
    Command("branch.name", (), "Name the branch that is shown", job(lambda c: c.branches.name_shown()),
            words="rename version"),
    Command("branch.delete", (), "Delete the branch that is shown",
            job(lambda c: c.branches.delete_shown()), help="another version comes in its place",
            words="remove version alternative"),
    Command("branch.undo", (), "Bring back the branch that was deleted last", job(lambda c: c.branches.undo_shown()),
            words="restore undelete version trash"),
    Command("chat.tag", (), "Tag this conversation", job(lambda c: c.library.actions.ask_tags()),
            help="also /tag NAME", words="label category organize"),
    Command("chat.save_as", ("ctrl+s",), "Save or export the conversation (JSON, Markdown, HTML)",
            job(lambda c: c.files.save_as()), words="write download file json markdown html share"),
    Command("chat.copy_path", (), "Path of what was saved last: copy it", lambda c: c.copy.copy_path(),
            words="file folder where location"),
    Command("chat.retry", ("ctrl+r",), "Answer the last prompt again; the old answer stays",
            job(lambda c: c.conversation.retry()), "again", words="retry regenerate rerun redo try reroll resend"),
    Command("chat.continue", ("ctrl+g",), "Continue the last answer where it was cut, stopped or broke off",
            job(lambda c: c.conversation.continue_answer()), words="go on more longer"),
    Command("chat.exchange", ("f12",), "Last request and answer, as they went over the wire",
            job(lambda c: c.exchanges.show()),
            words="debug raw http exchange server response log inspect trace headers wire"),
    Command("chat.edit", ("f4",), "Edit the last prompt and send it; the old one stays",
            lambda c: c.editing.edit_last(), words="change correct rewrite branch fork resend"),
    Command("chat.copy", ("f8",), "Copy the selected or last answer as Markdown", lambda c: c.reading.copy(), "copy",
            words="clipboard yank"),
    Command("chat.editor", ("f9",), "Write the prompt in $VISUAL or $EDITOR", job(lambda c: c.editor.edit(), EDITOR),
            words="vim nano emacs external compose"),
    Command("chat.copy_code", ("alt+c",), "Copy the last code block", job(lambda c: c.code.copy_last()),
            help="code alone, without decoration", words="clipboard snippet yank"),
    Command("compare", (), "Compare answers or their versions side by side", job(lambda c: c.compare.open()),
            help="two to four settings, models or endpoints; or the versions that are there",
            words="variants sweep versions diff benchmark arena"),
    Command("version.older", ("alt+comma",), "The older version of the last answer, or of its prompt",
            lambda c: c.versions.turn(-1), words="previous alternative branch compare variant"),
    Command("version.newer", ("alt+full_stop",), "The newer version of the last answer, or of its prompt",
            lambda c: c.versions.turn(1), words="next alternative branch compare variant"),
    Command("prompt.unfold", ("alt+o",), "Unfold the long paste at the cursor, to edit it", lambda c: c.pastes.unfold(),
            help="a click on it does so, too", words="expand pasted text"),
    Command("prompt.attach", (), "Attach a file to the prompt", job(lambda c: c.attaching.ask()),
            help="also @ and its name in the prompt", words="upload image picture pdf document add include context"),
    Command("chat.attachments", (), "View a file that was sent", job(lambda c: c.attaching.view_last()),
            help="of the last prompt that has one", words="attachment attached open show picture image"),
    Command("chat.history", (), "Find a prompt that was sent before", lambda c: c.prompt_history.search(),
            help="here, then in all conversations", words="history search recall previous reverse"),
    Command("queue.take", (), "Edit the last queued prompt (up in an empty prompt)", lambda c: c.queue.take(),
            words="pending waiting"),
    Command("queue.send", (), "Send the queued prompts that wait", lambda c: c.queue.send_next(),
            words="pending waiting flush"),
    Command("queue.clear", (), "Queued prompts: remove all; up brings them back", lambda c: c.queue.remove_all(),
            words="pending waiting cancel delete"),
    Command("find.open", ("ctrl+f",), "Find in the conversation", lambda c: c.find.open(), "find",
            words="search look text"),
    Command("reading.enter", ("shift+tab",), "Read with keys: a cursor on messages and blocks",
            lambda c: c.panes.toggle_reading(), "read", words="select cursor vim browse navigate"),
    Command("view.page_up", ("pageup",), "A page up in the conversation", lambda c: c.transcript("scroll('page', -1)"),
            words="scroll"),
    Command("view.page_down", ("pagedown",), "A page down in the conversation",
            lambda c: c.transcript("scroll('page', 1)"), words="scroll"),
    Command("view.half_page_up", ("alt+pageup",), "Half a page up", lambda c: c.transcript("scroll('half_page', -1)"),
            words="scroll"),
    Command("view.half_page_down", ("alt+pagedown",), "Half a page down",
            lambda c: c.transcript("scroll('half_page', 1)"), words="scroll"),
    Command("view.previous_prompt", ("ctrl+up",), "To the prompt above", lambda c: c.transcript("scroll('prompt', -1)"),
            words="scroll jump question"),
    Command("view.next_prompt", ("ctrl+down",), "To the next prompt", lambda c: c.transcript("scroll('prompt', 1)"),
            words="scroll jump question"),
    Command("view.start", ("ctrl+home",), "To the start of the conversation", lambda c: c.transcript("scroll('start')"),
            words="top first scroll home beginning"),
    Command("view.end", ("ctrl+end",), "To its end, and stay there", lambda c: c.transcript("scroll('end')"),
            words="bottom last scroll latest"),
    Command("pane.settings", ("f2",), "Settings pane: show or hide", lambda c: c.panes.toggle_settings(), "settings",
            words="sidebar options parameters preferences temperature system prompt configure"),
    Command("pane.enter", ("alt+w",), "Go to the open pane, and back to the prompt", lambda c: c.panes.enter_pane(),
            words="focus sidebar"),
    Command("pane.wider", (), "Make the pane wider", lambda c: c.panes.widen(STEP),
            help="its edge can be dragged, too", words="resize bigger larger width sidebar"),
    Command("pane.narrower", (), "Make the pane narrower", lambda c: c.panes.widen(-STEP),
            help="its edge can be dragged, too", words="resize smaller width sidebar"),
    Command("pane.library", ("f3",), "Library pane: show or hide", lambda c: c.panes.toggle_library(),
            words="sidebar conversations history list tree"),
    Command("settings.tune", ("ctrl+t",), "Adjust the settings on the last line", lambda c: c.panes.open_tuner(),
            "tune", words="parameters knobs temperature tokens adjust"),
    Command("settings.temperature_up", ("alt+up",), "Temperature up by 0.1",
            lambda c: c.settings.step_and_show("temperature", 1), words="hotter creative random increase"),
    Command("settings.temperature_down", ("alt+down",), "Temperature down by 0.1",
            lambda c: c.settings.step_and_show("temperature", -1), words="cooler precise decrease"),
    Command("settings.max_tokens_up", ("alt+shift+up",), "max_tokens one step up",
            lambda c: c.settings.step_and_show("max_tokens", 1), words="longer length increase limit"),
    Command("settings.max_tokens_down", ("alt+shift+down",), "max_tokens one step down",
            lambda c: c.settings.step_and_show("max_tokens", -1), words="shorter length decrease limit"),
    Command("settings.save", (), "Save the settings as default for new conversations",
            job(lambda c: c.settings.save_as_default()), help="^s in the settings pane",
            words="keep persist default remember"),
    Command("settings.undo", (), "Undo the last change of a setting", lambda c: c.settings.undo(),
            help="^z in the settings pane", words="revert back restore"),
    Command("settings.system", (), "Choose a system prompt", job(lambda c: c.system_prompts.show()),
            help="from your library of them", words="instructions persona role library"),
    Command("settings.presets", (), "Presets: use, save and delete", job(lambda c: c.presets.show()),
            help="settings under a name", words="preset role profile save named favourite"),
    Command("filter.report", ("f5",), "Filter report of the last turn that was rejected",
            lambda c: c.content_filter.show_last(), words="blocked rejected moderation why safety"),
    Command("filter.view", (), "Content filter: all verdicts of this conversation as a table",
            job(lambda c: c.content_filter.show_table()),
            words="moderation blocked safety table verdicts report csv"),
    Command("filter.send", (), "Exclude the last answer from requests, or include it again",
            lambda c: c.content_filter.toggle_last_exclusion(), words="leave out drop hide ignore context"),
    Command("chat.context", (), "Cost, tokens and context: used so far, and sent next",
            job(lambda c: c.context.show()),
            help="message by message, and what it has cost",
            words="window usage size budget cost price money spend spent used meters rate limit quota"),
    Command("endpoint.check", (), "Check the endpoint", job(lambda c: c.endpoint_key.check()),
            help="address, network, key, model, filter", words="test ping doctor diagnose network health status"),
    Command("endpoint.add", (), "Add an endpoint", job(lambda c: c.endpoints.add()),
            help="from a URL or a curl command",
            words="connect provider server url curl azure openai gpt mistral claude ollama setup configure new"),
    Command("endpoint.edit", (), "Endpoints: use, add, edit, check and delete", job(lambda c: c.endpoint_list.show()),
            help="all of them in one list", words="remove change manage provider server url deployment"),
    Command("endpoint.key", ("alt+k",), "Key of the endpoint: type or paste it",
            job(lambda c: c.endpoint_key.ask(then=c.conversation.retry)), help="for this run, or for the keyring",
            words="api password login sign in secret credential authentication 401"),
    Command("endpoint.price", (), "Price of the endpoint, for a million tokens",
            job(lambda c: c.endpoint_list.price()), help="what answers cost", words="cost money rate"),
    Command("endpoint.copy_curl", (), "Copy the last request as curl", lambda c: c.exchanges.copy_curl(),
            help="the key as $VARIABLE", words="clipboard request shell command export"),
    Command("app.theme", (), "Change the theme", job(lambda c: c.themes.pick()),
            help="previewed as you choose", words="light dark mode colours colors appearance style look skin"),
    Command("app.vim", (), "Vim keys in the prompt: on or off", lambda c: c.switches.turn("vim"),
            words="vi modal normal mode editing"),
    Command("app.reduced_motion", (), "Reduced motion: on or off", lambda c: c.switches.turn("reduced_motion"),
            help="nothing blinks or moves", words="animation blink accessibility still"),
    Command("app.notify", (), "Notifications when an answer ends: on or off", lambda c: c.switches.turn("notify"),
            words="bell sound attention desktop alert"),
    Command("app.mouse", (), "Mouse: on or off", lambda c: c.switches.turn("mouse"),
            help="off leaves it to the terminal", words="click selection"),
    Command("app.reasoning", (), "Thoughts in answers: folded, open or hidden",
            lambda c: c.switches.turn("show_reasoning"), words="reasoning model chain show hide collapse"),
    Command("model.pick", ("ctrl+l",), "Choose the model or the endpoint", job(lambda c: c.palette.pick_model()),
            words="switch change models llm provider server select"),
    Command("palette", ("ctrl+p",), "Command palette", job(lambda c: c.palette.show()), "palette",
            words="commands actions menu"),
    Command("help", ("f1",), "Keys and help", job(lambda c: c.help.show()), "help",
            help="also ? in an empty prompt",
            words="shortcuts bindings keybindings keyboard manual hotkeys documentation guide"),
    Command("help.manual", (), "Read the manual", job(lambda c: c.manual.choose()),
            help="set-up, Azure, troubleshooting …", words="documentation guide docs pages tutorial faq"),
    Command("help.version", (), "Version of tui-chat, for a bug report", lambda c: c.notifier.inform(c.help.version),
            words="about bug report update release"),
    Command("app.quit", ("ctrl+q",), "Quit", lambda c: c.leaving.quit(), "quit", early=True,
            words="exit close leave end bye"),
)

READING: tuple[Command, ...] = (
    Command("reading.menu", ("enter", "space"), "What can be done with it", job(lambda c: c.reading.menu()), "menu"),
    Command("reading.block_up", ("up", "k"), "To the block above", lambda c: c.transcript("move('block', -1)")),
    Command("reading.block_down", ("down", "j"), "To the next block", lambda c: c.transcript("move('block', 1)")),
    Command("reading.message_up", ("shift+up", "p"), "To the message above",
            lambda c: c.transcript("move('message', -1)")),
    Command("reading.message_down", ("shift+down", "n"), "To the next message",
            lambda c: c.transcript("move('message', 1)")),
    Command("reading.previous_code", ("left_square_bracket",), "To the code block above",
            lambda c: c.reading.to_code(-1)),
    Command("reading.next_code", ("right_square_bracket",), "To the next code block",
            lambda c: c.reading.to_code(1)),
    Command("reading.older", ("left", "h"), "The older version of a prompt or answer", lambda c: c.reading.do("older")),
    Command("reading.newer", ("right", "l"), "The newer version", lambda c: c.reading.do("newer")),
    Command("reading.copy", ("c",), "Copy the message or block as Markdown", lambda c: c.reading.do("copy"), "copy",
            words="clipboard yank"),
    Command("reading.select", ("v",), "Select from here: move on, then copy; again: no more",
            lambda c: c.transcript("select"), "select"),
    Command("reading.copy_code", ("y",), "Copy the code block, or the nearest one, without decoration",
            lambda c: c.reading.do("copy_code"), "code", words="clipboard snippet"),
    Command("reading.links", ("o",), "Open a link in it; where it leads is shown first",
            job(lambda c: c.reading.do("links")), "link"),
    Command("reading.files", ("a",), "View a file that was sent with it", job(lambda c: c.reading.do("files")),
            "files"),
    Command("reading.edit", ("E",), "Edit the prompt and send it; the old one stays",
            lambda c: c.reading.do("edit"), "edit"),
    Command("reading.retry", ("R",), "Answer again; the old answer stays", lambda c: c.reading.do("retry"), "again",
            words="regenerate"),
    Command("reading.compare", ("C",), "Compare answers to it side by side", job(lambda c: c.compare.open()), "compare",
            words="variants versions side by side"),
    Command("reading.quote", ("q",), "Quote it in the prompt", lambda c: c.reading.do("quote"), "quote"),
    Command("reading.sent", ("X",), "Exclude from requests, or include again", lambda c: c.reading.do("sent"), "drop",
            words="leave out drop context"),
    Command("reading.source", ("m",), "The Markdown source, or what it means", lambda c: c.reading.do("source"),
            "source", words="raw markdown"),
    Command("reading.fold", ("f",), "Fold or unfold long code and thinking", lambda c: c.reading.do("fold"), "fold"),
    Command("reading.details", ("i",), "Details: settings, tokens, times",
            lambda c: c.reading.do("details"), words="info metadata tokens usage"),
)
"""Commands whose keys act while the transcript has the focus. They may be letters: nothing is typed there."""
# fmt: on

BY_ID = {command.id: command for command in (*COMMANDS, *READING)}
