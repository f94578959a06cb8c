"""Fake servers that speak a language model's protocol, or misspeak it, on this machine."""

from __future__ import annotations

import json
import re
import select
import socket
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Fault(StrEnum):
    """How a fake server misbehaves."""

    HANGS = "accepts the question and never answers"
    STALLS = "falls silent after the first piece"
    DIES = "closes the connection after the first piece"
    ENDS_EARLY = "ends the stream without its last piece"
    TRICKLES = "sends byte after byte and never a line"
    ENDLESS = "never stops writing"
    HTML = "answers with a web page"
    NOT_JSON = "streams lines that are not JSON"
    OTHER_JSON = "streams JSON that is not of its protocol"
    FAILS = "answers with status 500"
    BREAKS = "reports an error in mid-stream"
    NO_THINK = "rejects the option that switches reasoning off"
    LOOPS = "says the same again and again"
    NO_ROOM = "says that the prompt is too long for its context"
    SURROGATE = "writes half of a character"
    ONE_LINE = "sends one line without end, or a list without end"
    COMMENTS = "keeps the connection alive and sends no text"
    COMMENTS_ON = "keeps the connection alive after the first piece and sends no more text"
    HEADERS = "sends header after header and never a body"
    LONG_ERROR = "answers with status 500 and a report without end"
    REDIRECTS = "leads to another address"
    WANTS_KEY = "wants another key than the one it is shown, and repeats that one"


class _FakeServer:
    """A server on this machine that speaks a protocol, or misspeaks it.

    Use it in a `with` statement; `url` is where it listens.

    Attributes:
        requests: the body of each chat request so far.
        keys: what each request named as its key, "" for none.
        hung_up: set when a client closed its connection before the answer was whole.
        sent: bytes sent in chunks so far, those included that only the system has taken.
    """

    speech: type[_OllamaSpeech] | type[_OpenAISpeech]

    def __init__(
        self,
        pieces: Sequence[str | dict[str, str]] = ("Hello ", "there."),
        *,
        models: Sequence[str] = ("fake:1b",),
        fault: Fault | None = None,
        window: int | None = None,
        elsewhere: str = "",
        write: Callable[[str], str] | None = None,
        pause_s: float = 0.0,
        released: threading.Semaphore | None = None,
    ) -> None:
        """Answer every question with `pieces`: contents, or whole messages of the protocol.

        Args:
            pieces: of the answer.
            models: that it lists.
            fault: how it misbehaves.
            window: the context that it says its models have, where the protocol lets it.
            elsewhere: the server that `Fault.REDIRECTS` leads to.
            write: what answers a prompt in place of `pieces`, such as a real model.
            pause_s: seconds before each piece.
            released: acquired before each piece, where a test says when it comes.
        """
        self.released = released
        self.pause_s = pause_s
        self.write = write
        self.pieces = [{"content": p} if isinstance(p, str) else p for p in pieces]
        self.window = window
        self.elsewhere = elsewhere
        self.keys: list[str] = []
        self.models = models
        self.fault = fault
        self.requests: list[dict[str, Any]] = []
        self.hung_up = threading.Event()
        self.sent = 0
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One connection to a fake server."""

    def __init__(self, fake: _FakeServer, *args: Any) -> None:
        self._fake = fake
        super().__init__(*args)

    def do_GET(self) -> None:
        """List the models."""
        fake = self._fake
        if fake.fault is Fault.ONE_LINE:
            self._send_endlessly(200)
        elif not self._misspoke():
            self._send(json.dumps(fake.speech.listing(fake.models, fake.window)))

    def do_POST(self) -> None:
        """Answer a chat request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._fake.requests.append(body)
        fault = self._fake.fault
        if body["model"] not in self._fake.models:
            self._send(json.dumps({"error": f"model '{body['model']}' not found"}), status=404)
        elif fault is Fault.NO_THINK and self._fake.speech.think in body:
            error = f"this model does not support thinking ({self._fake.speech.think})"
            self._send(json.dumps({"error": error}), status=400)
        elif fault is Fault.NO_ROOM:
            error = "request (9000 tokens) exceeds the available context size (512 tokens)"
            self._send(json.dumps({"error": {"message": error}}), status=400)
        elif not self._misspoke():
            try:
                self._stream(self._pieces(body["messages"][0]["content"]))
            except OSError:  # the client has gone
                self._fake.hung_up.set()

    def _misspoke(self) -> bool:
        key = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        self._fake.keys.append(key)
        match self._fake.fault:
            case Fault.WANTS_KEY:
                self._send(json.dumps({"error": {"message": f"{key} is no key"}}), status=401)
            case Fault.HANGS:
                self._wait()
            case Fault.REDIRECTS:
                self._send("", status=307, location=f"{self._fake.elsewhere}{self.path}")
            case Fault.HTML:
                self._send("<html>Welcome</html>")
            case Fault.NOT_JSON:
                self._send("Hello there.\n")
            case Fault.OTHER_JSON:
                self._send('["Hello"]\n')
            case Fault.FAILS:
                self._send('{"error": "out of memory"}', status=500)
            case Fault.LONG_ERROR:
                self._send_endlessly(500)
            case Fault.HEADERS:
                self._send_headers()
            case _:
                return False
        return True

    def _pieces(self, prompt: str) -> Sequence[dict[str, str]]:
        if self._fake.write is None:
            return self._fake.pieces
        return [{"content": word} for word in re.findall(r"\s*\S+", self._fake.write(prompt))]

    def _wait_for_release(self) -> None:
        released = self._fake.released
        while released is not None and not released.acquire(timeout=0.05):
            if self._fake.closing.is_set():
                return

    def _stream(self, pieces: Sequence[dict[str, str]]) -> None:
        fault, speech = self._fake.fault, self._fake.speech
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces if fault is not Fault.COMMENTS else ():
            self._fake.closing.wait(self._fake.pause_s)
            self._wait_for_release()
            self._chunk(speech.piece(piece))
            if fault is Fault.COMMENTS_ON:
                break
            if fault is Fault.STALLS:
                self._wait()
            if fault is Fault.BREAKS:
                self._chunk(speech.event({"error": "the runner stopped"}))
            if fault in {Fault.STALLS, Fault.BREAKS, Fault.DIES}:
                return
        if fault is Fault.SURROGATE:
            self._chunk(speech.piece({"content": "Half of \ud83d.\n"}))
        turn = 0
        while fault in _ENDLESSLY and not self._fake.closing.wait(0.001):
            turn += 1
            self._chunk(self._endless_chunk(turn))
        if fault is not Fault.ENDS_EARLY:
            self._chunk(speech.end())
        self._chunk("")

    def _endless_chunk(self, turn: int) -> str:
        match self._fake.fault:
            case Fault.TRICKLES:
                return " "
            case Fault.ONE_LINE:
                return "x" * 65_536
            case Fault.COMMENTS | Fault.COMMENTS_ON:
                return self._fake.speech.comment()
            case fault:
                return self._fake.speech.piece({"content": _endless(fault, turn)})

    def _send_endlessly(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while not self._fake.closing.is_set():
                self._chunk("[" * 65_536)
        except OSError:
            self._fake.hung_up.set()

    def _send_headers(self) -> None:
        """Send a header every 10 ms."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        try:
            while not self._fake.closing.wait(0.01):
                self.wfile.write(b"X-Wait: yes\r\n")
        except OSError:
            self._fake.hung_up.set()

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self._fake.sent += len(data)
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _send(self, text: str, *, status: int = 200, location: str = "") -> None:
        data = text.encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _wait(self) -> None:
        """Wait until the client hangs up or the server closes."""
        while not self._fake.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                self._fake.hung_up.set()
                return

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


_ENDLESSLY = {
    *(Fault.ENDLESS, Fault.LOOPS, Fault.TRICKLES),
    *(Fault.ONE_LINE, Fault.COMMENTS, Fault.COMMENTS_ON),
}
"""What goes on without end once an answer has begun."""


def _endless(fault: Fault | None, turn: int) -> str:
    """Return the next of words that never repeat themselves, or of those that do nothing else."""
    if fault is Fault.LOOPS:
        return f"{turn}. And so on and so forth.\n"
    letters = str.maketrans("0123456789", "abcdefghij")
    return "".join(f"{50 * turn + place} " for place in range(50)).translate(letters)


class _OllamaSpeech:
    """Ollama's protocol: a JSON object a line."""

    think = "think"

    @staticmethod
    def listing(models: Sequence[str], window: int | None) -> dict[str, Any]:  # noqa: ARG004
        return {"models": [{"model": name} for name in models]}

    @staticmethod
    def event(value: dict[str, Any]) -> str:
        return json.dumps(value) + "\n"

    @classmethod
    def comment(cls) -> str:
        return "\n" + cls.piece({"content": ""})

    @classmethod
    def piece(cls, message: dict[str, str]) -> str:
        return cls.event({"message": {"role": "assistant", **message}, "done": False})

    @classmethod
    def end(cls) -> str:
        return cls.event({"message": {"role": "assistant", "content": ""}, "done": True})


class _OpenAISpeech:
    """The OpenAI protocol: server-sent events."""

    think = "chat_template_kwargs"

    @staticmethod
    def listing(models: Sequence[str], window: int | None) -> dict[str, Any]:
        return {"data": [{"id": name, "meta": {"n_ctx": window}} for name in models]}

    @staticmethod
    def event(value: dict[str, Any]) -> str:
        return f"data: {json.dumps(value)}\n\n"

    @staticmethod
    def comment() -> str:
        return ": ping\n\n"

    @classmethod
    def piece(cls, message: dict[str, str]) -> str:
        return cls.event({"choices": [{"index": 0, "delta": message, "finish_reason": None}]})

    @classmethod
    def end(cls) -> str:
        return cls.event({"choices": [{"delta": {}, "finish_reason": "stop"}]}) + "data: [DONE]\n\n"


class FakeOllama(_FakeServer):
    """A server on this machine that speaks Ollama's protocol, or misspeaks it."""

    speech = _OllamaSpeech


class FakeOpenAI(_FakeServer):
    """A server on this machine that speaks the OpenAI protocol, or misspeaks it."""

    speech = _OpenAISpeech
