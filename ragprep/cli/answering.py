"""Where answers and keys of a practice session come from: a terminal, or a pipe."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from ragprep.cli import render

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

END = "."
"""The line that ends an answer from a pipe."""

EDIT = "e"
"""Opens the editor."""

HANGUPS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name))
"""Signals of a closed terminal, which Windows does not have, and of a polite end."""


class InputEnded(Exception):
    """Nothing more will be typed: the input ended, or the person left.

    Attributes:
        text: typed until then and not sent off.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Source(Protocol):
    """What a session is answered from."""

    def answer(self, draft: str, commands: Collection[str], keep: Callable[[str], None]) -> str:
        """Return an answer, or one of the commands, which stand alone in the first line.

        Args:
            draft: begun before; the answer goes on from it.
            commands: single characters.
            keep: called with the text so far after each line of it.

        Raises:
            InputEnded: with the text that was typed.
        """
        ...

    def key(self, question: str, keys: Collection[str]) -> str:
        """Return one of the keys; "" stands for Enter.

        Raises:
            InputEnded: nothing more will be typed.
        """
        ...


class Pipe:
    """Lines: an answer ends at a line with a single "." or with the input; a key is a line."""

    def __init__(self) -> None:
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")

    def answer(self, draft: str, commands: Collection[str], keep: Callable[[str], None]) -> str:
        """Read lines up to "."; what the input ends without it is an answer, too."""
        lines = draft.splitlines()
        for line in iter(self._line, None):
            if line.strip() == END:
                return "\n".join(lines)
            is_command = line.strip() in commands and line.strip() != EDIT  # nobody sits there
            if is_command and lines == draft.splitlines():
                return line.strip()
            lines.append(line)
            keep("\n".join(lines))
        if lines == draft.splitlines():
            raise InputEnded
        return "\n".join(lines)

    def key(self, question: str, keys: Collection[str]) -> str:  # noqa: ARG002  # nobody reads it
        """Read lines until one is a key; others are said to be none."""
        for line in iter(self._line, None):
            if line.strip() in keys:
                return line.strip()
            names = ", ".join(key or "Enter" for key in keys)
            render.say(f'"{line}" is not one of the keys: {names}.')
        raise InputEnded

    def _line(self) -> str | None:
        line = sys.stdin.readline() if sys.stdin is not None else ""
        return line.rstrip("\r\n") if line else None


class Terminal:
    """A prompt of several lines; Ctrl-D ends an answer. Nothing typed is kept as a history."""

    def __init__(self) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import DummyHistory

        self._prompt: PromptSession[str] = PromptSession(
            history=DummyHistory(), enable_open_in_editor=True
        )

    def answer(self, draft: str, commands: Collection[str], keep: Callable[[str], None]) -> str:
        """Let the person type until Ctrl-D, or a command and Enter."""
        return self._typed("> ", draft, _keys_of_answer(commands, keep), multiline=True)

    def key(self, question: str, keys: Collection[str]) -> str:
        """Wait for a key; others are not heard."""
        return self._typed(question, "", _keys_alone(keys), multiline=False)

    def _typed(self, message: str, text: str, bindings: KeyBindings, *, multiline: bool) -> str:
        handlers = {number: signal.getsignal(number) for number in HANGUPS}
        try:
            return self._prompt.prompt(
                message,
                default=text,
                key_bindings=bindings,
                multiline=multiline,
                pre_run=self._hear_hangups,
            )
        except (EOFError, KeyboardInterrupt, Hangup) as exc:
            raise InputEnded(self._prompt.default_buffer.text) from exc
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _hear_hangups(self) -> None:
        """Let the event loop end the prompt: an exception from a handler may get lost in it."""
        import asyncio

        with suppress(NotImplementedError):  # as on Windows
            for number in HANGUPS:
                asyncio.get_running_loop().add_signal_handler(number, self._hang_up)

    def _hang_up(self) -> None:
        app = self._prompt.app
        if app.is_running and not app.is_done:
            app.exit(exception=Hangup())


class Hangup(BaseException):
    """The terminal was closed, or the process is to end."""


def _keys_of_answer(commands: Collection[str], keep: Callable[[str], None]) -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings

    bindings = KeyBindings()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.text.strip() in commands:
            buffer.validate_and_handle()
        else:
            buffer.newline()
            keep(buffer.text)

    @bindings.add("c-d")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return bindings


def _keys_alone(keys: Collection[str]) -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.keys import Keys

    bindings = KeyBindings()

    @bindings.add(Keys.Any)
    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        key = event.data.strip()  # of Enter ""
        if key in keys:
            event.app.exit(result=key)

    @bindings.add("c-d")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    return bindings


def source(*, as_json: bool) -> Source:
    """Return a terminal where a person sits at both ends, else a pipe."""
    at_terminal = render.is_terminal(sys.stdin) and render.is_terminal(sys.stdout)
    return Terminal() if at_terminal and not as_json else Pipe()
