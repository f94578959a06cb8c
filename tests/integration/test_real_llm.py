"""A real model of 135M parameters, asked the three ways there are: the weakest that may write."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.answer.llm.gguf import GgufLLM
from ragprep.answer.llm.ollama import open_ollama
from ragprep.answer.llm.openai import open_openai
from ragprep.protocols import LLM

QUESTION = "what is dropout"

SERVE = """
import sys, xllamacpp, os
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.port = 4096, 1, 0
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.verbosity = -1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
os._exit(0)
"""
"""llama.cpp's own server, as people run it: no key, and its own settings."""

PROXY = """\
port: {port}
"""


@contextmanager
def llama_server(model: Path) -> Iterator[str]:
    """Run llama.cpp's server and give its address."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


@pytest.fixture(scope="module")
def gguf(tiny_model: Path) -> Iterator[LLM]:
    llm = GgufLLM(tiny_model)
    yield llm
    llm.close()


@pytest.fixture(scope="module")
def openai(tiny_model: Path) -> Iterator[LLM]:
    with llama_server(tiny_model) as url:
        yield open_openai(url=url)


def check_answer(prep: Prep, llm: LLM) -> None:
    """Whatever a weak model writes, what is shown stands in the guide and is cited."""
    pieces: list[str] = []
    answer = prep.ask(QUESTION, llm=llm, on_text=pieces.append)
    assert "".join(pieces) == answer.text
    if answer.refused:
        return
    assert answer.sentences
    labels = {source.label for source in answer.sources}
    for sentence in answer.sentences:
        assert sentence.citations
        assert set(sentence.citations) <= labels
    assert answer.model == llm.name or answer.note


def test_a_model_file_answers(prep: Prep, gguf: LLM) -> None:
    """With nothing running beside it."""
    check_answer(prep, gguf)


def test_llama_cpps_server_answers(prep: Prep, openai: LLM) -> None:
    """Over the OpenAI protocol, found by its address alone."""
    assert openai.name == "SmolLM2-135M-Instruct.Q4_1"
    check_answer(prep, openai)


def test_llama_cpps_server_says_how_much_it_holds(openai: LLM) -> None:
    """So that a prompt that does not fit is never sent."""
    assert openai._window == 4096  # type: ignore[attr-defined]


@pytest.mark.skipif(
    find_spec("ollama_proxy") is None,
    reason="Ollama's protocol before a real model: pip install ollama-proxy-plus",
)
def test_the_real_ollama_client_gets_an_answer(
    prep: Prep, tiny_model: Path, tmp_path: Path
) -> None:
    """Through a proxy that speaks Ollama's protocol; it is no dependency of ours."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with llama_server(tiny_model) as url, ollama_proxy(tmp_path, url, port) as host:
        check_answer(prep, open_ollama(host=host))


@contextmanager
def ollama_proxy(folder: Path, url: str, port: int) -> Iterator[str]:
    config = folder / "proxy.yaml"
    config.write_text(PROXY.format(port=port, url=url), encoding="utf-8")
    yield f"http://127.0.0.1:{port}"


def test_ctrl_c_in_mid_stream_ends_it_at_once(
    ready_home: Path, tiny_model: Path, run_until: Callable[..., None] | None = None
) -> None:
    """Exit code 130, one line, what was shown stays, and no process is left behind."""
    with subprocess.Popen(
        [
            *[sys.executable, "-m", "ragprep", "ask", "what", "is", "dropout"],
            *["--llm", f"gguf:{tiny_model}", "--home", str(ready_home)],
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(2.0)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert "Traceback" not in err
    assert process.returncode in {0, 130}
