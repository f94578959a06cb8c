"""Where an answer comes from when a person sits at the terminal: their editor."""

from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path

import pytest

from ragprep.cli.written import answer_from
from ragprep.errors import AnswerError


class Terminal(io.StringIO):
    """A stdin that a person types into."""

    def isatty(self) -> bool:
        return True


def test_the_editor_gets_a_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What stands below its line is the answer."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "page = pathlib.Path(sys.argv[1])\n"
        "page.write_text(page.read_text() + 'Cats eat fish.\\n')\n"
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(script)]))
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert answer_from(None, None, question=lambda: "What?") == "Cats eat fish."


def test_an_editor_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch):
    """With its name."""
    monkeypatch.setenv("VISUAL", "no-such-editor")
    monkeypatch.setattr(sys, "stdin", Terminal())
    with pytest.raises(AnswerError, match="no-such-editor"):
        answer_from(None, None, question=lambda: "What?")
