"""Where an answer to grade comes from: an option, a file, a pipe, or an editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.cli import render
from ragprep.errors import AnswerError, UnknownEntry

if TYPE_CHECKING:
    from ragprep.service import Prep
    from ragprep.types.guide import Entry

_RULER = "# ---- your answer below this line; lines above it are left out ----"
MAX_BYTES = 200_000
"""Read of a file or pipe: more than any answer that is graded, and no fault of memory."""


def entry_to_grade(prep: Prep, words: Sequence[str]) -> Entry:
    """Return the entry that a label names, or that words find.

    Raises:
        AnswerError: words follow a label, which names the entry already.
        UnknownEntry, QueryError: as `Prep.find`.
    """
    label, *rest = words
    if rest:
        try:
            prep.entry(label)
        except UnknownEntry:
            return prep.find(" ".join(words))
        raise AnswerError(
            f"{label} names an entry, and more text follows it.",
            remedy=f'Give your answer with --answer: ragprep grade {label} --answer "...".',
        )
    return prep.find(label)


@contextmanager
def answer_from(text: str | None, file: Path | None, *, question: str | None) -> Iterator[str]:
    """Give the answer: `text`, else the file, else stdin when it is piped, else an editor.

    What was typed into the editor is kept in a file when what is done with it fails.

    Args:
        text: of the answer.
        file: that has the answer.
        question: shown in the editor; None where no editor is to be opened.

    Raises:
        AnswerError: there is no answer, two are given, or what is named cannot be read.
    """
    if text is not None and file is not None:
        raise AnswerError("Both --answer and --file are given.", remedy="Give one of them.")
    if text is not None:
        yield text
    elif file is not None:
        yield _from_file(file)
    elif sys.stdin is None or (question is None and render.is_terminal(sys.stdin)):
        raise AnswerError("There is no answer to grade.", remedy="Give --answer, --file or a pipe.")
    elif question is None or not render.is_terminal(sys.stdin):
        piped = _decoded(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin")
        if not piped.strip():
            raise AnswerError(
                "There is no answer to grade: stdin is empty.",
                remedy="Give your answer with --answer, --file or a pipe.",
            )
        yield piped
    else:
        with _from_editor(question) as typed:
            yield typed


def _from_file(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return _decoded(stream.read(MAX_BYTES + 1), str(file))
    except OSError as exc:
        raise AnswerError(
            f"{file} cannot be read: {exc.strerror or exc}.", remedy="Check the path."
        ) from exc


def _decoded(data: bytes, source: str) -> str:
    if len(data) > MAX_BYTES:
        raise AnswerError(
            f"The answer from {source} is longer than {MAX_BYTES:,} bytes.",
            remedy="Shorten it to what answers the question.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise AnswerError(f"The answer from {source} is not UTF-8.", remedy="Save it so.") from exc


def edited(question: str, draft: str = "") -> str:
    """Return what the person writes in $VISUAL or $EDITOR, going on from a draft.

    Raises:
        AnswerError: the editor cannot be run, or failed.
    """
    with _from_editor(question, draft) as typed:
        return typed


@contextmanager
def _from_editor(question: str, draft: str = "") -> Iterator[str]:
    """Let the person write in $VISUAL or $EDITOR, below a template."""
    folder = Path(tempfile.mkdtemp(prefix="ragprep-"))
    page, typed, kept = folder / "answer.md", "", False
    page.write_text(f"# {question}\n#\n{_RULER}\n\n{draft}", encoding="utf-8")
    try:
        code = _edited(page)
        typed = _from_file(page).partition(_RULER)[2].strip()
        if code:
            raise AnswerError(f"The editor ended with code {code}.", remedy="Nothing is graded.")
        yield typed
    except BaseException:  # Ctrl-C too: what a person wrote is never lost
        if typed:
            page.write_text(f"{typed}\n", encoding="utf-8")
            render.say(f"Your answer is kept, to be graded with --file {page}")
            kept = True
        raise
    finally:
        if not kept:
            shutil.rmtree(folder)


def _edited(page: Path) -> int:
    """Return the exit code of the person's editor."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        return subprocess.call([*shlex.split(editor), str(page)])  # noqa: S603  # theirs
    except (OSError, ValueError) as exc:
        raise AnswerError(
            f'The editor "{editor}" cannot be run: {exc}.',
            remedy="Set EDITOR, or give --answer, --file or a pipe.",
        ) from exc
