"""Writes docs/cli.md and ragprep/cli/help.txt from the commands: `python docs/generate_cli.py`."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
from collections.abc import Callable
from pathlib import Path

from ragprep import wire
from ragprep.cli import main
from ragprep.cli.help import HEADER, WIDTH

PATH = Path(__file__).parent / "cli.md"
HELP = PATH.parent.parent / "ragprep" / "cli" / "help.txt"

COMMANDS: dict[str, Callable[..., object] | None] = {
    "search": wire.search,
    "ask": wire.answer,
    "chat": wire.chat,
    "show": wire.entries_shown,
    "grade": wire.grade,
    "practice": wire.practice,
    "mock": wire.interview,
    "web": None,
    "related": wire.related,
    "list": wire.listing,
    "index": wire.build,
    "status": wire.status,
    "lint": wire.lint,
    "expand": wire.expand,
    "doctor": wire.doctor,
    "mcp": None,
    "progress": wire.progress,
    "due": wire.due,
    "history show": wire.history,
    "history undo": wire.move_undone,
    "history restore": wire.restored,
    "history export": wire.reviews_kept,
    "history import": wire.reviews_kept,
    "history forget": wire.forgotten,
    "export anki": wire.export,
    "eval retrieval": wire.retrieval_report,
    "eval related": wire.related_report,
    "eval answers": wire.answers_report,
    "eval grading": wire.grading_report,
    "eval pairs": wire.pairs_report,
    "eval wording": wire.wording_report,
}
"""Command -> what makes its JSON object; the docstring of that is shown."""

INTRODUCTION = """\
# The command line

This page is written by `python docs/generate_cli.py`; edit the commands, not the page.

Results go to stdout, everything else to stderr.
On a terminal results are styled and wrapped; elsewhere they are plain text.
The first command that needs the index builds it, and says so.

| exit code | meaning |
| --- | --- |
| 0 | done; a question that the guides do not cover is an answer too |
| 1 | it could not be done: one line on stderr says why, and what to do next |
| 2 | a setting, argument or query that cannot be used |
| 70 | a bug in ragprep; RAGPREP_DEBUG=1 shows the traceback |
| 130 | interrupted with Ctrl-C; the index and files are as they were |

A reader of stdout who had enough, such as `head -1`, is no error: the exit code stays 0.

With `--json` a command prints one JSON object on stdout and nothing else there.
An error is one JSON object, the last line of stderr: `error` (what happened) and `remedy` (what to
do next).
Before it stderr may have progress and notices, plain lines for people.
Keys may be added; none is renamed, removed or given another meaning without a major release.

Settings: defaults, then the person's own `ragprep.toml`, then `ragprep.toml` in the current folder,
then variables, then options.
The person's own stands where the platform keeps settings: `~/.config/ragprep/` on Linux,
`~/Library/Application Support/ragprep/` on macOS, `%LOCALAPPDATA%\\ragprep\\` on Windows.
The variables are `RAGPREP_HOME`, `RAGPREP_PRACTICE` (the folder of what you answered),
`RAGPREP_GUIDES` (the folder into which `ragprep web` puts notes),
`RAGPREP_STORE` (an index on a server: `milvus://host:port/collection`, see [scale.md](scale.md)),
`RAGPREP_MODEL`, `RAGPREP_LLM`, `RAGPREP_LLM_MODEL`, `RAGPREP_OLLAMA_HOST` and
`RAGPREP_OPENAI_URL`; in the files the names are the same in lower case,
without `RAGPREP_`.
A file that a folder brings sets `llm` (to `auto`, `none` or `ollama`) and `llm_model` alone: where
a key or a text is sent, where data is written and which model is loaded is the person's to say.
That holds for a cloud model of Ollama (`gpt-oss:120b-cloud`), to whose maker the text is sent, too;
nor is one ever chosen by itself.
What else it sets is ignored, and said to be.
A server's key is read from the environment alone: `RAGPREP_OPENAI_KEY`, or `OPENAI_API_KEY` where
the address is that of `OPENAI_BASE_URL`; for a server of the index, `RAGPREP_STORE_TOKEN`.
"""


def page() -> str:
    """Return docs/cli.md as it should be."""
    parts = [INTRODUCTION, f"## ragprep\n\n{_help()}"]
    for command, make in COMMANDS.items():
        parts.append(f"## ragprep {command}\n\n{_help(*command.split())}")
        if make is not None:
            parts.append(f"`--json`: {_contract(make)}")
    return "\n".join(parts)


def help_text() -> str:
    """Return help.txt as it should be: of ragprep itself, and of each command and group."""
    commands = ("", "eval", "export", "history", *COMMANDS)
    return HEADER.join(f"{command}\n{_typed(*command.split())}" for command in commands)


def _help(*command: str) -> str:
    return f"```text\n{_typed(*command).strip()}\n```\n"


def _typed(*command: str) -> str:
    """Return what typer shows."""
    os.environ["COLUMNS"] = str(WIDTH)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        main([*command, "--help"])
    return shown.getvalue()


def _contract(make: Callable[..., object]) -> str:
    summary, _, rest = inspect.cleandoc(make.__doc__ or "").partition("\n\n")
    assert summary.startswith("Return ")
    return f"{summary.removeprefix('Return ')}\n\n{rest}\n"


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
    HELP.write_text(help_text(), encoding="utf-8")
