"""The loop of `ragprep chat`: reads lines, hands them to the conversation, prints what comes."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragprep import wire
from ragprep.cli import layout, render
from ragprep.config import expanded
from ragprep.errors import RagprepError

if TYPE_CHECKING:
    from ragprep.chat import Chat, Command

PROMPT = "> "


def talk(chat: Chat, *, as_json: bool) -> bool:
    """Answer line by line until stdin ends or `/quit`.

    On a terminal Ctrl-C stops the answer and not the conversation; elsewhere it ends the command.

    Returns:
        Whether every line could be answered.
    """
    show_error = render.show_json_error if as_json else render.show_error
    interactive = render.is_terminal(sys.stdin) and render.is_terminal(sys.stdout)
    all_well, told = True, ""
    if interactive:
        render.say("Ask a question, and ask on. /help lists the commands, Ctrl-D leaves.")
    for line in _typed() if interactive else _piped():
        try:
            if not line.strip():
                continue
            command = _command(line)
            if command is None:
                told = _answer(chat, line.strip(), told, as_json=as_json)
            elif command.name == "quit":
                break
            else:
                _obey(chat, command, as_json=as_json)
        except RagprepError as error:
            all_well = False
            show_error(str(error), error.remedy)
        except KeyboardInterrupt:
            if not interactive:
                raise
            render.show([layout.BLANK])
            render.say("Interrupted.")
    return all_well


def _command(line: str) -> Command | None:
    from ragprep.chat import read_command

    return read_command(line)


def _answer(chat: Chat, question: str, told: str, *, as_json: bool) -> str:
    """Answer a question and return the note that was shown, which is not shown again."""
    if as_json:
        render.show_json(wire.chat(chat.ask(question)))
        render.flush()
        return ""
    turn = chat.ask(question, on_text=render.stream())
    render.show([layout.BLANK, *layout.omitted(turn.answer), layout.BLANK])
    if turn.searched != question:
        render.say(f"Read as: {turn.searched}")
    if turn.answer.note != told:
        render.say(turn.answer.note)
    return turn.answer.note


def _obey(chat: Chat, command: Command, *, as_json: bool) -> None:
    if command.name == "new":
        chat.new()
    elif command.name == "save":
        chat.save(expanded(command.argument))
        render.say(f"Saved in {command.argument}." if not as_json else "")
    elif not as_json:
        if command.name == "help":
            render.show(layout.chat_help())
        else:
            render.show(layout.chat_sources(chat.turns[-1] if chat.turns else None))


def _typed() -> Iterator[str]:
    """Yield lines typed on a terminal, with editing and history where the system has them."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  # input() uses it
    while True:
        try:
            yield input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            render.show([layout.BLANK])
            return


def _piped() -> Iterator[str]:
    """Yield the lines of stdin; what is no text in them is replaced."""
    if sys.stdin is None:  # closed before the start
        return
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    yield from sys.stdin
