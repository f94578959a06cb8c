"""`ragprep practice` and `mock`: over a pipe, and on a terminal of 80 columns and 24 rows."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ragprep.practice.journal import Journal

Run = Callable[..., Any]
REWRITE = bool(os.environ.get("RAGPREP_REWRITE"))
GOLDEN = Path(__file__).parent.parent / "golden" / "practice.txt"

SESSION = """\
?
supervised is when you have labels, so you train on inputs with the right output, classification
and regression
.
3
it looks for structure in data that nobody labelled, like grouping customers
.
so bias is error from assumptions that are too simple, and thats underfitting
.
2
variance is error because its so sensitive to small changes in the training set
.
s
q
"""


TAKES_TEXT = b"\x1b[?2004h"
"""Sent at the beginning of a prompt: text may be pasted."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the history."""
    monkeypatch.setenv("RAGPREP_PRACTICE", str(tmp_path / "data"))
    return tmp_path / "data"


def practise(spawn: Run, home: Path, text: str, *options: str) -> Any:
    command = ["practice", "--section", "fundamentals", *options]
    return spawn(*command, "--home", home, input=text)


def test_a_whole_session_over_a_pipe(spawn: Run, ready_home: Path, data: Path) -> None:
    """Word for word but for days; `RAGPREP_REWRITE=1` rewrites."""
    ran = practise(spawn, ready_home, SESSION, "--questions", "4")
    assert (ran.code, ran.err) == (0, "")
    shown = re.sub(r"\d{4}-\d\d-\d\d", "2026-12-24", ran.out)
    if REWRITE:
        GOLDEN.write_text(shown, encoding="utf-8")
    assert shown == GOLDEN.read_text(encoding="utf-8")
    with Journal.open(data) as journal:
        reviews = journal.reviews()
    assert [int(r.rating or 0) for r in reviews if r.follows is None] == [3, 2]
    rated = [r.id for r in reviews if r.follows is None]
    assert [r.follows for r in reviews if r.follows] == rated


def test_what_the_input_ends_in_is_offered_next_time(
    spawn: Run, ready_home: Path, data: Path
) -> None:
    """It was graded, and nobody said how well it was known."""
    ran = practise(spawn, ready_home, "bias is error from", "--questions", "1")
    assert ran.code == 0
    assert "0 answered." in ran.out
    again = practise(spawn, ready_home, "q\n", "--questions", "1", "--json")
    assert json.loads(again.out.splitlines()[0])["draft"] == "bias is error from"
    silent = practise(spawn, ready_home, "no words", "--no-transcript", "--questions", "1")
    assert silent.code == 0
    again = practise(spawn, ready_home, "q\n", "--questions", "1", "--json")
    assert json.loads(again.out.splitlines()[0])["draft"] == "bias is error from"


def test_json_is_an_object_a_line(spawn: Run, ready_home: Path, data: Path) -> None:
    """A rating that was undone is asked for again, and kept once."""
    ran = practise(spawn, ready_home, ".\n1\nu\n2\nq\n", "--questions", "2", "--json")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["event"] for event in events] == [
        *("question", "answer", "review", "question", "undo", "answer", "review", "question"),
        "end",
    ]
    assert events[-1]["ratings"] == {"hard": 1}


def test_a_pipe_opens_no_editor(
    spawn: Run, ready_home: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There "e" is the answer."""
    monkeypatch.setenv("VISUAL", f"touch {tmp_path / 'opened'}")
    ran = practise(spawn, ready_home, "e\n.\n1\nq\n", "--questions", "1")
    assert "1 answered: 1 Again." in ran.out
    assert not (tmp_path / "opened").exists()


def test_an_answer_that_cannot_be_graded_is_not_recorded(
    spawn: Run, ready_home: Path, data: Path
) -> None:
    """It can be tried again or skipped; the exit code tells of it."""
    ran = practise(spawn, ready_home, "x" * 20_001 + "\n.\ns\nq\n", "--questions", "2")
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert "0 answered; 1 skipped." in ran.out


def test_the_day_of_the_interview_is_kept(spawn: Run, ready_home: Path, data: Path) -> None:
    """A day that has come is none to practise for."""
    assert practise(spawn, ready_home, "q\n", "--until", "2999-01-01").code == 0
    with Journal.open(data) as journal:
        assert str(journal.settings().until) == "2999-01-01"
    assert practise(spawn, ready_home, "q\n", "--until", "2020-01-01").code == 2


def test_a_mock_interview_ends_in_a_report(
    spawn: Run, ready_home: Path, data: Path, tmp_path: Path
) -> None:
    """As a page, and as JSON; a file that is there is left alone."""
    page = tmp_path / "report.html"
    command = ["mock", "--questions", "2", "--home", ready_home, "--report", page]
    ran = spawn(*command, input="it depends on the data\n.\ns\n")
    assert (ran.code, ran.err.count("\n")) == (0, 1)
    assert f"The report is in {page}." in ran.out
    assert "of 100" not in ran.out.partition("on average")[0].partition("2 of 2")[0]
    assert "it depends on the data" in page.read_text(encoding="utf-8")
    assert spawn(*command, input="").code == 2
    ran = spawn(*command[:-2], "--json", input="it depends\n.\nq\n")
    report = json.loads(ran.out)
    assert [answer["said"] for answer in report["answers"]] == ["it depends"]
    assert len(report["not_asked"]) == 1


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals and signals of POSIX")
def test_on_a_terminal_keys_rate_and_a_closed_one_loses_nothing(
    ready_home: Path, data: Path
) -> None:
    """80 x 24: an answer of two lines, Ctrl-D, Enter or a key; then the terminal is resized,
    and hangs up in mid-answer.
    """
    import fcntl
    import pty
    import termios

    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "ragprep", "practice", "--questions", "3"]
    env = os.environ | {"RAGPREP_HOME": str(ready_home), "TERM": "xterm"}
    env |= {"PROMPT_TOOLKIT_NO_CPR": "1", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    terminal = Terminal(parent)
    with subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, env=env, start_new_session=True
    ) as process:
        os.close(child)
        try:
            terminal.until(TAKES_TEXT)
            os.write(parent, b"labels or\rno labels\x04")
            assert b"of 100" in terminal.until(b"another", b"know it?")
            os.write(parent, b"2")
            terminal.until(b"Hard: again on")
            terminal.until(TAKES_TEXT)  # a follow-up or the next question
            fcntl.ioctl(parent, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 60, 0, 0))
            process.send_signal(signal.SIGWINCH)
            os.write(parent, b"s\r")
            terminal.until(TAKES_TEXT)
            os.write(parent, b"half an answer")
            terminal.until(b"an answer")
            process.send_signal(signal.SIGHUP)
            terminal.until(b"1 answered")
            process.wait(30)
        finally:
            process.kill()
    os.close(parent)
    with Journal.open(data) as journal:
        assert [int(r.rating or 0) for r in journal.reviews()] == [2]
        drafts = [row[2] for row in journal.database.rows("draft")]
    assert drafts == ["half an answer"]


class Terminal:
    """What a process shows on a terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._unread = b""

    def until(self, *marks: bytes) -> bytes:
        """Return what is shown up to the first of `marks`; what follows it is for the next call."""
        deadline = time.monotonic() + 60
        while True:
            ends = [i + len(m) for m in marks if (i := self._unread.find(m)) >= 0]
            if ends:
                shown, self._unread = self._unread[: min(ends)], self._unread[min(ends) :]
                return shown
            left = deadline - time.monotonic()
            assert left > 0, self._unread
            assert select.select([self._descriptor], [], [], left)[0], self._unread
            self._unread += os.read(self._descriptor, 4096)
