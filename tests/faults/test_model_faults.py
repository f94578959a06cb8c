"""A language model that fails while somebody waits: an answer all the same, and one line on why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.llm.connect import Timeouts
from ragprep.llm.ollama import OllamaLLM
from ragprep.llm.openai import OpenAILLM
from ragprep.llm.openai_server import server_of
from ragprep.protocols import LLM
from ragprep.testing.fakes import FakeLLM
from ragprep.testing.servers import FakeOllama, FakeOpenAI, Fault

QUESTION = "what is dropout"
SUPPORTED = (
    "Dropout is a regularization technique that randomly sets a fraction of input units to 0 "
    "during training [q15].\n"
)
SHORT = Timeouts(connect_s=0.3, first_s=0.25, whole_s=1.0, probe_s=0.25)


def connected(server: FakeOllama | FakeOpenAI) -> LLM:
    if isinstance(server, FakeOllama):
        return OllamaLLM("fake:1b", host=server.url, timeouts=SHORT)
    described, key = server_of(server.url, {})
    return OpenAILLM("fake:1b", server=described, key=key, timeouts=SHORT)


@pytest.mark.parametrize("fake", [FakeOllama, FakeOpenAI])
@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NO_THINK])
def test_whatever_a_server_does_there_is_an_answer(
    prep: Prep, fake: type[FakeOllama] | type[FakeOpenAI], fault: Fault
) -> None:
    """What was shown and supported stays, the guide's own sentences follow, and it is said why."""
    shown: list[str] = []
    with fake((SUPPORTED,), fault=fault) as server:
        answer = prep.ask(QUESTION, llm=connected(server), on_text=shown.append)
    assert "".join(shown) == answer.text
    assert "randomly sets a fraction" in answer.text
    assert answer.text.count("randomly sets a fraction") == 1
    assert not answer.refused
    # An endless answer is cut at the limit, half a character is replaced, and what is whole stays.
    assert answer.note or fault in {Fault.ENDLESS, Fault.SURROGATE}
    assert "\n" not in answer.note


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "\n\n \n",
        "El dropout apaga neuronas al azar durante el entrenamiento [q15].",
        "辍学是一种正则化技术。[q15]",
        "Dropout cures the common cold and lowers taxes [q15].",
        "Dropout randomly sets input units to 0 [q999][q998].",
        "[q15] [q15] [q15]",
        '{"answer": "dropout"}',
        "word " * 2_000,
    ],
    ids=["empty", "blank", "spanish", "chinese", "false", "no-entry", "markers", "json", "long"],
)
def test_whatever_a_model_writes_only_the_guide_is_shown(prep: Prep, reply: str) -> None:
    """Each sentence shown cites an entry that exists."""
    answer = prep.ask(QUESTION, llm=FakeLLM([reply] * 2))
    assert "randomly sets" in answer.text
    for unwanted in ("cold", "q99", "neuronas", "辍", "{", "word word"):
        assert unwanted not in answer.text
    assert all(sentence.citations for sentence in answer.sentences)


def ask(url: str, home: Path, *, llm: str) -> subprocess.Popen[str]:
    """Begin a command that asks the model at `url`."""
    variable = "RAGPREP_OLLAMA_HOST" if llm == "ollama" else "RAGPREP_OPENAI_URL"
    return subprocess.Popen(
        [sys.executable, "-m", "ragprep", "ask", QUESTION, "--llm", llm, "--home", str(home)],
        env=os.environ | {variable: url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C")
@pytest.mark.parametrize(("fake", "llm"), [(FakeOllama, "ollama"), (FakeOpenAI, "openai")])
def test_ctrl_c_in_mid_stream(
    ready_home: Path, fake: type[FakeOllama] | type[FakeOpenAI], llm: str
) -> None:
    """What was shown stays, one line follows, and the server is hung up on."""
    with (
        fake((SUPPORTED,), fault=Fault.STALLS) as server,
        ask(server.url, ready_home, llm=llm) as process,
    ):
        assert process.stdout is not None
        first = os.read(process.stdout.fileno(), 4096).decode()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert server.hung_up.wait(60)
    assert process.returncode == 130
    assert (first + out).strip() == SUPPORTED.replace(" [q15].", ". [q15]").strip()
    waiting, error = err.splitlines()
    assert waiting.startswith(f"waiting for fake:1b at {server.url}")
    assert error == "error: Interrupted."


@pytest.mark.parametrize(("fake", "llm"), [(FakeOllama, "ollama"), (FakeOpenAI, "openai")])
def test_a_server_that_dies_in_mid_stream(
    ready_home: Path, fake: type[FakeOllama] | type[FakeOpenAI], llm: str
) -> None:
    """The command succeeds: there is an answer, and stderr says how it came about."""
    with (
        fake((SUPPORTED,), fault=Fault.DIES) as server,
        ask(server.url, ready_home, llm=llm) as process,
    ):
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "ensemble" in out
    waiting, note = err.splitlines()
    assert waiting.startswith(f"waiting for fake:1b at {server.url}")
    assert "stopped in mid-answer" in note
