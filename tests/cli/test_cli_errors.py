"""Every error is one line that says what to do, and the right exit code; never a traceback."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ragprep import Prep, __version__

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["search", ""], 2, "empty"),
        (["ask", " \t\udcff"], 2, "empty"),
        (["search", "a" * 100_000], 2, "100,000 characters"),
        (["search", "dropout", "-k", "0"], 2, "at least one"),
        (["search", "dropout", "--section", "cooking"], 2, "Deep Learning"),
        (["show", "q999"], 1, "ragprep list"),
        (["show", "\udcff"], 1, "No entry"),
        (["grade", "nonsense", "--answer", "a"], 1, "ragprep list"),
        (["ask", "what is dropout?", "--llm", "ollama"], 1, "ollama serve"),
        (["lint", "none.md"], 1, "none.md"),
        (["index", "none.md"], 1, "none.md"),
        (["index", ""], 2, "empty"),
        (["eval", "retrieval", "--queries", "none.jsonl"], 1, "none.jsonl"),
    ],
)
def test_one_line(run: Run, ready_home: Path, arguments: list[str], code: int, says: str) -> None:
    """On stderr, and nothing on stdout."""
    ran = run(*arguments, "--home", ready_home)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")
    assert says in ran.err
    assert ran.err.count("\n") == 1


def test_related_to_nothing_names_the_closest_as_search_does(run: Run, ready_home: Path) -> None:
    """That the guides do not cover a text is a result."""
    ran = run("related", "how do I cook rice", "--home", ready_home)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("The guides do not cover this question.\nClosest:\n\nq")


@pytest.mark.parametrize("corpus", [[], ["--corpus", "."]])
def test_what_an_evaluation_lacks_is_told_before_it_begins(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corpus: list[str]
) -> None:
    """Nothing is built for a run that cannot be written, or rankings that cannot be measured."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d", "text": "Dogs bark."}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "a", "text": "who barks?"}\n')
    (tmp_path / "qrels" / "test.tsv").write_text("a\td\t1\n")
    options = [*corpus, "--home", tmp_path / "home"]
    ran = run("eval", "retrieval", *options, "--run-out", tmp_path / "none" / "run.txt")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "none/run.txt: cannot be written" in ran.err
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    ran = run("eval", "retrieval", *options)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert 'pip install ".[eval]"' in ran.err
    assert not (tmp_path / "home").exists()


def test_no_model_is_no_writer_to_measure(run: Run, ready_home: Path, tmp_path: Path) -> None:
    """The extractive answers are measured in any case; `expand` needs a model."""
    ran = run("eval", "answers", "--llm", "none", "--limit", "1", "--json", "--home", ready_home)
    assert list(json.loads(ran.out)["arms"]) == ["extractive"]
    guide = tmp_path / "guide.md"
    guide.write_text("## What is a cat?\n\nA small animal.\n")
    ran = run("expand", guide, "--llm", "none", "--home", ready_home)
    assert "The setting llm is none" in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search"], "QUESTION"),
        (["serach", "x"], "search"),
        (["search", "x", "-k", "three"], "--top"),
        (["ask", "x", "--llm", "gpt"], "ollama"),
        ([], "Usage"),
    ],
)
def test_usage(run: Run, arguments: list[str], says: str) -> None:
    """A command that cannot be parsed is typer's to explain, with exit code 2."""
    ran = run(*arguments)
    assert ran.code == 2
    assert says in ran.out + ran.err


def test_a_folders_settings_are_told_once(run: Run, ready_home: Path, tmp_path: Path) -> None:
    """On stderr, and so is what a folder may not set; the command goes on."""
    (tmp_path / "ragprep.toml").write_text('llm = "none"\nopenai_url = "http://127.0.0.1:9"\n')
    ran = run("ask", "what is dropout?", "--json", "--home", ready_home)
    used, ignored = ran.err.splitlines()
    assert ran.code == 0
    assert used == "Using ragprep.toml in this folder."
    assert ignored.startswith("ragprep.toml in this folder may not set openai_url: ignored.")


def test_an_empty_home_is_none(run: Run, ready_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a variable that is not set: `--home "$HOEM"` is not the current folder."""
    monkeypatch.setenv("RAGPREP_HOME", str(ready_home))
    assert run("status", "--home", "").code == 0


def test_no_index(run: Run, tmp_path: Path) -> None:
    """Status builds nothing; it says how to."""
    ran = run("status", "--home", tmp_path / "none")
    assert ran.code == 1
    assert "ragprep index" in ran.err


def test_doctor_fails_for_what_is_necessary(run: Run, tmp_path: Path) -> None:
    """A damaged index is a failure, shown with the rest of the checks."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "CURRENT").write_text("no such generation\n")
    ran = run("doctor", "--home", home)
    assert ran.code == 1
    assert [line.split()[0] for line in ran.out.splitlines()][:3] == ["ok", "ok", "fail"]


def test_version(run: Run) -> None:
    """Name and version, one line."""
    ran = run("--version")
    assert (ran.code, ran.out) == (0, f"ragprep {__version__}\n")


def test_a_bug_is_named_as_one(run: Run, ready_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback for people; exit code 70 (EX_SOFTWARE)."""
    monkeypatch.setattr(Prep, "entry", _broken)
    ran = run("show", "q3", "--home", ready_home)
    assert ran.code == 70
    assert ran.err.startswith("error: This is a bug in ragprep: ZeroDivisionError: division by")
    assert ran.err.count("\n") == 1


def test_a_bug_shows_its_traceback_on_request(
    run: Run, ready_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RAGPREP_DEBUG=1 lets it through."""
    monkeypatch.setattr(Prep, "entry", _broken)
    monkeypatch.setenv("RAGPREP_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("show", "q3", "--home", ready_home)


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["list"], 0),
        (["ask", "what is dropout?", "--llm", "none"], 0),
        (["--help"], 0),  # printed by typer
        (["doctor", "--home", "damaged"], 1),  # what was found out stays so
    ],
)
def test_a_reader_who_had_enough_is_no_error(
    ready_home: Path, tmp_path: Path, arguments: list[str], code: int, buffered: bool
) -> None:
    """`ragprep list | head -1` says nothing of the pipe that closed, whenever that is met."""
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "CURRENT").write_text("no such generation\n")
    with subprocess.Popen(
        [sys.executable, "-m", "ragprep", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "RAGPREP_HOME": str(ready_home),
            "PYTHONUNBUFFERED": "" if buffered else "1",
        },
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == code


def test_another_pipe_that_closes_is_an_error(
    run: Run, ready_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only that of stdout or stderr means that the reader had enough."""

    def broken(*_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(Prep, "entry", broken)
    ran = run("show", "q3", "--home", ready_home)
    assert ran.code == 1
    assert ran.err.startswith("error: The system refused: BrokenPipeError")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_result_is_printed_where_no_notice_can_be(
    spawn: Run, ready_home: Path, tmp_path: Path
) -> None:
    """`2>/dev/full` loses the notices, and no more."""
    (tmp_path / "ragprep.toml").write_text('llm = "none"\n')
    with Path("/dev/full").open("w") as full:
        ran = spawn(
            *["show", "q3", "--home", ready_home],
            capture_output=False,
            stdout=subprocess.PIPE,
            stderr=full,
        )
    assert ran.code == 0
    assert ran.out.startswith("q3 ")


def test_the_end_of_a_file_is_not_ctrl_c(
    run: Run, ready_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An EOFError that nobody translated is a fault of ours."""

    def cut_off(*_: object) -> None:
        raise EOFError("no more data")

    monkeypatch.setattr(Prep, "entry", cut_off)
    assert run("show", "q3", "--home", ready_home).code == 70


def test_a_full_disk_is_named(run: Run, ready_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was written when it filled up."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/data/answer.md")

    monkeypatch.setattr(Prep, "entry", full)
    assert run("show", "q3", "--home", ready_home).err == (
        "error: There is no space left on the disk for /data/answer.md. "
        "Free some space and try again.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_no_room_for_the_result(spawn: Run, ready_home: Path) -> None:
    """`ragprep list > file` on a full disk fails in one line."""
    with Path("/dev/full").open("w") as full:
        ran = spawn(
            *["list", "--home", ready_home],
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert ran.code == 1
    assert ran.err == (
        "error: There is no space left on the disk. Free some space and try again.\n"
    )


def test_stdout_closed(spawn: Run, ready_home: Path) -> None:
    """`ragprep list >&-` has nowhere to print, and does not fall over it."""
    command = f'"{sys.executable}" -m ragprep list --home "{ready_home}" >&-'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_closed_stream_gives_its_number_to_no_file(spawn: Run) -> None:
    """What a library prints would go into the file."""
    code = """
import os
for number in range(3):
    os.close(number)
from ragprep.cli.render import prepare_streams
prepare_streams()
prepare_streams()
os._exit(os.open(os.devnull, os.O_RDONLY))
"""
    assert spawn(python=code).code == 3


def test_ascii_terminal(spawn: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the encoding cannot say is replaced for people, and escaped in JSON."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    (tmp_path / "g.md").write_text("# Σ 🤖\n\n## Q1. What is σ(x)?\n\n1/(1+e^-x)\n", "utf-8")
    shown = spawn("lint", "g.md")
    assert (shown.code, shown.err) == (0, "")
    as_json = spawn("lint", "g.md", "--json")
    assert as_json.code == 0
    assert as_json.out.isascii()


def test_terminal(ready_home: Path) -> None:
    """On a terminal of 80 columns nothing is wider, and styles are used."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    import re

    parent, child = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ragprep", "show", "q3", "q12", "--points"],
        stdout=child,
        stderr=child,
        env={**os.environ, "RAGPREP_HOME": str(ready_home), "TERM": "xterm-256color"},
    ):
        os.close(child)
        output = b""
        with pytest.raises(OSError, match="Input/output error"):  # how a terminal ends
            while True:
                output += os.read(parent, 65536)
    os.close(parent)
    assert b"\x1b[1m" in output
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output.decode()).replace("\r\n", "\n")
    assert max(map(len, plain.splitlines())) <= 80
    assert "Data augmentation" in plain


def _broken(*_: object) -> float:
    return 1 / 0
