"""A real model of 135M parameters, asked the three ways there are: the weakest that may write."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.llm.connect import is_up
from ragprep.llm.ollama import open_ollama
from ragprep.llm.openai import open_openai
from ragprep.protocols import LLM
from ragprep.testing.servers import FakeOllama

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
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture(scope="module")
def openai(tiny_model: Path) -> Iterator[LLM]:
    with llama_server(tiny_model) as url:
        yield open_openai(url=url)


def check_answer(prep: Prep, llm: LLM) -> None:
    """It writes, and whatever a weak model writes, what is shown stands in the guide, cited."""
    assert llm.complete("Say hello.").strip()
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


def test_a_model_behind_ollamas_protocol_answers(prep: Prep, gguf: LLM) -> None:
    """Ollama's protocol is spoken by our own server, the rest is real."""
    with FakeOllama(write=lambda prompt: gguf.complete(prompt)) as server:
        check_answer(prep, open_ollama(host=server.url))


def test_a_server_of_ollamas_protocol_by_others_answers(prep: Prep, tiny_model: Path) -> None:
    """It stands in an environment of its own (Makefile), as it is no dependency of ours."""
    python = Path(sys.prefix) / "proxy" / "bin" / "python"
    if not python.exists():
        pytest.skip(f"for Ollama's protocol by a proxy: ollama-proxy-plus, run by {python}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    host = f"http://127.0.0.1:{port}"
    with llama_server(tiny_model) as url:
        settings = {
            "PROVIDERS_LOCAL_BASE_URL": f"{url}/v1",
            "PROVIDERS_LOCAL_API_KEY": "none",
            "EXTRA_MODELS": "local/smollm2",
        }
        with subprocess.Popen(
            [python, "-m", "ollama_proxy", "--host", "127.0.0.1", "--port", port],
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as proxy:
            try:
                while not is_up(host):
                    assert proxy.poll() is None
                    time.sleep(0.05)
                check_answer(prep, open_ollama("local/smollm2", host=host))
            finally:
                proxy.kill()


STOPPED = """
import sys, time
from pathlib import Path
from ragprep.llm.gguf import GgufLLM

llm = GgufLLM(Path(sys.argv[1]))
llm.complete("hi", schema={"type": "boolean"})
print(llm._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="looks for a process as POSIX does")
def test_the_process_of_a_model_ends_with_ours(tiny_model: Path) -> None:
    """Even where ours is killed and can say nothing."""
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(tiny_model)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
    for _ in range(1200):  # a minute
        if not _runs(child):
            return
        time.sleep(0.05)
    pytest.fail("the model's process is still there")


def _runs(pid: int) -> bool:
    """Return whether a process is there and no zombie, which nobody may wait for in a container."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
