"""A GGUF file, run by llama.cpp (xllamacpp) in a process of its own that ends with this one.

Not inside this one: loading a model there can be neither timed nor interrupted (it keeps Python's
lock), and a damaged file may end the process. It is spoken to as any server, under a random key.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ragprep import child
from ragprep.errors import LLMTimeout, LLMUnavailable
from ragprep.llm.connect import Server, Timeouts
from ragprep.llm.openai import OpenAILLM
from ragprep.llm.openai_server import LISTING, Key
from ragprep.llm.stream import context_tokens


class GgufLLM:
    """A model in a file; it is loaded at the first question and stays until `close`."""

    def __init__(
        self, path: Path, *, timeouts: Timeouts | None = None, threads: int | None = None
    ) -> None:
        """Use the model at `path`; loads nothing yet.

        Args:
            path: of a GGUF file.
            timeouts: the default limits when None; loading counts towards the first piece.
            threads: `free_cores()` when None.

        Raises:
            LLMUnavailable: xllamacpp is not installed, or the file cannot be a model.
        """
        check(path)
        self.name = path.stem
        self._path = path
        self._timeouts = timeouts or Timeouts()
        self.whereabouts = f"{self.name} (up to {self._timeouts.first_s:g} s)"
        self._threads = threads
        self._process: subprocess.Popen[str] | None = None
        self._served: OpenAILLM | None = None
        self._context = 0

    def complete(
        self,
        prompt: str,
        *,
        schema: dict[str, Any] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> str:
        """Return the whole text, reasoning left out; hand each piece to `on_text` as it arrives.

        Raises:
            LLMUnavailable: the file cannot be loaded, or the model failed.
            LLMTimeout: it took longer than its limits.
            LLMLooped: it says the same again and again.
        """
        needed = context_tokens(prompt)
        is_running = self._process is not None and self._process.poll() is None
        if self._served is None or not is_running or needed > self._context:
            self.close()
            self._served = self._start(needed)
        return self._served.complete(prompt, schema=schema, on_text=on_text)

    def close(self) -> None:
        """End the process, if there is one; the next question starts another."""
        process, self._process, self._served = self._process, None, None
        if process is not None:
            process.kill()
            process.communicate()

    def __del__(self) -> None:
        """End the process with what uses it."""
        if getattr(self, "_process", None) is not None:
            self.close()

    def _start(self, context: int) -> OpenAILLM:
        """Load the model into a process with a context of that many tokens."""
        key = secrets.token_hex(16)
        script = Path(__file__).with_name("gguf_server.py")
        arguments = [str(self._path), str(context), str(self._threads or free_cores())]
        process = subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-P", str(script), *arguments],
            env=child.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C is for this process to handle
        )
        self._process, self._context = process, context
        url = ""
        try:
            url = _first_line(process, key, self._timeouts.first_s)
        finally:
            if not url:  # Ctrl-C while it loads, too
                process.kill()
        if not url:
            raise LLMUnavailable(
                f"{self._path} could not be loaded by llama.cpp.",
                remedy="The file is damaged, or needs more memory or a newer xllamacpp.",
            )
        server = Server(
            f"{url}/v1",
            name=f"llama.cpp at {self._path}",
            protocol="the OpenAI protocol",
            start="Ask again, or use --llm none.",
            address=str(self._path),
            listing=LISTING,
        )
        return OpenAILLM(
            self.name,
            server=server,
            key=Key(key),
            window=context,
            name=self.name,
            timeouts=self._timeouts,
        )


def check(path: Path) -> None:
    """See whether `path` can be a model, without loading it.

    Raises:
        LLMUnavailable: xllamacpp is not installed, or there is no such file or it is no GGUF.
    """
    if find_spec("xllamacpp") is None:
        raise LLMUnavailable(
            "A GGUF file is run by llama.cpp, which is not installed.",
            remedy='Run `pip install ".[llamacpp]"` in the checkout of ragprep.',
        )
    try:
        with path.open("rb") as file:
            is_gguf = file.read(4) == b"GGUF"
    except OSError as exc:
        raise LLMUnavailable(
            f"The model {path} cannot be read: {exc.strerror}.",
            remedy="Give the path of a GGUF file: --llm gguf:PATH.",
        ) from exc
    if not is_gguf:
        raise LLMUnavailable(
            f"The model {path} is not a GGUF file.",
            remedy="Give the path of a GGUF file: --llm gguf:PATH.",
        )


def free_cores() -> int:
    """Return how many cores other work leaves free, at least 1.

    llama.cpp's threads wait for each other at every layer. On two cores of which other work held
    one, two threads took 22 s for 30 tokens of a 135M model, and one thread took 0.6 s.
    """
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, cores - round(load))


def _first_line(process: subprocess.Popen[str], key: str, wait_s: float) -> str:
    """Give the process its key and return what it prints, "" when it ends without a word.

    Raises:
        LLMTimeout: it took too long.
    """
    lines: list[str] = []
    assert process.stdin is not None and process.stdout is not None

    def read() -> None:
        lines.append(process.stdout.readline().strip())  # type: ignore[union-attr]

    try:
        process.stdin.write(f"{key}\n")
        process.stdin.flush()
    except OSError:  # it ended at once
        return ""
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(wait_s)
    if not lines:
        raise LLMTimeout(
            f"The model took longer than {wait_s:g} s to load.",
            remedy="Use a smaller one, or --llm none.",
        )
    return lines[0]
