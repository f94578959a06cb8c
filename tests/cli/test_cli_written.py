"""Where an answer comes from when a person sits at the terminal: their editor."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ragprep.cli.written import answer_from
from ragprep.errors import AnswerError


@pytest.fixture
def editor(
    terminal: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], None]:
    """Set an editor that writes a sentence below what it finds, and ends with a code."""

    def set_editor(code: int = 0) -> None:
        script = tmp_path / "editor.py"
        script.write_text(
            "import sys, pathlib\n"
            "page = pathlib.Path(sys.argv[1])\n"
            "page.write_text(page.read_text() + 'Cats eat fish.\\n')\n"
            f"sys.exit({code})\n"
        )
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(script)]))

    return set_editor


def test_the_editor_gets_a_template(editor):
    """What stands below its line is the answer."""
    editor()
    with answer_from(None, None, question="What?") as answer:
        assert answer == "Cats eat fish."


@pytest.mark.parametrize("code", [0, 3])
def test_what_was_typed_is_not_lost(editor, capsys: pytest.CaptureFixture[str], code: int):
    """Whether the editor or the grading fails, the message names a file that has it."""
    editor(code)
    with (
        pytest.raises((ZeroDivisionError, AnswerError)),
        answer_from(None, None, question="What?"),
    ):
        raise ZeroDivisionError
    kept = capsys.readouterr().err.split("--file ")[1].strip()
    with answer_from(None, Path(kept), question="What?") as answer:
        assert answer == "Cats eat fish.\n"


def test_an_editor_that_is_not_there_is_an_error(terminal, monkeypatch: pytest.MonkeyPatch):
    """With its name."""
    monkeypatch.setenv("VISUAL", "no-such-editor")
    with (
        pytest.raises(AnswerError, match="no-such-editor"),
        answer_from(None, None, question="What?"),
    ):
        pass
