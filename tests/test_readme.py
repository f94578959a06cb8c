"""The README's sessions and code run; `RAGPREP_REWRITE=1 pytest tests/test_readme.py` rewrites.

Relevance is not compared: it changes whenever the weights are fitted anew.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import pytest

from ragprep.cli import main

README = Path(__file__).resolve().parent.parent / "README.md"
SESSION = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
CODE = re.compile(r"(?<=```python\n).*?(?=```)", re.DOTALL)
NOTES = {
    "Untitled.md": "",
    "cards.csv": "Topic,Question,Answer\nOS,What is RAID?,Many disks as one.\n",
    "locks.md": "# Locks\n\nAsk Ada.\n\n> [!question]- What is a deadlock?\n> Two threads wait.\n\n"
    "> [!question]- What is a livelock?\n",
}
REWRITE = bool(os.environ.get("RAGPREP_REWRITE"))


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, ready_home: Path, tmp_path: Path) -> None:
    """The shipped guide indexed, no settings of the machine's own, no Ollama."""
    for name in list(os.environ):
        if name.startswith("RAGPREP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("RAGPREP_HOME", str(ready_home))
    monkeypatch.setenv("RAGPREP_LLM", "none")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    for name, text in NOTES.items():
        (tmp_path / "notes" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")


def test_the_session_is_what_the_tool_says() -> None:
    """Every command of the README's console blocks prints what stands below it."""
    text = README.read_text(encoding="utf-8")
    played = SESSION.sub(lambda block: _play(block[0]), text)
    if REWRITE:
        README.write_text(played, encoding="utf-8")
        text = played
    assert [_blanked(block) for block in SESSION.findall(text)] == [
        _blanked(block) for block in SESSION.findall(played)
    ]


def test_the_code_runs() -> None:
    """The README's Python prints three hits and an answer."""
    (code,) = CODE.findall(README.read_text(encoding="utf-8"))
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(code, {})
    assert len(re.findall(r"^q\d+ [01]\.\d+ ", shown.getvalue(), re.MULTILINE)) == 3
    assert "[q15]" in shown.getvalue()


def test_each_line_holds_one_sentence() -> None:
    """A reader of a diff sees which sentence changed."""
    text = re.sub(r"```.*?```", "", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    prose = [line for line in text.splitlines() if line[:1].isalpha()]
    assert [line for line in prose if re.search(r"[.!?] [A-Z]", line)] == []


def _play(block: str) -> str:
    """Return a console block with the output that its commands print now."""
    commands = re.findall(r"^\$ ragprep (.*)$", block, re.MULTILINE)
    return "\n".join(f"$ ragprep {command}\n{_output(command)}" for command in commands)


def _output(command: str) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        assert main(shlex.split(command)) == 0
    return shown.getvalue().strip("\n") + "\n"


def _blanked(block: str) -> str:
    return re.sub(r"\b(strong|likely|weak) \d\.\d\d\b|\b\d+\.\d{3}\b", "#", block)
