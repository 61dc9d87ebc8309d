"""Completion scripts for bash, zsh and fish, generated from the command tree.

Names from files are compared and quoted, never evaluated: `compgen -W` would expand a `$(…)` in one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tui_chat.cli.command_tree import Argument, CommandNode

Tree = Sequence[CommandNode]


def bash(tree: Tree) -> str:
    """For bash from 3.2 on, without the package bash-completion."""
    _, *commands = tree
    lines = [
        "# bash completion for tui-chat",
        _BASH_HELPERS,
        "_tui_chat() {",
        '    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command="" word i skip=0',
        '    [[ $cur == "=" ]] && cur=""',
        '    [[ $prev == "=" ]] && prev="${COMP_WORDS[COMP_CWORD-2]}"',
        "    COMPREPLY=()",
        "    for ((i = 1; i < COMP_CWORD; i++)); do",
        '        word="${COMP_WORDS[i]}"',
        '        if [[ $skip == 1 && $word != "=" ]]; then skip=0; continue; fi',
        '        case "$word" in',
        f"            {'|'.join(_valued(tree))}) skip=1 ;;",
        f'            {"|".join(node.name for node in commands)}) command="$word"; break ;;',
        "        esac",
        "    done",
        '    case "$command:$prev" in',
        *_bash_values(tree),
        "    esac",
        '    case "$command:$cur" in',
    ]
    lines += [f"        {node.name}:-*) _tui_chat_words {_words(_flags(node))} ;;" for node in tree]
    lines.append(f"        :*) _tui_chat_words {_words(node.name for node in commands)} ;;")
    following = [(node.name, _bash_action(node.positional)) for node in commands if node.positional is not None]
    lines += [f"        {name}:*) {action} ;;" for name, action in following if action]
    return "\n".join([*lines, "    esac", "}", "complete -F _tui_chat tui-chat", ""])


_BASH_HELPERS = """\
_tui_chat_add() {  # one candidate, where it begins with what was typed; what is behind a tab only describes it
    local value="${1%%$'\\t'*}"
    if [[ -n $value && $value == "$cur"* ]]; then
        printf -v value '%q' "$value"
        COMPREPLY+=("$value")
    fi
}
_tui_chat_words() {
    local each
    for each in "$@"; do _tui_chat_add "$each"; done
}
_tui_chat_values() {
    local line
    while IFS= read -r line; do _tui_chat_add "$line"; done < <(command tui-chat completion --values "$1" 2>/dev/null)
}
_tui_chat_files() {
    local line
    compopt -o filenames 2>/dev/null  # bash 3.2 has none
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$1" -- "$cur")
}"""


def _bash_values(tree: Tree) -> Iterator[str]:
    for node in tree:
        for option in node.options:
            if option.has_value:
                patterns = "|".join(f"{node.name}:{flag}" for flag in option.flags)
                yield f"        {patterns}) {_bash_action(option) or ':'}; return ;;"


def _bash_action(argument: Argument) -> str:
    actions = [f"_tui_chat_words {_words(argument.choices)}"] if argument.choices else []
    actions += [f"_tui_chat_values {argument.asked}"] if argument.asked else []
    actions += ["_tui_chat_files -f"] if argument.file else []
    actions += ["_tui_chat_files -d"] if argument.folder else []
    return "; ".join(actions)


def zsh(tree: Tree) -> str:
    """For zsh's own completion system."""
    app, *commands = tree
    lines = [
        "#compdef tui-chat",
        _ZSH_HELPERS,
        "_tui_chat() {",
        "    local curcontext=$curcontext state line",
        "    typeset -A opt_args",
        "    local -a commands",
        "    commands=(",
        *(f"        {shlex.quote(_colons(node.name) + ':' + node.help)}" for node in commands),
        "    )",
        "    _arguments -C -s \\",
        *_zsh_options(app),
        "        '1: :->command' '*:: :->rest'",
        "    case $state in",
        "        command) _describe -t commands command commands ;;",
        "        rest)",
        "            case $words[1] in",
    ]
    for node in commands:
        lines.append(f"                {node.name}) _arguments -s \\")
        lines += [f"            {line}" for line in _zsh_options(node)]
        lines.append(f"                    {_zsh_positional(node.positional)} ;;")
    # The file may be in $fpath, where it is the function's body, or be sourced.
    last = 'if [[ $funcstack[1] == _tui_chat ]]; then _tui_chat "$@"; else compdef _tui_chat tui-chat; fi'
    return "\n".join([*lines, "            esac ;;", "    esac", "}", last, ""])


_ZSH_HELPERS = """\
_tui_chat_values() {
    local -a found values shown
    local each
    found=("${(@f)$(command tui-chat completion --values $1 2>/dev/null)}")
    for each in $found; do
        values+=("${each%%$'\\t'*}")
        shown+=("${each//$'\\t'/  }")
    done
    compadd -d shown -a values
}"""


def _zsh_options(node: CommandNode) -> Iterator[str]:
    for option in node.options:
        about = re.sub(r"([\[\]:\\])", r"\\\1", option.help or option.flags[-1].lstrip("-"))
        value = f":{option.flags[-1].lstrip('-')}:{_zsh_action(option)}" if option.has_value else ""
        spec = f"[{about}]{value}"
        if len(option.flags) == 1:
            yield f"        {shlex.quote(f'*{option.flags[0]}{spec}')} \\"
        else:
            yield f"        '*'{{{','.join(option.flags)}}}{shlex.quote(spec)} \\"


def _zsh_positional(argument: Argument | None) -> str:
    return "'*: :'" if argument is None else shlex.quote(f"*: :{_zsh_action(argument)}")


def _zsh_action(argument: Argument) -> str:
    actions = [f"({' '.join(argument.choices)})"] if argument.choices else []
    if argument.asked and argument.file:
        return "{_tui_chat_values " + argument.asked + "; _files}"
    actions += ["{_tui_chat_values " + argument.asked + "}"] if argument.asked else []
    actions += ["_files"] if argument.file else []
    actions += ["_files -/"] if argument.folder else []
    return actions[0] if actions else " "


def fish(tree: Tree) -> str:
    """For fish from 3.0 on."""
    app, *commands = tree
    names, valued = " ".join(node.name for node in commands), " ".join(_valued(tree))
    lines = [
        "# fish completion for tui-chat",
        f"set -g __tui_chat_commands {names}",
        f"set -g __tui_chat_valued {valued}",
        _FISH_HELPERS,
        "complete -c tui-chat -f",
    ]
    none = "'__tui_chat_in app'"
    lines += [f"complete -c tui-chat -n {none} -a {node.name} -d {_fish_text(node.help)}" for node in commands]
    lines += [f"complete -c tui-chat -n {none} {_fish_option(option)}" for option in app.options]
    for node in commands:
        seen = f"'__tui_chat_in {node.name}'"
        lines += [f"complete -c tui-chat -n {seen} {_fish_option(option)}" for option in node.options]
        if node.positional is not None and (values := _fish_values(node.positional)):
            lines.append(f"complete -c tui-chat -n {seen} {values}")
    return "\n".join([*lines, ""])


_FISH_HELPERS = """\
function __tui_chat_in  # whether the command on the line is this one; what follows an option is none
    set -l command app
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word $__tui_chat_valued
            set skip 1
        else if contains -- $word $__tui_chat_commands
            set command $word
            break
        end
    end
    test $command = $argv[1]
end"""


def _valued(tree: Tree) -> list[str]:
    """The options that take a value."""
    return sorted({flag for node in tree for option in node.options if option.has_value for flag in option.flags})


def _fish_option(option: Argument) -> str:
    flags = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
    about = f" -d {_fish_text(option.help)}" if option.help else ""
    values = f" {'-r' if option.file else '-x'} {_fish_values(option)}".rstrip() if option.has_value else ""
    return f"{flags}{values}{about}"


def _fish_values(argument: Argument) -> str:
    parts = [f"-a {_fish_text(' '.join(argument.choices))}"] if argument.choices else []
    parts += [f"-a '(command tui-chat completion --values {argument.asked} 2>/dev/null)'"] if argument.asked else []
    parts += ["-a '(__fish_complete_directories)'"] if argument.folder else []
    return " ".join([*parts, "-F"] if argument.file else parts)


def _fish_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _flags(node: CommandNode) -> Iterator[str]:
    for option in node.options:
        yield from option.flags


def _words(words: Iterable[str]) -> str:
    return " ".join(map(shlex.quote, words))


def _colons(text: str) -> str:
    return text.replace(":", "\\:")


SCRIPTS: Mapping[str, Callable[[Tree], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
