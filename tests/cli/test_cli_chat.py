"""`ragprep chat`: from a pipe plain, on a terminal with a prompt."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ragprep.testing.servers import FakeOllama, Fault

Run = Callable[..., Any]

TALK = ["chat", "--llm", "none", "--home"]


def test_a_pipe_is_a_conversation(spawn: Run, ready_home: Path, tmp_path: Path) -> None:
    """Questions, follow-ups and commands, one a line; what is no answer goes to stderr."""
    saved = tmp_path / "talk.md"
    lines = ["what is overfitting", "", "and how do I prevent it?", "/sources", f"/save {saved}"]
    ran = spawn(*TALK, ready_home, input="\n".join([*lines, "/quit", "what is dropout"]))
    assert ran.code == 0
    assert "Overfitting occurs when" in ran.out
    assert "q3    What is overfitting and how can you prevent it?" in ran.out
    assert "[q15]" not in ran.out
    assert "> " not in ran.out
    assert ran.err == (
        f"Read as: what is overfitting and how do I prevent it?\nSaved in {saved}.\n"
    )
    assert saved.read_text("utf-8").startswith("## what is overfitting\n")


def test_json_is_an_object_a_line(spawn: Run, ready_home: Path) -> None:
    """And nothing else, commands included."""
    lines = "what is overfitting\n/help\n/sources\nand how do I prevent it?\n/new\nwhy?\n"
    ran = spawn(*TALK, ready_home, "--json", input=lines)
    assert (ran.code, ran.err) == (0, "")
    first, second, third = (json.loads(line) for line in ran.out.splitlines())
    assert first["question"] == first["searched"] == "what is overfitting"
    assert second["question"] == "and how do I prevent it?"
    assert second["searched"] == "what is overfitting and how do I prevent it?"
    assert second["sources"][0]["label"] == "q3"
    assert (third["searched"], third["verdict"]) == ("why?", "asked back")


def test_an_error_does_not_end_a_conversation(spawn: Run, ready_home: Path) -> None:
    """The exit code tells of it."""
    ran = spawn(*TALK, ready_home, input="/grade\n/save\n\\\nwhat is dropout\n/sources")
    assert ran.code == 1
    assert ran.err.count("error: ") == 2
    assert "/help" in ran.err
    assert "Dropout" in ran.out


def test_no_line_is_no_error(spawn: Run, ready_home: Path) -> None:
    """Nor is what is no text."""
    ran = spawn(*TALK, ready_home, input="")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    ran = spawn(*TALK, ready_home, input=b"what is \xff dropout\n", text=False)
    assert ran.code == 0


def test_without_the_demanded_model_each_question_says_so(spawn: Run, ready_home: Path) -> None:
    """`--llm ollama` where there is none."""
    ran = spawn("chat", "--llm", "ollama", "--home", ready_home, input="what is dropout\n")
    assert ran.code == 1
    assert "ollama serve" in ran.err


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals and signals of POSIX")
def test_on_a_terminal_ctrl_c_stops_the_answer_and_ctrl_d_leaves(ready_home: Path) -> None:
    """What was shown stays, and the conversation goes on."""
    import pty

    text = "Dropout is a regularization technique [q15].\n"
    parent, child = pty.openpty()
    with (
        FakeOllama((text,), fault=Fault.STALLS) as server,
        subprocess.Popen(
            [sys.executable, "-m", "ragprep", "chat", "--llm", "ollama"],
            stdin=child,
            stdout=child,
            stderr=child,
            env=os.environ
            | {"RAGPREP_HOME": str(ready_home), "RAGPREP_OLLAMA_HOST": server.url, "TERM": "dumb"},
            start_new_session=True,
        ) as process,
    ):
        os.close(child)
        try:
            _read_until(parent, b"> ")
            os.write(parent, b"what is dropout\n")
            _read_until(parent, b"[q15]")
            process.send_signal(signal.SIGINT)
            shown = _read_until(parent, b"> ")
            assert b"Interrupted." in shown
            assert server.hung_up.wait(60)
            os.write(parent, b"/new\n")
            _read_until(parent, b"> ")
            assert _leave(parent, process) == 0
        finally:
            process.kill()
    os.close(parent)


def _leave(terminal: int, process: subprocess.Popen[bytes]) -> int | None:
    """Type Ctrl-D until the process ends: one that comes before the line editor listens is lost."""
    for _ in range(60):
        with contextlib.suppress(OSError):  # the terminal has gone with the process
            os.write(terminal, b"\x04")
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(0.5)
    return None


def _read_until(terminal: int, mark: bytes) -> bytes:
    seen, deadline = b"", time.monotonic() + 60
    while mark not in seen:
        left = deadline - time.monotonic()
        assert left > 0 and select.select([terminal], [], [], left)[0], seen
        seen += os.read(terminal, 4096)
    return seen
